"""Home Assistant is killed while an account is linked."""
