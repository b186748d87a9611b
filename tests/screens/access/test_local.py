"""The app as one person runs it: no sign-in, and no page, name or machine other than this one is answered."""

import contextlib
import http.client
import re
import subprocess
import tomllib

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from screens.monitoring import entry
from tests import ROOT
from tests.screens import serving
from tests.screens.access.visiting import XSRF, Visitor, open_channel

ELSEWHERE = ("http://evil.example", "null", "http://localhost", "http://localhost.evil.example", "file://")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with serving.served(tmp_path_factory.mktemp("local")) as address:
        yield address


def test_nobody_signs_in_on_their_own_machine(url):
    shown = Visitor(url).see()
    assert "Plan a budget" in shown
    assert "Sign" not in shown


def test_a_file_made_as_its_button_is_pressed_is_there_whatever_others_do_before_it_is_fetched(url):
    person, another = Visitor(url, "take-away"), Visitor(url)
    label = "Download the workbook"
    address = person.made(person.until(person.see(), label), label)
    for _ in range(3):
        another.see()
    assert person.fetch(address)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "10.0.0.7", "[", ""]
)
def test_another_name_for_this_machine_is_not_answered(url, host):
    for path in ("", "plan", "_stcore/health", "static/js/none.js"):
        answer = requests.get(url + path, headers={"Host": host}, timeout=600)
        assert answer.status_code in (400, 403)


def test_the_names_of_this_machine_are_answered(url):
    port = url.rstrip("/").rpartition(":")[2]
    for host in (f"localhost:{port}", f"LOCALHOST:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert requests.get(url, headers={"Host": host}, timeout=600).status_code == 200


@pytest.mark.parametrize("origin", [None, *ELSEWHERE])
def test_a_channel_is_opened_for_a_page_of_the_app_alone(url, origin):
    with pytest.raises(InvalidStatus, match="403"), open_channel(url, {}, {"Origin": origin} if origin else {}):
        pass


@pytest.mark.parametrize("origin", [None, *ELSEWHERE])
def test_a_file_is_taken_from_a_page_of_the_app_alone(url, origin):
    for act in (requests.put, requests.delete, requests.post):
        answer = act(url + "_stcore/upload_file/a/b", headers={"Origin": origin} if origin else {}, timeout=600)
        assert answer.status_code == 403
        assert "page of this app" in answer.text


def test_one_setting_says_how_large_a_file_may_be_that_is_sent_and_the_rest_is_not_read(url):
    """A page may ask for less, never for more: the server would refuse what the page had promised to take."""
    most = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["server"]["maxUploadSize"]
    assert _status_of_upload(url, most * 2**20 + 1) == 413
    widgets = [path.read_text(encoding="utf-8") for path in (ROOT / "screens").rglob("*.py")]
    assert {each for text in widgets for each in re.findall(r"max_upload_size=(.+),", text)} == {"MOST_MEGABYTES"}
    assert most > entry.MOST_MEGABYTES


def _status_of_upload(url: str, size: int) -> int:
    """Return the status with which the server answers the head of an upload of so many bytes, before any is sent."""
    cookies = requests.get(url + "_stcore/health", timeout=600).cookies.get_dict()
    with open_channel(url, cookies) as channel:
        ask = BackMsg()
        ask.rerun_script.page_name = ""
        channel.send(ask.SerializeToString())
        message = ForwardMsg()
        while message.WhichOneof("type") != "new_session":
            message = ForwardMsg.FromString(channel.recv(timeout=600))
        place = f"/_stcore/upload_file/{message.new_session.initialize.session_id}/1"
        sent_by_a_page = {"Origin": url.rstrip("/"), "X-Xsrftoken": cookies[XSRF], "Cookie": f"{XSRF}={cookies[XSRF]}"}
        with contextlib.closing(http.client.HTTPConnection(url.split("/")[2], timeout=600)) as connection:
            connection.putrequest("PUT", place)
            for name, value in (sent_by_a_page | {"Content-Length": str(size)}).items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as answer:
                return answer.status


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "Via"])
def test_a_proxy_in_front_of_an_app_without_sign_in_is_refused(url, name):
    answer = requests.get(url, headers={name: "localhost"}, timeout=600)
    assert answer.status_code == 403
    assert "set up sign-in" in answer.text


def test_every_answer_says_what_its_page_may_load_and_that_none_may_frame_it(url):
    for path in ("", "_stcore/health", "none"):
        headers = requests.get(url + path, timeout=600).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_figures_of_the_server_are_closed_and_no_page_may_send_it_messages(url):
    for path in ("_stcore/metrics", "_stcore/agent/mcp", "_stcore/agent/openapi.json"):
        assert requests.get(url + path, timeout=600).status_code == 404
    assert requests.get(url + "_stcore/host-config", timeout=600).json()["allowedOrigins"] == []


def test_a_server_for_others_does_not_start_without_sign_in(tmp_path):
    start = serving.command(serving.free_port(), "--server.address", "0.0.0.0")
    done = subprocess.run(
        start, cwd=tmp_path, env=serving.environment(tmp_path), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 1
    assert "[auth]: is missing" in done.stderr
    assert "Traceback" not in done.stderr
