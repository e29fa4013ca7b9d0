"""Tests of the actions and of the interface for other integrations."""
