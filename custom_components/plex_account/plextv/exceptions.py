"""What can go wrong between this client and plex.tv."""


class PlexTvError(Exception):
    """Base of every error of this client."""


class PlexTvConnectionError(PlexTvError):
    """No complete answer arrived: plex.tv could not be reached or took too long."""


class PlexTvResponseError(PlexTvError):
    """An answer arrived that is an error or cannot be understood.

    `status` is the HTTP status; `code` is plex.tv's own error number, when it sent one.
    """

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        """Keep what tells one error answer from another."""
        super().__init__(message)
        self.status = status
        self.code = code


class PlexTvAuthenticationError(PlexTvResponseError):
    """plex.tv rejects the token: the account has to be linked again."""


class PlexTvRateLimitError(PlexTvResponseError):
    """plex.tv wants fewer requests.

    `retry_after` is the number of seconds that it asks to wait, when it says so.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep how long plex.tv wants to be left alone."""
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after


class PlexTvAnswerTooLargeError(PlexTvResponseError):
    """The answer is larger than anybody wants to read."""


class PlexTvPinGoneError(PlexTvError):
    """The PIN can no longer be approved: its time is over or plex.tv forgot it."""
