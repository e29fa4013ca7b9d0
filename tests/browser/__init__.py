"""Plex Account as a person sees it: a real Home Assistant in a real Chromium."""
