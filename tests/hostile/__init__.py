"""Attacks of hostile servers, responses and users; each of them fails."""
