"""Tests under load and over a long time."""
