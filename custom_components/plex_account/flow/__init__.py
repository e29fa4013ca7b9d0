"""Parts of the flows: the sign-in and its screens, Home users, and the options."""
