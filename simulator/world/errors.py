"""What plex.tv refuses, with its own numbers and words."""

from enum import Enum


class Problem(Enum):
    """One refusal: the HTTP status, plex.tv's code and its message."""

    NO_CLIENT_IDENTIFIER = (400, 1000, "X-Plex-Client-Identifier is missing")
    NOT_AUTHENTICATED = (401, 1001, "User could not be authenticated")
    TOO_MANY_REQUESTS = (429, 1003, "Too many requests")
    CODE_NOT_FOUND = (404, 1020, "Code not found or expired")

    def __init__(self, status: int, code: int, message: str) -> None:
        """Name the three parts."""
        self.status = status
        self.code = code
        self.message = message


class Refused(Exception):  # noqa: N818 - an answer of plex.tv, no error of ours
    """End a request with one of plex.tv's refusals."""

    def __init__(self, problem: Problem) -> None:
        """Keep the refusal to answer with."""
        super().__init__(problem.message)
        self.problem = problem


class SimulatorError(LookupError):
    """Tell a test or a person that the simulator knows no such thing."""
