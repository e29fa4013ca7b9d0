"""Every request of the integration, with every bad response."""
