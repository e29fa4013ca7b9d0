"""Tests that this version reads what earlier versions have stored."""
