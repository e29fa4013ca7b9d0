"""The routes of media servers, and the machines that run them."""
