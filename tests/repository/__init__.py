"""Tests of the repository: its files keep to the rules and agree with each other."""
