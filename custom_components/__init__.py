"""Make the integration importable the way Home Assistant imports it."""
