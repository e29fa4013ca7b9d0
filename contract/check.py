"""The whole check: requests to plex.tv, comparisons and the report."""

from typing import TYPE_CHECKING

from aiohttp import ClientSession, DummyCookieJar

from . import questions
from .comparison import Comparison, compare
from .course import Course
from .report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .course import Approve, Asked, Service, Tell


async def check(
    service: Service,
    known: Iterable[Asked],
    approve: Approve | None = None,
    *,
    tell: Tell = print,
    write: bool = False,
) -> Report:
    """Send all requests to a plex.tv, and compare them with those to the simulator.

    Without `approve`, requests that need an account are not sent.
    """
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        course = Course(service, session)
        try:
            await course.without_account()
            if approve:
                await course.with_account(approve, tell, write=write)
        finally:
            await course.close()
    expected, found = _by_name(known), _by_name(course.asked)
    compared = [
        await compare(name, asked, expected.get(name, []))
        for name, asked in found.items()
    ]
    wanted = questions.OF_EVERYBODY
    if approve:
        wanted |= questions.OF_AN_ACCOUNT
    if write:
        wanted |= {questions.TITLE}
    compared += [
        Comparison(name=name, found=[], known=asked, not_asked=asked[0].question.needs)
        for name, asked in expected.items()
        if name not in found and asked[0].question.needs in wanted
    ]
    return Report(compared, course.notes)


def _by_name(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """Group requests by name."""
    found: dict[str, list[Asked]] = {}
    for one in asked:
        found.setdefault(one.question.name, []).append(one)
    return found
