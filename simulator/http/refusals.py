"""The errors that plex.tv responds with."""

from enum import Enum


class Problem(Enum):
    """One error: the HTTP status, plex.tv's own code, and its message."""

    NO_CLIENT_IDENTIFIER = (400, 1000, "X-Plex-Client-Identifier is missing")
    NOT_AUTHENTICATED = (401, 1001, "User could not be authenticated")
    TOO_MANY_REQUESTS = (429, 1003, "Too many requests")
    CODE_NOT_FOUND = (404, 1020, "Code not found or expired")

    def __init__(self, status: int, code: int, message: str) -> None:
        """Store the three parts."""
        self.status = status
        self.code = code
        self.message = message


class Refused(Exception):  # noqa: N818 - a response of plex.tv, not a failure of ours
    """End the handling of a request with one of plex.tv's errors."""

    def __init__(self, problem: Problem) -> None:
        """Store the error to respond with."""
        super().__init__(problem.message)
        self.problem = problem
