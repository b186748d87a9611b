"""Nobody takes so much of the server that there is no room for others: open pages, and files that are sent."""

import asyncio
import json
import subprocess
import sys
from contextlib import ExitStack

import pytest
from starlette.requests import Request
from streamlit.proto.BackMsg_pb2 import BackMsg

from screens.access import guard, room
from screens.access.settings import AccessSettings
from tests import ROOT

HOST = [(b"host", b"localhost:8501"), (b"origin", b"http://localhost:8501")]
LOCAL = AccessSettings(is_required=False)
SHARED = AccessSettings(is_required=True, groups={"planner": frozenset({"fb-planner"})}, most_upload_bytes=1_000)
CLAIMS = {"is_logged_in": True, "sub": "paul", "iss": "https://sign-in.example", "iat": 1, "roles": ["fb-planner"]}


def test_pages_that_were_opened_without_signing_in_leave_room_for_those_who_have():
    pages = room.Pages(4)
    with ExitStack() as opened:
        assert [opened.enter_context(pages.one_more(False)) for _ in range(3)] == [True, True, False]
        assert [opened.enter_context(pages.one_more(True)) for _ in range(3)] == [True, True, False]
    with pages.one_more(False) as has_room:
        assert has_room


def test_files_are_counted_while_they_come_and_while_they_are_held_in_all_and_for_each_person():
    held: dict[room.File, int] = {}
    files = room.Files(100, lambda: dict(held))

    def sent(name: str, size: int, who: str | None) -> bool:
        with files.one_more(("session", name), size, who) as has_room:
            if has_room:
                held["session", name] = size
            return has_room

    with files.one_more(("session", "comes"), 40, "ann") as comes:
        assert comes
        assert not sent("a", 11, "ann"), "half of the room is one person's"
        assert sent("a", 50, "bob")
        assert not sent("b", 11, "eve"), "it is full"
    assert not sent("b", 51, "eve") and sent("b", 50, "eve")
    del held["session", "a"]
    assert sent("c", 50, "bob"), "what is not held any more counts no more"
    assert room.Files(100, dict).one_more(("session", "alone"), 100).__enter__(), "alone on a laptop all is one's own"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("soft", "hard", "taken", "pages"),
    [
        (1_024, 20_000, 4_600, room.MOST_PAGES),
        (1_024, 1_024, None, 106),
        (256, -1, 4_600, room.MOST_PAGES),
        (-1, -1, None, room.MOST_PAGES),
        (100, 100, None, room.LEAST_PAGES),
    ],
)
def test_the_server_takes_the_descriptors_that_it_may_have_and_opens_no_more_pages_than_they_are_for(
    soft, hard, taken, pages, monkeypatch
):
    import resource

    asked = []
    monkeypatch.setattr(resource, "RLIM_INFINITY", -1)
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: asked.append(limits[0]))
    assert room.most_pages() == pages
    assert asked == ([] if taken is None else [taken])


def answered(app: guard.Guard, scope: dict) -> tuple[int, str]:
    """Return the status and the sentence of an answer; 0 and "" where the app behind the guard was asked."""
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request", "body": b""}

    asyncio.run(app(scope, receive, send))
    return (sent[0]["status"], sent[1]["body"].decode()) if sent else (0, "")


async def behind(scope: dict, receive: object, send: object) -> None:
    """Stand for the app behind the guard."""


def channel(**more) -> dict:
    return {"type": "websocket", "path": "/_stcore/stream", "headers": HOST, "query_string": b"", **more}


def upload(length: int | None, name: str = "one") -> dict:
    said = [] if length is None else [(b"content-length", str(length).encode())]
    path = f"/_stcore/upload_file/session/{name}"
    return {"type": "http", "method": "PUT", "path": path, "headers": [*HOST, *said], "query_string": b""}


def test_a_page_for_which_there_is_no_room_is_told_so():
    app = guard.Guard(behind, LOCAL)
    extensions = {"websocket.http.response": {}}
    assert answered(app, channel(extensions=extensions)) == (0, "")
    app._pages = room.Pages(0)
    assert answered(app, channel(extensions=extensions)) == (503, room.TOO_MANY_PAGES)


def test_a_file_for_which_there_is_no_room_is_refused_before_it_is_read():
    app = guard.Guard(behind, AccessSettings(is_required=False, most_upload_bytes=1_000))
    assert answered(app, upload(1_000)) == (0, "")
    assert answered(app, upload(1_001)) == (507, room.TOO_MANY_FILES)
    assert answered(app, upload(None)) == (411, room.NO_LENGTH)


@pytest.mark.parametrize(("roles", "answer"), [(["fb-planner"], 0), (["staff"], 403), (None, 401)])
def test_a_file_is_taken_from_whoever_has_a_role_alone(roles, answer, monkeypatch):
    cookie = None if roles is None else json.dumps(CLAIMS | {"roles": roles}).encode()
    monkeypatch.setattr(guard, "signed_cookie", lambda cookies, name: cookie)
    monkeypatch.setattr(guard.SIGN_INS, "why_ended", lambda claims, settings: None)
    app = guard.Guard(behind, SHARED)
    assert answered(app, upload(500))[0] == answer
    if not answer:
        assert answered(app, upload(501)) == (507, room.TOO_MANY_FILES)


def test_no_page_empties_the_caches_of_everybody():
    clear, run = BackMsg(clear_cache=True).SerializeToString(), BackMsg(stop_script=True).SerializeToString()
    waiting = [{"type": "websocket.receive", "bytes": each} for each in (clear, b"\xff", clear, run)]
    passed_on = []

    async def page() -> dict:
        return waiting.pop(0)

    async def read_all(scope: dict, receive: object, send: object) -> None:
        while waiting:
            passed_on.append((await receive())["bytes"])

    asyncio.run(guard.Guard(read_all, LOCAL)(channel(), page, None))
    assert passed_on == [b"\xff", run]


@pytest.mark.parametrize(("settings", "most"), [(SHARED, 64_000), (LOCAL, 4_000_000)])
def test_a_message_that_no_page_sends_closes_its_channel_and_is_not_kept(settings, most):
    waiting = [{"type": "websocket.receive", "bytes": b"\xff" * length} for length in (most, most + 1)]
    heard, sent = [], []

    async def page() -> dict:
        return waiting.pop(0)

    async def read_all(scope: dict, receive: object, send: object) -> None:
        heard.extend([await receive(), await receive()])

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(guard.Guard(read_all, settings)(channel(), page, send))
    assert [len(message.get("bytes", b"")) for message in heard] == [most, 0]
    assert heard[1]["type"] == "websocket.disconnect"
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1009)]


def test_a_file_that_is_sent_is_never_in_a_file_of_the_server_however_long_it_is():
    guard.Guard(behind, LOCAL)
    body = b"--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + bytes(3_000_000) + b"\r\n--x--\r\n"
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]

    async def send_body() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def form() -> tuple[int, bool]:
        async with Request({"type": "http", "method": "PUT", "headers": headers}, send_body).form() as found:
            given = found["f"]
            return given.size, given._in_memory

    assert asyncio.run(form()) == (3_000_000, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file")
def test_a_crash_leaves_no_image_of_what_people_sent():
    program = "import resource; from screens.access import room; room.keep_in_memory(); "
    program += "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.mark.parametrize(("came", "answer"), [("cross-site", 403), ("none", 403), ("same-origin", 0), (None, 0)])
def test_a_link_that_somebody_sent_signs_nobody_out(came, answer):
    said = [] if came is None else [(b"sec-fetch-site", came.encode())]
    scope = {"type": "http", "method": "GET", "path": "/auth/logout", "headers": [*HOST, *said], "query_string": b""}
    assert answered(guard.Guard(behind, SHARED), scope)[0] == answer
