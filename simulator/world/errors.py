"""The error for a name or a code that does not exist."""


class SimulatorError(LookupError):
    """The simulator has no such person, code, token, server or route."""
