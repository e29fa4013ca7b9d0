"""Errors that a person can fix."""


class DemoError(Exception):
    """An error that is shown as one sentence, without a traceback."""
