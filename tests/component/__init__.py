"""Tests of the integration in Home Assistant, one file for each module."""
