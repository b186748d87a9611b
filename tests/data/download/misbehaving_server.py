"""A real HTTP server on 127.0.0.1 that behaves as badly as it is told to, for the tests of downloading.

    with MisbehavingServer() as server:
        server.at("/file.csv", status(500), drops(CONTENT, after=40), whole(CONTENT))

Each request to a path takes the next behaviour; the last one is for all requests after it.
"""

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class MisbehavingServer:
    """Serves behaviours by path and remembers what was asked for."""

    def __init__(self):
        self.behaviours: dict[str, list[Behaviour]] = {}
        self.requests: dict[str, list[dict[str, str]]] = defaultdict(list)  # path -> headers of each request
        self.queries: dict[str, list[dict[str, str]]] = defaultdict(list)

    def at(self, path: str, *behaviours: Behaviour) -> str:
        self.behaviours[path] = list(behaviours)
        return self.address + path

    def __enter__(self) -> "MisbehavingServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                outer.requests[parts.path].append(dict(self.headers))
                self.query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                outer.queries[parts.path].append(self.query)
                waiting = outer.behaviours.get(parts.path, [status(404)])
                (waiting.pop(0) if len(waiting) > 1 else waiting[0])(self)

            def log_message(self, *_):
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                return  # a client that hangs up is part of the play

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def whole(content: bytes, *, etag: str | None = None, ranges: bool = True, length: bool = True) -> Behaviour:
    """Everything, or from where Range asks, if the mark that If-Range names still holds."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = _start(request, etag) if ranges else 0
        if start >= len(content) > 0:
            status(416)(request)
            return
        _head(request, 206 if start else 200, content, start, etag, length=length)
        request.wfile.write(content[start:])

    return answer


def drops(content: bytes, *, after: int, etag: str | None = None, ranges: bool = True) -> Behaviour:
    """Announces everything that was asked for and hangs up after some bytes of it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = _start(request, etag) if ranges else 0
        _head(request, 206 if start else 200, content, start, etag, length=True)
        request.wfile.write(content[start : start + after])

    return answer


def ignores_if_range(content: bytes, *, etag: str) -> Behaviour:
    """Gives the rest of a file that is another one by now, without looking whether the client has its beginning."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        _head(request, 206 if asked else 200, content, start, etag, length=True)
        request.wfile.write(content[start:])

    return answer


def status(code: int, **headers: str) -> Behaviour:
    """A status without a body."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def slow(content: bytes, *, pause_seconds: float, etag: str) -> Behaviour:
    """Half of it, a pause, the other half."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = _start(request, etag)
        _head(request, 206 if start else 200, content, start, etag, length=True)
        middle = start + (len(content) - start) // 2
        request.wfile.write(content[start:middle])
        request.wfile.flush()
        time.sleep(pause_seconds)
        request.wfile.write(content[middle:])

    return answer


def arcgis(rows: list[dict], *, most: int = 1000, count: int | None = None, moving: bool = True) -> Behaviour:
    """A feature service: counts, pages of at most `most`, as GeoJSON or attributes; `count` is what it says it has."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        query = request.query
        if query.get("returnCountOnly") == "true":
            body = {"count": len(rows) if count is None else count}
        else:
            start = int(query["resultOffset"]) if moving else 0
            page = rows[start : start + min(most, int(query["resultRecordCount"]))]
            more = {"exceededTransferLimit": start + len(page) < len(rows)}
            if query["f"] == "geojson":
                point = {"type": "Point", "coordinates": [-0.5, 53.2]}
                features = [{"type": "Feature", "id": row["FID"], "geometry": point, "properties": row} for row in page]
                body = {"type": "FeatureCollection", "features": features, "properties": more}
            else:
                body = {"features": [{"attributes": row} for row in page]} | more
        json_body(body)(request)

    return answer


def nomis(header: list[str], rows: list[list[str]]) -> Behaviour:
    """A statistics query, in pages."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = int(request.query["recordoffset"])
        page = rows[start : start + int(request.query["recordlimit"])]
        text = "".join(",".join(row) + "\r\n" for row in [header, *page])
        whole(text.encode())(request)

    return answer


def json_body(body: object) -> Behaviour:
    """JSON with the status 200, whatever it says."""
    return whole(json.dumps(body).encode())


def _start(request: BaseHTTPRequestHandler, etag: str | None) -> int:
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    condition = request.headers.get("If-Range")
    return int(asked[1]) if asked and (condition is None or condition == etag) else 0


def _head(request, code: int, content: bytes, start: int, etag: str | None, *, length: bool) -> None:
    request.send_response(code)
    if code == 206:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    if length:
        request.send_header("Content-Length", str(len(content) - start))
    if etag:
        request.send_header("ETag", etag)
    request.end_headers()
