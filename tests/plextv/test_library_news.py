"""New titles in a library: reported once, after a debounce, and up to a limit."""

from hypothesis import given, strategies as st

from custom_components.plex_account.plextv import (
    Added,
    AddedTitle,
    LibraryNews,
    LibraryNotification,
)
from custom_components.plex_account.plextv.library_news import (
    CALM,
    MAX_PENDING,
    MAX_TITLES,
    PATIENCE,
)


def tell(
    news: LibraryNews,
    key: str,
    now: float,
    *steps: int,
    kind: int | None = 1,
    metadata: dict[int, str] | None = None,
    busy: bool = False,
) -> None:
    """Send notifications of the processing states of a title."""
    states = {0: "created", 1: "processing"} if metadata is None else metadata
    for state in steps:
        news.notified(
            LibraryNotification(
                rating_key=key,
                kind=kind,
                title=f"Title {key}",
                state=state,
                metadata_state=states.get(state),
                busy=busy,
            ),
            now,
        )


def added(*keys: str, more: int = 0) -> Added:
    """Return films with these keys."""
    titles = tuple(
        AddedTitle(rating_key=key, kind="movie", title=f"Title {key}") for key in keys
    )
    return Added(titles=titles, more=more)


def test_a_new_title() -> None:
    """A new title is reported once, after its last notification and a delay."""
    news = LibraryNews()
    assert news.due() is None
    tell(news, "7", 0.0, 0, 1)
    assert news.due() is None
    tell(news, "7", 5.0, 5)
    assert news.due() == 5.0 + CALM
    tell(news, "7", 9.0, 1, 5)
    assert news.due() == 9.0 + CALM
    assert news.take() == added("7")
    assert news.due() is None
    # Later processing of the same title is not reported.
    tell(news, "7", 100.0, 1, 5)
    assert news.due() is None


def test_what_is_not_new() -> None:
    """Refreshed, deleted, unfinished and unplayable titles are not reported."""
    news = LibraryNews()
    tell(news, "1", 0.0, 1, 5)
    tell(news, "2", 0.0, 0, 5, 9)
    tell(news, "3", 0.0, 0, 5, metadata={0: "created", 5: "deleted"})
    tell(news, "4", 0.0, 0, 5, kind=2)
    tell(news, "5", 0.0, 0, 5, kind=None)
    tell(news, "6", 0.0, 0, 5, busy=True)
    tell(news, "7", 0.0, 0, 5, metadata={0: "created", 5: "processing"})
    assert news.due() is None


def test_an_import() -> None:
    """A long import is reported as ten titles and a number, before it ends."""
    news = LibraryNews()
    for number in range(113):
        tell(news, str(number), float(number * 10), 0, 5)
    assert news.due() == PATIENCE
    assert news.take() == added(*map(str, range(MAX_TITLES)), more=103)


def test_what_never_ends() -> None:
    """The number of unfinished and of finished titles is limited."""
    news = LibraryNews()
    for number in range(MAX_PENDING + 1):
        tell(news, str(number), 0.0, 0)
    tell(news, "0", 1.0, 5)
    assert news.due() is None
    for number in range(1, MAX_PENDING + 3):
        tell(news, str(number), 1.0, 0, 5)
    assert news.take().more == MAX_PENDING - MAX_TITLES


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from([0, 1, 5, 9]),
            st.sampled_from([None, "created", "deleted"]),
        )
    )
)
def test_any_order(steps: list[tuple[str, int, str | None]]) -> None:
    """Only created titles are reported."""
    news = LibraryNews()
    created = set()
    for now, (key, state, metadata) in enumerate(steps):
        if state == 0 and metadata == "created":
            created.add(key)
        tell(news, key, now, state, metadata={state: metadata} if metadata else {})
    told = [title.rating_key for title in news.take().titles]
    assert len(told) == len(set(told))
    assert set(told) <= created
