"""Visit the app without a browser: the requests and messages that a page sends, made by hand."""

import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

SECONDS = 600  # for an answer; only ends a test that would hang
XSRF = "_streamlit_xsrf"
OVER = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def open_channel(url: str, cookies: Mapping[str, str], headers: Mapping[str, str] | None = None) -> connect:
    """Return the channel of a page, to be entered; `headers` are those of a page of the app unless others are given."""
    parts = urlsplit(url)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    given = {"Origin": f"http://{parts.netloc}"} if headers is None else headers
    return connect(
        f"ws://{parts.netloc}/_stcore/stream",
        additional_headers={"Cookie": cookie, **given},
        subprotocols=["streamlit", cookies.get(XSRF, "none")],
        max_size=None,
        proxy=None,
    )


@dataclass
class Visitor:
    """Somebody at a page of the app: their cookies, the channel of the page, and what they typed and chose."""

    url: str
    page: str = ""
    web: requests.Session = field(default_factory=requests.Session)
    typed: dict[str, str | list[str] | FileUploaderState] = field(default_factory=dict)  # by the key of the box
    turns: dict[str, float] = field(default_factory=dict)  # parts of the page that run by themselves: every so often

    def __post_init__(self):
        self.web.trust_env = False
        self.web.get(urljoin(self.url, "_stcore/health"), timeout=SECONDS)
        self.stack = ExitStack()
        self.channel = self.stack.enter_context(open_channel(self.url, self.web.cookies.get_dict()))
        self.ids: dict[str, str] = {}
        self.redirect = self.script = self.session = ""

    def see(self, press: str = "", part: str = "") -> str:
        """Run the page, where `press` is the key of a button after pressing it, and return all that it shows.

        With `part`, one of `turns`, run that part of the page alone, as the page does by itself.
        """
        ask = BackMsg()
        ask.rerun_script.page_name = self.page
        if part:
            ask.rerun_script.fragment_id, ask.rerun_script.is_auto_rerun = part, True
            ask.rerun_script.page_script_hash = self.script
        for key, value in self.typed.items():
            state = ask.rerun_script.widget_states.widgets.add(id=self.ids[key])
            if isinstance(value, str):
                state.string_value = value
            elif isinstance(value, FileUploaderState):
                state.file_uploader_state_value.CopyFrom(value)
            else:
                state.string_array_value.data.extend(value)
        if press:
            ask.rerun_script.widget_states.widgets.add(id=self.ids[press]).trigger_value = True
        self.channel.send(ask.SerializeToString())
        shown: list[str] = []
        while True:
            message = ForwardMsg.FromString(self.channel.recv(timeout=SECONDS))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id
                turns: dict[str, float] = {}
            elif kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "auto_rerun":
                turns[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "delta":
                shown.append(str(message.delta))
                self.ids |= {name: id for id, name in re.findall(r'"(\$\$ID-[0-9a-f]+-([^"]+))"', shown[-1])}
            elif kind == "auth_redirect":
                self.redirect = message.auth_redirect.url
            elif kind == "script_finished" and message.script_finished in OVER:
                is_whole = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                self.turns = turns if is_whole else self.turns | turns
                return "\n".join(shown)

    def until(self, shown: str, words: str) -> str:
        """Run the part of the page that shows work under way until the page shows the words; return all that it shows.

        Raises AssertionError where the page shows no work under way and not the words.
        """
        deadline = time.monotonic() + SECONDS
        while words not in shown:
            if not self.turns or time.monotonic() > deadline:
                errors = re.findall(r'alert \{\s+body: "([^"]*)"', shown)
                raise AssertionError(f"the page never showed {words!r}; it says {errors[-3:] or shown[-500:]}")
            part, seconds = next(iter(self.turns.items()))
            time.sleep(seconds)
            shown += self.see(part=part)
        return shown

    def upload(self, key: str, name: str, content: bytes) -> None:
        """Send a file to the box of this key; the next `see` tells the page of it."""
        ask = BackMsg()
        ask.file_urls_request.request_id, ask.file_urls_request.session_id = "one", self.session
        ask.file_urls_request.file_names.append(name)
        (urls,) = self._answer(ask, "file_urls_response").file_urls_response.file_urls
        parts = urlsplit(self.url)
        headers = {"Origin": f"http://{parts.netloc}", "X-Xsrftoken": self.web.cookies.get(XSRF, "")}
        place = urljoin(self.url, urls.upload_url)
        self.web.put(place, files={"file": (name, content)}, headers=headers, timeout=SECONDS).raise_for_status()
        given = FileUploaderState()
        given.uploaded_file_info.add(name=name, size=len(content), file_id=urls.file_id).file_urls.CopyFrom(urls)
        self.typed[key] = given

    def download(self, shown: str, label: str) -> bytes:
        """Return the file behind a download button, by its label in what the page showed, made as it is pressed."""
        return self.fetch(self.made(shown, label))

    def made(self, shown: str, label: str) -> str:
        """Press a download button, by its label in what the page showed, and return the address of the file made."""
        file_id = re.findall(rf'label: "{re.escape(label)}"[^{{}}]*?deferred_file_id: "([^"]+)"', shown)[-1]
        ask = BackMsg()
        ask.backend_operation_request.request_id, ask.backend_operation_request.session_id = "one", self.session
        ask.backend_operation_request.deferred_file.file_id = file_id
        answer = self._answer(ask, "backend_operation_response").backend_operation_response
        return answer.deferred_file.url

    def fetch(self, address: str) -> bytes:
        """Return the file at an address of the app."""
        found = self.web.get(urljoin(self.url, address), timeout=SECONDS)
        found.raise_for_status()
        return found.content

    def _answer(self, ask: BackMsg, kind: str) -> ForwardMsg:
        self.channel.send(ask.SerializeToString())
        while (answer := ForwardMsg.FromString(self.channel.recv(timeout=SECONDS))).WhichOneof("type") != kind:
            pass
        return answer

    def sign_in(self, who: str) -> None:
        """Sign in at the provider as `who`, as a browser is led there and back; then open the page again."""
        self.see()
        self.see("access_sign_in")
        form = self.web.get(urljoin(self.url, self.redirect), timeout=SECONDS)
        self.web.post(form.url, data={"sub": who}, timeout=SECONDS)
        self.again()

    def again(self) -> None:
        """Load the page again, as it is at first, with the cookies as they are now."""
        self.stack.close()
        self.channel = self.stack.enter_context(open_channel(self.url, self.web.cookies.get_dict()))
        self.ids = {}
