"""Every request that the integration makes, answered in every bad way."""
