"""Arbitrary JSON is parsed or refused (Hypothesis)."""

from dataclasses import fields
from datetime import UTC, datetime
import json
import re

from hypothesis import example, given, strategies as st

from custom_components.plex_account.plextv import (
    Account,
    Pin,
    PinLocation,
    PlexTvAuthenticationError,
    PlexTvRateLimitError,
    PlexTvResponseError,
    RawResponse,
    Subscription,
)
from custom_components.plex_account.plextv.errors import (
    error_from_response,
    retry_after,
)
from tests.helpers.responses import answered
from tests.helpers.strategies import (
    ACCOUNTS,
    BODIES,
    CALL_BODIES,
    JSON,
    LOCATIONS,
    PINS,
    STATUSES,
    TEXTS,
    many,
)


def assert_line(text: object) -> None:
    """Check that a text is missing or one printable line of sensible length."""
    if text is not None:
        assert isinstance(text, str)
        assert text.isprintable()
        assert 0 < len(text) <= 1024
        assert text == text.strip()


def assert_moment(moment: object) -> None:
    """Check that a moment is missing or has a time zone."""
    if moment is not None:
        assert isinstance(moment, datetime)
        assert moment.tzinfo is UTC


def assert_flag(flag: object) -> None:
    """Check that a flag is None, True or False."""
    assert flag is None or isinstance(flag, bool)


def assert_subscription(subscription: Subscription) -> None:
    """Check every part of a subscription."""
    assert isinstance(subscription.active, bool)
    assert_line(subscription.plan)
    assert_moment(subscription.subscribed_at)
    for feature in subscription.features:
        assert_line(feature)


@many
@given(PINS | JSON)
@example({"id": 1, "code": "ABCD", "createdAt": 0, "expiresAt": -9})
def test_any_pin(value: object) -> None:
    """A PIN has a code, a number and an end, or is unreadable."""
    try:
        pin = Pin.from_json(value)
    except ValueError:
        return
    assert 0 <= pin.id < 2**63
    assert re.fullmatch("[0-9A-Za-z]{1,128}", pin.code)
    assert 0 <= pin.lifetime <= 3600
    for text in (pin.product, pin.qr, pin.client_identifier):
        assert_line(text)
    for moment in (pin.created_at, pin.expires_at):
        assert_moment(moment)
    for flag in (pin.trusted, pin.new_registration):
        assert_flag(flag)
    if pin.token is not None:
        assert re.fullmatch("[!-~]{1,4096}", pin.token)
        assert pin.token != "null"


@many
@given(LOCATIONS | JSON)
def test_any_location(value: object) -> None:
    """A location has texts of one line, or is None."""
    location = PinLocation.from_json(value)
    if location is None:
        return
    for field in fields(location):
        part = getattr(location, field.name)
        if field.name.startswith(("european_union", "in_privacy")):
            assert_flag(part)
        else:
            assert_line(part)


@many
@given(ACCOUNTS | JSON)
def test_any_account(value: object) -> None:
    """An account has a uuid and a name, or is unreadable."""
    try:
        account = Account.from_json(value)
    except ValueError:
        return
    assert account.uuid
    assert account.name
    for text in (account.uuid, account.name, account.username, account.title):
        assert_line(text)
    assert_subscription(account.subscription)


@many
@given(JSON)
def test_any_subscription(value: object) -> None:
    """A subscription is active or not."""
    assert_subscription(Subscription.from_json(value))


@many
@given(BODIES)
def test_any_body(body: bytes) -> None:
    """A body is an object or unreadable."""
    try:
        value = answered(body).json_object()
    except PlexTvResponseError:
        return
    assert isinstance(value, dict)


@many
@given(CALL_BODIES)
def test_any_answer_to_a_call(body: bytes) -> None:
    """A raw response can be serialised as JSON, or is unreadable."""
    try:
        result = RawResponse.from_response(answered(body))
    except PlexTvResponseError:
        return
    text = json.dumps(result.data, ensure_ascii=False)
    assert text.encode().decode() == text


@many
@given(
    body=BODIES,
    status=STATUSES,
    header=st.none() | TEXTS,
    of_account=st.booleans(),
)
@example(
    body=b'<?xml version="1.0" encoding="klingon"?><errors/>',
    status=500,
    header=None,
    of_account=True,
)
def test_any_error(
    *, body: bytes, status: int, header: str | None, of_account: bool
) -> None:
    """An error has the right class and a text of one line with the status."""
    headers = {} if header is None else {"Retry-After": header}
    error = error_from_response(
        "plex.tv failed",
        status=status,
        headers=headers,
        body=body,
        of_account=of_account,
        quoted=True,
        secrets=(),
    )
    assert error.status == status
    assert str(error).startswith("plex.tv failed")
    assert str(error).isprintable()
    assert error.code is None or error.code >= 0
    assert isinstance(error, PlexTvRateLimitError) == (status == 429)
    if isinstance(error, PlexTvAuthenticationError):
        assert status == 401 or "invalid token" in str(error).lower()
        assert status in {401, 422}
        assert of_account
    else:
        assert status != 401 or not of_account


@many
@given(
    TEXTS
    | st.integers().map(str)
    | st.datetimes().map(lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} GMT")
)
@example("Mon, 23 Nov 2026 12:00:30 -0000")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
def test_any_retry_after(header: str) -> None:
    """Retry-After is between zero and a day, or None."""
    seconds = retry_after(header)
    assert seconds is None or 0 <= seconds <= 86_400
