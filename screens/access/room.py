"""How much of the server some may take, so that there is room for everybody: open pages, and files that are sent.

An open page has a channel to the server. Without a limit, whoever opens some hundreds takes every descriptor that the
system gives the server, and nobody else comes in; and files that are sent again and again fill its memory.
"""

import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress

from starlette.formparsers import MultiPartParser
from streamlit import runtime

MOST_PAGES = 1_000  # open at once
LEAST_PAGES = 20
OF_A_PAGE = 4  # descriptors
OTHERWISE = 600  # descriptors: of pages just closed (Streamlit keeps up to 128, at 3 each), files, workers, a database
TOO_MANY_PAGES = "Too many pages of this app are open. Close some, or try again in a minute."
NO_LENGTH = "An upload must say how long it is (Content-Length)."
TOO_MANY_FILES = "The server holds as many files as it may just now. Close pages that have files, or try again later."
TOO_LONG = "A page of this app sends no message so long."
File = tuple[str, str]  # its page's session and its own name there


def keep_in_memory() -> None:
    """Let what people send and what the app works on be in memory alone: no file beside it, no image of a crash."""
    MultiPartParser.spool_max_size = 0  # never; else what is longer than 1 MB lies in a file until it is all there
    if sys.platform != "win32":
        import resource  # no other system than Windows lacks it

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # and those of the workers, which inherit it


def most_pages() -> int:
    """Take as many descriptors as the system lets this process have; return how many pages may then be open at once."""
    if sys.platform == "win32":  # has no such limit
        return MOST_PAGES
    import resource  # no other system than Windows lacks it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OF_A_PAGE * MOST_PAGES + OTHERWISE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # the system allows less than it says: what there is must do
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    has_room = MOST_PAGES if soft == resource.RLIM_INFINITY else (soft - OTHERWISE) // OF_A_PAGE
    return max(LEAST_PAGES, min(MOST_PAGES, has_room))


def most_said(is_by_somebody: bool) -> int:
    """Return how many bytes a message of a page may have: what is typed, for files come another way."""
    return 4_000_000 if is_by_somebody else 64_000


class Pages:
    """The pages that are open: `most` at once, and half of them for those who have not signed in."""

    def __init__(self, most: int):
        self._most = most
        self._open: Counter[bool] = Counter()  # by whether somebody has signed in

    @contextmanager
    def one_more(self, is_by_somebody: bool) -> Iterator[bool]:
        """Count a page while it is open; give whether there is room for it."""
        has_room = self._open.total() < self._most and (is_by_somebody or self._open[False] < self._most // 2)
        self._open[is_by_somebody] += has_room
        try:
            yield has_room
        finally:
            self._open[is_by_somebody] -= has_room


class Files:
    """The files that are held for pages: `most` bytes in all, half of them from one person where people sign in.

    `held` returns the size of each, in bytes, by its page's session and its name.
    """

    def __init__(self, most: int, held: Callable[[], Mapping[File, int]]):
        self._most, self._held = most, held
        self._coming: dict[File, int] = {}
        self._whose: dict[File, Hashable] = {}

    @contextmanager
    def one_more(self, file: File, size: int, who: Hashable = None) -> Iterator[bool]:
        """Count a file while it comes, and then for as long as it is held; give whether there is room for it."""
        sizes = {**self._held(), **self._coming}
        self._whose = {each: person for each, person in self._whose.items() if each in sizes}
        own = sum(sizes[each] for each, person in self._whose.items() if person == who)
        has_room = sum(sizes.values()) + size <= self._most and (who is None or own + size <= self._most // 2)
        if not has_room:
            yield False
            return
        self._coming[file], self._whose[file] = size, who
        try:
            yield True
        finally:
            self._coming.pop(file, None)


def held_by_streamlit() -> dict[File, int]:
    """Return the size in bytes of each file that Streamlit holds for a page."""
    if not runtime.exists():
        return {}
    sessions = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        (session, name): len(file.data)
        for session, files in list(sessions.items())
        for name, file in list(files.items())
    }
