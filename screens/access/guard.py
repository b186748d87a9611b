"""Answer only requests from pages of this app: the Host and Origin headers are looked at before anything else is.

A page anywhere on the web can make a browser ask a server on its user's own machine, under a name that it points there.
Such a request has that page's Host or Origin. The headers of the answers say what a page of the app may load and that
no other page may frame it. What some may take of the server's room is limited (screens/access/room.py).
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks as signed_cookie,
)

from screens.access import room
from screens.access.settings import AccessSettings, is_local
from screens.access.sign_in import SIGN_INS, person_of

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
READS = ("GET", "HEAD", "OPTIONS")
SENDS = ("PUT", "POST")
CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")  # nothing of ours asks for these
SIGN_OUT, OWN_PAGE = "/auth/logout", "same-origin"
UPLOADS = "/_stcore/upload_file/"
PERSONAL = ("/media/", UPLOADS)  # files of people: only for whoever has signed in
STATIC_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
OWN_SCRIPT = Path(__file__).parents[1] / "page.js"


class Guard:
    """ASGI middleware that refuses requests of other pages and hosts, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, settings: AccessSettings):
        self._app, self._settings = app, settings
        room.keep_in_memory()
        self._pages = room.Pages(room.most_pages())
        self._files = room.Files(settings.most_upload_bytes, room.held_by_streamlit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        send = self._with_headers(request, send)
        status, problem = self._refused(request)
        if problem:
            await _refuse(scope, receive, send, status, problem)
        elif scope["type"] == "websocket":
            is_by_somebody = not self._settings.is_required or self._claims(request) is not None
            with self._pages.one_more(is_by_somebody) as has_room:
                answer = self._app if has_room else partial(_refuse, status=503, problem=room.TOO_MANY_PAGES)
                await answer(scope, _heard(receive, send, room.most_said(is_by_somebody)), send)
        elif UPLOADS in scope["path"] and scope["method"] in SENDS:
            await self._take_file(request, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take_file(self, request: HTTPConnection, receive: Receive, send: Send) -> None:
        """Pass a file on that is sent, where there is room for it."""
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            await _refuse(request.scope, receive, send, 411, room.NO_LENGTH)
            return
        session, _, name = request.scope["path"].partition(UPLOADS)[2].partition("/")
        claims = self._claims(request) or {}
        with self._files.one_more((session, name), int(length), claims.get("sub")) as has_room:
            answer = self._app if has_room else partial(_refuse, status=507, problem=room.TOO_MANY_FILES)
            await answer(request.scope, receive, send)

    def _refused(self, request: HTTPConnection) -> tuple[int, str]:
        """Return the status and the sentence with which a request is refused, 0 and "" where it is not."""
        scope, hosts, origins = request.scope, request.headers.getlist("host"), request.headers.getlist("origin")
        is_read = scope["type"] == "http" and scope["method"] in READS
        if len(hosts) != 1 or _host_name(hosts[0]) not in self._settings.hosts:
            return 403, "This app does not answer at this address. An administrator can name it in server.allowedHosts."
        if len(origins) > 1 or not (_is_same(origins[0], hosts[0]) if origins else is_read):
            return 403, "This request did not come from a page of this app. Is the Host header passed on by the proxy?"
        if not self._settings.is_required and not _is_of_this_machine(request):
            return 403, "This app serves the machine it runs on. To share it, set up sign-in as docs/sign-in.md says."
        if scope["path"].endswith(SIGN_OUT) and request.headers.get("sec-fetch-site", OWN_PAGE) != OWN_PAGE:
            return 403, "Sign out with the button in the app."  # and not by a link that somebody sent
        if any(each in scope["path"] for each in CLOSED):
            return 404, "Not found."
        if self._settings.is_required and any(each in scope["path"] for each in PERSONAL):
            claims = self._claims(request)
            if claims is None:
                return 401, "Sign in first."
            if not is_read and not person_of(claims, self._settings).roles:
                return 403, "Whoever sends a file needs a role. Ask an administrator of the sign-in for one."
        return 0, ""

    def _claims(self, request: HTTPConnection) -> Mapping[str, Any] | None:
        """Return what the sign-in service said about whoever asks, None where nobody has signed in."""
        cookie = signed_cookie(request.cookies, USER_COOKIE_NAME)
        claims: Mapping[str, Any] | None = None if cookie is None else json.loads(cookie)
        return None if claims is None or SIGN_INS.why_ended(claims, self._settings) is not None else claims

    def _with_headers(self, request: HTTPConnection, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.update(_HEADERS | {"Content-Security-Policy": _policy(request.headers.get("host", ""))})
                if self._settings.is_https:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                    message["headers"] = [
                        (
                            name,
                            value + b"; Secure"
                            if name == b"set-cookie" and b"; secure" not in value.lower()
                            else value,
                        )
                        for name, value in message["headers"]
                    ]
            await send(message)

        return send_with_headers


def _heard(receive: Receive, send: Send, most: int) -> Receive:
    """Return what a page says, in messages of at most so many bytes: a longer one closes its channel.

    That everybody's caches be emptied, which no page of ours asks for, is not passed on.
    """

    async def next_message() -> Message:
        while _clears(message := await receive()):
            pass
        if len(message.get("bytes") or message.get("text") or "") <= most:
            return message
        await send({"type": "websocket.close", "code": 1009, "reason": room.TOO_LONG})
        return {"type": "websocket.disconnect", "code": 1009}

    return next_message


def _clears(message: Message) -> bool:
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type") == "clear_cache"
    except Exception:  # noqa: BLE001  bytes that are no message, of whatever error: Streamlit refuses them
        return False


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, problem: str) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": problem})  # before it is accepted: a 403
    else:
        await PlainTextResponse(problem, status)(scope, receive, send)


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def _host_name(host: str) -> str | None:
    """Return the name in a Host header in small letters, None where it is not a name and perhaps a port alone."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    is_plain = parts.netloc == host and "@" not in host
    return parts.hostname.rstrip(".") if is_plain and parts.hostname else None


def _is_same(origin: str, host: str) -> bool:
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.lower() == host.lower()


def _is_of_this_machine(request: HTTPConnection) -> bool:
    """Say whether a request was made on this machine, as far as can be seen, and was not passed on by a proxy."""
    is_near = request.client is None or is_local(request.client.host)
    return is_near and not any(name in request.headers for name in FORWARDED)


def _policy(host: str) -> str:
    own = f"'self' ws://{host} wss://{host}" if _host_name(host) else "'self'"
    return (
        "default-src 'self'; "
        f"script-src 'self' blob: {_hashes()}; "  # blob: Streamlit hands a component its script so
        "style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; "
        "font-src 'self' data:; "
        f"connect-src {own}; "
        "worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


@cache
def _hashes() -> str:
    """Return what the policy calls the two scripts that stand in pages: Streamlit's own and page.js."""
    inside = re.findall(r"<script>(.*?)</script>", STATIC_PAGE.read_text("utf-8"), re.DOTALL)
    scripts = [*inside, f"\n{OWN_SCRIPT.read_text('utf-8')}"]
    digests = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts)
    return " ".join(f"'sha256-{each}'" for each in digests)
