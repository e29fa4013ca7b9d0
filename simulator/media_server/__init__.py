"""Media servers: what they answer, and what runs them."""
