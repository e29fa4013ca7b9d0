"""The simulator's responses to the same requests, in all of its forms."""

import asyncio
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientSession

from custom_components.plex_account.plextv import Networks, PlexTvHosts
from simulator import Simulator

from .course import Course, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from custom_components.plex_account.plextv import Pin, PlexTvClient

    from .course import Asked

THIS_MACHINE: Final = Networks(trusted=(IPv4Network("127.0.0.0/8"),))
# Seconds.
PING_INTERVAL: Final = 0.05
LISTENING: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One person, and the quirks of the responses to that person."""

    person: str
    quirks: Mapping[str, Any] = field(default_factory=dict)
    watchlist: Mapping[str, Any] = field(default_factory=dict)
    plays: bool = False
    """Whether films are played, and titles added to a library."""


# Each of these forms was seen at plex.tv, and is no difference.
FORMS: Final = (
    Form(person="alice", plays=True),
    Form(person="bob"),
    Form(
        person="alice",
        quirks={
            "created_status": 200,
            "fractional_seconds": True,
            "numeric_postal_code": True,
            "unknown_location_flags": True,
            "string_ports": True,
            "string_id": True,
            "expires_in_absent": True,
            "qr_absent": True,
            "audio_languages": "list",
            "subscription_absent": True,
            "roles_absent": True,
            "device_tokens_absent": True,
        },
        watchlist={"bare": True},
    ),
    Form(
        person="alice",
        quirks={
            "location": "absent",
            "audio_languages": "csv",
            "subscription_null": True,
            "profile_null": True,
            "string_booleans": True,
        },
        watchlist={"rows": "Video and Directory"},
    ),
)


async def known_answers() -> list[Asked]:
    """Send all requests to the simulator, in each form."""
    asked = await asyncio.gather(*map(_asked, FORMS))
    return [one for form in asked for one in form]


def service_of(simulator: Simulator) -> Service:
    """Return a simulator as the plex.tv that gets the requests, without pauses."""
    return Service(
        hosts=PlexTvHosts(api=simulator.url, discover=simulator.discover.url),
        networks=THIS_MACHINE,
        pause=0.0,
        pauses=(0.0, 0.0, 0.0),
        listening=LISTENING,
    )


async def _asked(form: Form) -> list[Asked]:
    """Send all requests to the simulator, in one form."""
    async with Simulator(media_servers=True) as plex_tv, ClientSession() as session:
        for quirks, changes in (
            (plex_tv.quirks, form.quirks),
            (plex_tv.discover.quirks, form.watchlist),
        ):
            for name, value in changes.items():
                setattr(quirks, name, value)
        for server in plex_tv.servers.values():
            server.push.ping_interval = PING_INTERVAL
        course = Course(service_of(plex_tv), session)

        async def approve(client: PlexTvClient, pin: Pin) -> str | None:
            """Approve the code at once."""
            plex_tv.approve(pin.code, form.person)
            return await client.get_pin_token(pin)

        playing = asyncio.create_task(_play(plex_tv)) if form.plays else None
        try:
            await course.without_account()
            await course.with_account(approve, _tell_nobody, write=True)
        finally:
            if playing:
                playing.cancel()
            await course.close()
        return course.asked


def _tell_nobody(_: str) -> None:
    """Show no message: what remains ends with the simulator."""


async def _play(plex_tv: Simulator) -> None:
    """Send notifications from alice's servers repeatedly."""
    alice = plex_tv.people["alice"]
    played = [plex_tv.servers[name].playback for name in ("Attic", "Cabin")]
    started = [(one, one.start(alice), one.add_title("New")) for one in played]
    while True:
        for playback, stream, title in started:
            playback.proceed(stream)
            playback.refresh(title)
        await asyncio.sleep(PING_INTERVAL)
