"""The client with arbitrary responses, names and URLs (Hypothesis)."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from hypothesis import HealthCheck, given, settings, strategies as st
from yarl import URL

from custom_components.plex_account.plextv import (
    PinLogin,
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvHosts,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.routes import PIN
from tests.helpers.strategies import BODIES, STATUSES, TEXTS

from .method_calls import METHOD_CALLS
from .samples import IDENTITY, SOME_PIN

if TYPE_CHECKING:
    from aiohttp import ClientSession, web

    from simulator import Simulator

    from .virtual_time import VirtualTime

# Every example leaves the simulator unchanged.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(TEXTS, st.sampled_from(["", "https://plex.tv", "https://plex.tv/", "//"]))
@shared
async def test_any_picture(session: ClientSession, text: str, start: str) -> None:
    """The URL of Plex's QR code always leads to plex.tv."""
    client = PlexTvClient(session, IDENTITY)
    offered = client.hosted_qr_url(replace(SOME_PIN, qr=start + text))
    if offered is not None:
        url = URL(offered)
        assert (url.scheme, url.host, url.port) == ("https", "plex.tv", 443)
        assert url.user is None


@given(TEXTS)
@shared
async def test_any_name(plex_tv: Simulator, session: ClientSession, typed: str) -> None:
    """Any device name is sent as one line, and as one parameter of a URL."""
    client = PlexTvClient(
        session,
        replace(IDENTITY, device_name=typed),
        hosts=PlexTvHosts(api=plex_tv.url),
    )
    await client.create_pin()
    arrived = plex_tv.requests[-1].headers.get("X-Plex-Device-Name", "")
    assert arrived.isprintable()
    assert len(arrived) <= 100

    url = urlsplit(client.auth_url(SOME_PIN))
    assert url.fragment.isascii()
    query = parse_qs(url.fragment[1:], keep_blank_values=True, strict_parsing=True)
    assert len(query) == 9
    name = typed.encode(errors="replace").decode()
    assert query["context[device][deviceName]"] == [name]


@given(BODIES, STATUSES)
@shared
async def test_any_answer(
    plex_tv: Simulator, alice: PlexTvClient, body: bytes, status: int
) -> None:
    """Every call returns its type or raises a PlexTvError."""
    fault = Fault.status(status, body=body)
    for call in METHOD_CALLS:
        plex_tv.misbehave(call.method, call.route, fault)
        try:
            await call.make(alice)
        except PlexTvPinGoneError:
            assert status == 404
        except PlexTvAuthenticationError:
            assert status in {401, 422}
        except PlexTvResponseError as error:
            assert error.status == status  # noqa: PT017 - a success passes, too
        else:
            assert 200 <= status < 300


ROUNDING = 1e-6
WAITING = Fault.body('{"authToken": null}')
ANSWERS = st.sampled_from(
    [
        (WAITING, 0.0),
        (Fault.html(502), 0.0),
        (Fault.status(401), 0.0),
        (Fault.body("{"), 0.0),
        (Fault.rate_limited(), 5.0),
        (Fault.rate_limited("0"), 5.0),
        (Fault.rate_limited("3"), 3.0),
        (Fault.rate_limited("50"), 50.0),
    ]
)


@given(
    answers=st.lists(ANSWERS, max_size=30),
    lifetime=st.floats(0, 200),
    chance=st.floats(0, 1),
    latency=st.floats(0, 9),
)
@settings(shared, max_examples=max(settings().max_examples // 10, 30))
async def test_any_wait(
    plex_tv: Simulator,
    client: PlexTvClient,
    virtual_time: VirtualTime,
    *,
    answers: list[tuple[Fault, float]],
    lifetime: float,
    chance: float,
    latency: float,
) -> None:
    """Polls are never less than a second apart, and respect Retry-After."""
    script = iter(answers)
    questions: list[tuple[float, float]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        fault, left_alone = next(script, (WAITING, 0.0))
        asked = virtual_time.clock()
        virtual_time.pass_by(latency)
        answered = virtual_time.clock()
        questions.append((asked, max(asked + 1, answered + left_alone)))
        return await fault.answer(request)

    plex_tv.misbehave("GET", PIN, Fault("scripted", answer), times=None)
    start = virtual_time.clock()
    login = PinLogin(
        client,
        replace(SOME_PIN, lifetime=lifetime),
        clock=virtual_time.clock,
        sleep=virtual_time.sleep,
        chance=lambda: chance,
    )
    try:
        await virtual_time.run(login.token())
    except PlexTvPinGoneError, PlexTvRateLimitError:
        assert virtual_time.clock() - start <= lifetime + 2 + latency + ROUNDING
    finally:
        plex_tv.behave()
    for (_, allowed), (asked, _) in pairwise(questions):
        assert asked >= allowed - ROUNDING
