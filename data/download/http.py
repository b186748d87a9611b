"""Fetch one file over HTTP: resume it where that is safe, try again where that may help, never accept a short one.

The bytes go to a `.part` file. A `.part.json` file records the address and the mark (ETag or Last-Modified) that the
server gave, so that an interrupted download continues only if the server still has the same file (RFC 9110, sections
13.1.5 and 14). The caller checks the content and renames the file.
"""

import email.utils
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from requests import exceptions
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CHUNK_BYTES = 1 << 18
SPARE_BYTES = 64 << 20  # left free on the disk, so that a download never fills it
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
NOT_THERE = frozenset({404, 410})
T = TypeVar("T")


class CannotFetch(Exception):
    """A file that cannot be fetched, with a message for a person that ends with what to do."""


class NotThere(CannotFetch):
    """The server answered that there is no such file (404 or 410)."""


class Unreachable(CannotFetch):
    """No connection to the server could be made at all."""


class TryAgain(Exception):
    """A failure that may pass: a dropped connection, a busy server, a short answer."""

    def __init__(self, reason: str, *, wait_seconds: float | None = None, unreachable: bool = False):
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to try; tests pass a `sleep` that does not."""

    tries: int = 5  # in a row without a byte gained
    first_wait_seconds: float = 1.0  # doubled each time
    longest_wait_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep


def new_session() -> requests.Session:
    """Return a session that uses http and https and nothing else, even when it is redirected."""
    session = requests.Session()
    session.adapters.clear()
    # `with_patience` tries again, also after a body that breaks off. urllib3's Retry covers only the head of an answer.
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=0))
    session.headers["User-Agent"] = "Farebridge (downloads official statistics for a council)"
    return session


def with_patience(attempt: Callable[[], T], patience: Patience, reached: Callable[[], int] = lambda: 0) -> T:
    """Call `attempt` until it stops raising TryAgain.

    Gives up with CannotFetch after `patience.tries` failures in a row between which `reached()` (bytes or rows so far)
    did not rise: a large file over a poor line may drop more often than that and still arrive.
    """
    best, failures = reached(), 0
    while True:
        try:
            return attempt()
        except TryAgain as failure:
            now = reached()
            failures = 1 if now > best else failures + 1
            best = max(best, now)
            if failures >= patience.tries:
                kind = Unreachable if failure.unreachable else CannotFetch
                tries = "once" if failures == 1 else f"{failures} times"
                raise kind(f"{failure} (tried {tries}). Run the command again later.") from None
            patience.sleep(_wait(failure, failures, patience))


def _wait(failure: TryAgain, failures: int, patience: Patience) -> float:
    """Return the seconds until the next try: doubled each time, or what the server asks for up to a limit."""
    wanted, longest = failure.wait_seconds or 0.0, patience.longest_wait_seconds
    if wanted > longest:
        raise CannotFetch(f"{failure} and asks to wait for {max(1, round(wanted / 60))} min. Run again then.")
    return min(longest, max(wanted, patience.first_wait_seconds * 2 ** (failures - 1)))


def ask(
    session: requests.Session,
    address: str,
    patience: Patience,
    *,
    headers: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
    allowed: frozenset[int] = frozenset({200}),
) -> requests.Response:
    """Send a request; its body is not read yet. Raises TryAgain, NotThere or CannotFetch for a status not `allowed`."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise CannotFetch(f"{address} is not an http or https address.")
    response = _answer(session, address, patience, headers, params)
    schemes = [urlsplit(answer.url).scheme for answer in (*response.history, response)]
    if "http" in schemes[1:] and schemes[0] == "https":
        response.close()
        raise CannotFetch(f"{address} sends from https to an address without protection. Name the new address itself.")
    if response.status_code in allowed:
        return response
    response.close()
    raise _refusal(response, address)


def _answer(
    session: requests.Session,
    address: str,
    patience: Patience,
    headers: dict[str, str] | None,
    params: dict[str, str] | None,
) -> requests.Response:
    timeout = (patience.connect_seconds, patience.read_seconds)
    try:
        return session.get(address, headers=headers, params=params, stream=True, timeout=timeout)
    except exceptions.SSLError as error:
        raise CannotFetch(
            f"{address}: the server's certificate is not trusted ({_short(error)}). If your network inspects traffic, "
            "set REQUESTS_CA_BUNDLE to your organisation's certificate file."
        ) from None
    except (exceptions.InvalidSchema, exceptions.InvalidURL, exceptions.MissingSchema) as error:
        raise CannotFetch(f"{address} leads to something that is not an http or https address ({error}).") from None
    except exceptions.TooManyRedirects:
        raise CannotFetch(f"{address} sends from one address to another without end.") from None
    except exceptions.RequestException as error:
        raise TryAgain(f"{address} could not be reached ({_short(error)})", unreachable=True) from None


def _refusal(response: requests.Response, address: str) -> Exception:
    status = response.status_code
    if status in BUSY:
        return TryAgain(f"{address} answered {status} {response.reason}", wait_seconds=_retry_after(response))
    if status in NOT_THERE:
        return NotThere(f"there is nothing at {address} ({status}).")
    return CannotFetch(f"{address} answered {status} {response.reason}.")


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds that a busy server asks to wait (a number or a date, RFC 9110 section 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    # By the server's own clock, so that neither clock need be right.
    try:
        now = email.utils.parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        now = datetime.now(UTC)
    return max(0.0, until.timestamp() - now.timestamp())


def _short(error: Exception) -> str:
    """Return the innermost reason, without the names of the libraries' objects around it."""
    text = str(error).rpartition("Caused by ")[2]
    text = re.sub(r"^\w+\(['\"]?|<[^>]+>:?\s*|HTTPS?Connection(?:Pool)?\([^)]*\):\s*", "", text).rstrip("'\")")
    if text.count("(") > text.count(")"):
        text += ")"
    return (text or type(error).__name__)[:160]


def read_body(response: requests.Response, address: str) -> bytes:
    """Return the whole body of a small answer. Raises TryAgain where it breaks off."""
    try:
        with response:
            return response.content
    except (exceptions.RequestException, HTTPError) as error:
        raise TryAgain(f"{address} broke off ({_short(error)})") from None


def fetch_file(
    session: requests.Session, address: str, part: Path, patience: Patience, bar, *, checksum_known: bool = False
) -> bool:
    """Fetch `address` into `part`, continuing it where the server confirms that it still is the same file.

    With `checksum_known` a part is continued without the server's mark too: the caller compares the checksum.
    Returns whether the server announced the length that was received (if not, the caller must check the content).
    Raises CannotFetch; `part` then stays for the next time.
    """
    return with_patience(
        lambda: _fetch_once(session, address, part, patience, bar, checksum_known),
        patience,
        lambda: part.stat().st_size if part.exists() else 0,
    )


def _fetch_once(session, address: str, part: Path, patience: Patience, bar, checksum_known: bool) -> bool:
    have, mark = _what_is_there(part, address, checksum_known)
    # identity: lengths and ranges then count the bytes of the file itself
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if mark:
            headers["If-Range"] = mark
    with ask(session, address, patience, headers=headers, allowed=frozenset({200, 206, 416})) as response:
        if response.status_code == 416 or (response.status_code == 206 and not _continues(response, have, mark)):
            forget(part)
            raise TryAgain(f"{address} would not go on from where the last try stopped")
        if response.status_code == 200:
            have = 0  # the server ignores Range, or offers another file than the one begun
        total = _announced(response, have)
        _leave_room(part, total, have)
        bar.reset(total=total)
        bar.update(have)
        _remember(part, address, response)
        _receive(response, address, part, bar, append=have > 0)
    size = part.stat().st_size
    if total is not None and size < total:
        raise TryAgain(f"{address} broke off after {size:,} of {total:,} bytes")
    if total is not None and size > total:
        forget(part)
        raise TryAgain(f"{address} sent {size:,} bytes where {total:,} were announced")
    return total is not None


def _receive(response: requests.Response, address: str, part: Path, bar, *, append: bool) -> None:
    with part.open("ab" if append else "wb") as file:
        try:
            # read1 hands on each piece as it comes; iter_content would lose up to a chunk when the line drops.
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                file.write(chunk)
                bar.update(len(chunk))
        except (exceptions.RequestException, HTTPError) as error:
            raise TryAgain(f"{address} broke off ({_short(error)})") from None


def _what_is_there(part: Path, address: str, checksum_known: bool) -> tuple[int, str]:
    """Return how many bytes may be kept and the server's mark for them; (0, "") to begin again."""
    note = _note(part)
    if not (part.is_file() and note.is_file()):
        return 0, ""
    try:
        read = json.loads(note.read_text(encoding="utf-8"))
    except ValueError:
        return 0, ""
    mark = read.get("mark", "")
    if read.get("address") != address or not (mark or checksum_known):
        return 0, ""
    return part.stat().st_size, mark


def _remember(part: Path, address: str, response: requests.Response) -> None:
    etag = response.headers.get("ETag", "")
    # A weak ETag may not be used with If-Range (RFC 9110, section 13.1.5).
    mark = response.headers.get("Last-Modified", "") if etag.startswith("W/") or not etag else etag
    _note(part).write_text(json.dumps({"address": address, "mark": mark}), encoding="utf-8")


def forget(part: Path) -> None:
    """Remove a part and the note about it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _continues(response: requests.Response, have: int, mark: str) -> bool:
    """Return whether a partial answer begins where the part ends and is of the same file (some ignore If-Range)."""
    marks = (response.headers.get("ETag"), response.headers.get("Last-Modified"))
    return response.headers.get("Content-Range", "").startswith(f"bytes {have}-") and (not mark or mark in marks)


def _announced(response: requests.Response, have: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    if not length.isdecimal() or response.headers.get("Content-Encoding", "identity") != "identity":
        return None
    return have + int(length)


def _leave_room(part: Path, total: int | None, have: int) -> None:
    free = shutil.disk_usage(part.parent).free
    needed = (total or 0) - have + SPARE_BYTES
    if needed > free:
        raise CannotFetch(
            f"it needs {needed / 1e6:,.0f} MB and the disk has {free / 1e6:,.0f} MB free. "
            "Make room or name another folder."
        )
