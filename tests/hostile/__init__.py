"""Attacks of hostile servers, answers and users; each of them fails."""
