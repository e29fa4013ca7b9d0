"""Tests of the component: the dialogue, the entities and all that stands on them."""
