"""The page of the simulator itself, where a person lets things happen."""
