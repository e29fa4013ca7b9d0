"""Home Assistant is killed while somebody links an account."""
