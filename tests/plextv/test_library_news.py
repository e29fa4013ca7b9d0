"""What is new in a library: one title each, calm, and never without measure."""

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
    """Tell how far a title is."""
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
    """Return films of these keys."""
    titles = tuple(
        AddedTitle(rating_key=key, kind="movie", title=f"Title {key}") for key in keys
    )
    return Added(titles=titles, more=more)


def test_a_new_title() -> None:
    """It is told once, as soon as nothing more is said."""
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
    # Later work on it is no news.
    tell(news, "7", 100.0, 1, 5)
    assert news.due() is None


def test_what_is_not_new() -> None:
    """What is refreshed, deleted, unfinished or nothing to watch is not told."""
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
    """Ten titles and a number, also if it never ends."""
    news = LibraryNews()
    for number in range(113):
        tell(news, str(number), float(number * 10), 0, 5)
    assert news.due() == PATIENCE
    assert news.take() == added(*map(str, range(MAX_TITLES)), more=103)


def test_what_never_ends() -> None:
    """The oldest of what is not finished is forgotten, and so is what is too much."""
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
    """No title is told that was not created."""
    news = LibraryNews()
    created = set()
    for now, (key, state, metadata) in enumerate(steps):
        if state == 0 and metadata == "created":
            created.add(key)
        tell(news, key, now, state, metadata={state: metadata} if metadata else {})
    told = [title.rating_key for title in news.take().titles]
    assert len(told) == len(set(told))
    assert set(told) <= created
