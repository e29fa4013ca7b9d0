"""Tests of Plex Account: behaviour through the wire, in a real Home Assistant."""
