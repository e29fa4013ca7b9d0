"""Tests of the actions, as people, automations and other integrations use them."""
