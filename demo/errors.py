"""What can go wrong in a way that a person can put right."""


class DemoError(Exception):
    """Trouble told in one sentence, without a traceback."""
