"""The settings of sign-in: required as soon as others could reach the app, and every fault of them at once."""

import asyncio
import contextvars

import pytest
from starlette.responses import Response

from data.faults import InputError
from screens.access import settings, sign_in
from screens.access.guard import Guard
from screens.access.settings import AccessSettings, settings_of
from screens.access.sign_in import person_of
from screens.access.sign_ins import SignIns

AUTH = {
    "redirect_uri": "https://farebridge.council.example/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://login.example/.well-known/openid-configuration",
}
WHOLE = {"auth": AUTH, "access": {"people": {"viewer": ["Ana@council.example"]}, "groups": {"planner": ["SG-Plan"]}}}
CLAIMS = {"iss": "https://login.example", "sub": "7f3", "iat": 1000, "name": "Ana Ruiz", "email": "ana@council.example"}


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_on_the_machine_itself_no_sign_in_is_required(address):
    assert not settings_of({}, address=address).is_required


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.1.2.3", "farebridge.council.example"])
def test_any_other_address_requires_one(address):
    with pytest.raises(InputError, match=r"\[auth\]: is missing"):
        settings_of({}, address=address)
    assert settings_of(WHOLE, address=address).is_required


def test_another_name_of_the_server_requires_one_too():
    with pytest.raises(InputError, match=r"reached at farebridge\.example"):
        settings_of({}, address="localhost", hosts=["farebridge.example"])


def test_the_app_answers_at_the_address_that_people_come_back_to():
    found = settings_of(WHOLE, address="localhost")
    assert "farebridge.council.example" in found.hosts
    assert found.is_https


@pytest.mark.parametrize(
    ("auth", "given", "said"),
    [
        ({"cookie_secret": "short"}, {}, "shorter than 32"),
        ({"redirect_uri": "http://farebridge.council.example/oauth2callback"}, {}, "https://"),
        ({"redirect_uri": "https://farebridge.council.example/"}, {}, "/oauth2callback"),
        ({"client_id": ""}, {}, "auth.client_id: is missing"),
        ({}, {"groups": {}, "people": {}}, "gives nobody a role"),
        ({}, {"people": {"boss": ["a@b"]}}, "boss: is no role"),
        ({}, {"people": {"viewer": "a@b"}}, "not a list of texts"),
        ({}, {"people": "viewer"}, "is no role"),
        ({}, {"idle_minutes": 0}, "idle_minutes: is not a number above 0"),
        ({}, {"session_hours": True}, "session_hours: is not a number above 0"),
        ({}, {"idle": 5}, "access.idle: is not known"),
    ],
)
def test_a_fault_is_said_before_the_server_starts(auth, given, said):
    with pytest.raises(InputError) as caught:
        settings_of({"auth": AUTH | auth, "access": WHOLE["access"] | given}, address="localhost")
    assert said in str(caught.value)


def test_headers_that_anybody_can_write_name_nobody():
    with pytest.raises(InputError, match="trustedUserHeaders"):
        settings_of(WHOLE, address="localhost", trusted_headers={"X-User": "email"})


def test_secrets_in_the_programs_own_folder_are_refused_and_beside_it_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "PROGRAM", tmp_path / "program")
    inside, beside = tmp_path / "program" / ".streamlit" / "secrets.toml", tmp_path / "secrets.toml"
    inside.parent.mkdir(parents=True)
    (tmp_path / "link.toml").symlink_to(inside)
    for file in (inside, beside):
        file.write_text("", encoding="utf-8")
    for file in (inside, tmp_path / "link.toml"):
        with pytest.raises(InputError, match="is in the program's folder"):
            settings_of(WHOLE, address="localhost", files=[str(file)])
    assert settings_of(WHOLE, address="localhost", files=[str(beside)]).is_required


def test_roles_come_from_the_list_and_from_the_claim():
    found = settings_of(WHOLE, address=None)
    assert person_of(CLAIMS, found).roles == {"viewer"}
    assert person_of(CLAIMS | {"roles": ["SG-Plan", 3]}, found).roles == {"viewer", "planner"}
    assert person_of(CLAIMS | {"roles": "SG-Plan", "email": "ben@council.example"}, found).roles == {"planner"}


@pytest.mark.parametrize("unproven", [False, "false"])
def test_an_address_that_the_sign_in_service_has_not_checked_gives_no_role_and_is_not_logged(unproven):
    person = person_of(CLAIMS | {"email_verified": unproven}, settings_of(WHOLE, address=None))
    assert person.roles == set()
    assert person.name == "Ana Ruiz (7f3)"


def test_a_name_that_people_choose_stands_beside_what_the_service_answers_for():
    person = person_of(CLAIMS | {"name": "Ben Ode\n\u202e" + "x" * 500}, settings_of(WHOLE, address=None))
    assert person.name.startswith("Ben Ode")
    assert person.name.endswith("(ana@council.example)")
    assert person.name.isprintable()
    assert len(person.name) < 200


@pytest.mark.parametrize(("came", "is_secure"), [("https://fb.example", True), ("http://localhost", False)])
def test_cookies_go_by_https_alone_where_people_come_by_https(came, is_secure):
    found = settings_of(WHOLE | {"auth": AUTH | {"redirect_uri": f"{came}/oauth2callback"}}, address="localhost")
    sent = []

    async def send(message):
        sent.append(message)

    guard = Guard(Response(headers={"set-cookie": "a=b; Path=/"}), found)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", came.partition("//")[2].encode())]}
    asyncio.run(guard(scope, None, send))
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 200
    assert headers[b"set-cookie"] == (b"a=b; Path=/; Secure" if is_secure else b"a=b; Path=/")
    assert (b"strict-transport-security" in headers) == is_secure


def test_a_file_that_is_made_later_is_made_for_whoever_asked_for_it():
    def ask():
        sign_in._given.set(CLAIMS)
        return sign_in.as_now(sign_in.claims)

    later = contextvars.copy_context().run(ask)
    assert sign_in.claims() == {}
    assert later() == CLAIMS


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def sign_ins() -> tuple[SignIns, Clock, AccessSettings]:
    clock = Clock()
    return SignIns(clock), clock, AccessSettings(is_required=True, idle_seconds=600, session_seconds=7200)


def test_a_sign_in_ends_when_nothing_is_done_for_a_while():
    known, clock, settings = sign_ins()
    for _ in range(5):
        clock.now += 599
        known.act(CLAIMS, settings)
    assert known.why_ended(CLAIMS, settings) is None
    clock.now += 601
    assert known.why_ended(CLAIMS, settings) == "Nothing was done for 10 minutes."
    known.act(CLAIMS, settings)
    assert known.why_ended(CLAIMS, settings) == "Nothing was done for 10 minutes."


def test_a_sign_in_ends_after_its_length_whatever_is_done():
    known, clock, settings = sign_ins()
    while clock.now <= 1000 + 7200:
        assert known.why_ended(CLAIMS, settings) is None
        known.act(CLAIMS, settings)
        clock.now += 500
    assert known.why_ended(CLAIMS, settings) == "A sign-in lasts 2 hours."


def test_a_sign_in_that_was_ended_stays_so_and_the_next_one_is_another():
    known, clock, settings = sign_ins()
    known.end(CLAIMS, settings)
    known.act(CLAIMS, settings)
    assert known.why_ended(CLAIMS, settings) == "You have signed out."
    clock.now += 60
    assert known.why_ended(CLAIMS | {"iat": 1060}, settings) is None


@pytest.mark.parametrize("lacking", ["sub", "iat"])
def test_a_sign_in_without_who_or_when_is_none(lacking):
    known, _, settings = sign_ins()
    assert known.why_ended({name: value for name, value in CLAIMS.items() if name != lacking}, settings)
