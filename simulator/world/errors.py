"""The error for a caller who names something that does not exist."""


class SimulatorError(LookupError):
    """The simulator has no such person, code, token, server or route."""
