"""No secret of an account is told to anybody who has no business with it."""
