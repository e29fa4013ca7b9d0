"""Parts of the dialogues: the sign-in, what it shows, and the options."""
