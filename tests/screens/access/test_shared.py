"""The app as several people share it, with a real OpenID provider: nobody acts without a sign-in and a role for it."""

import hashlib
from dataclasses import replace

import pytest
import requests
import tomli_w
from oidc_provider_mock import User, run_server_in_thread

from budget.store.library import open_library
from screens.scenario import form
from tests.screens import serving
from tests.screens.access.visiting import Visitor

# of the provider, which runs in a thread of the test
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PEOPLE = {
    "vera": ("Vera Vale", "viewer"),
    "paul": ("Paul Pry", "planner"),
    "adam": ("Adam Ash", "administrator"),
    "nora": ("Nora Noe", "none"),
    "gwen": ("Gwen Gale", "viewer"),
}
MANY = [hashlib.md5(bytes([number // 256, number % 256])).hexdigest() for number in range(500)]  # names of groups
TITLE = "Plan: what a budget buys"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def saved(home):
    """Return the address of a scenario in the library of the app."""
    with open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        return library.save(replace(form.PLAIN, name="For March"), author="Ana").id


@pytest.fixture(scope="module")
def url(home, saved):
    users = [
        User(
            sub=sub,
            claims={
                "name": name,
                "email": f"{sub}@council.example",
                "roles": [*(MANY if sub == "gwen" else ["staff"]), f"fb-{role}"],
            },
        )
        for sub, (name, role) in PEOPLE.items()
    ]
    port = serving.free_port()
    with run_server_in_thread(user_claims=users) as provider:
        issuer = f"http://localhost:{provider.server_port}"
        auth = {
            "redirect_uri": f"http://localhost:{port}/oauth2callback",
            "cookie_secret": "0123456789abcdef" * 4,
            "client_id": "farebridge",
            "client_secret": "not used by this provider",
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
        }
        groups = {role: [f"fb-{role}"] for role in ("viewer", "planner", "administrator")}
        (home / ".streamlit").mkdir()
        (home / ".streamlit" / "secrets.toml").write_text(tomli_w.dumps({"auth": auth, "access": {"groups": groups}}))
        with serving.served(home, port) as address:
            yield address


@pytest.fixture(scope="module")
def signed_in(url):
    """Return a function that gives somebody at a page; each signs in once."""
    webs: dict[str, requests.Session] = {}

    def at(who: str, page: str = "") -> Visitor:
        visitor = Visitor(url, page, webs[who]) if who in webs else Visitor(url, page)
        if who not in webs:
            visitor.sign_in(who)
            webs[who] = visitor.web
        return visitor

    return at


def test_a_visitor_who_has_not_signed_in_sees_how_to_and_nothing_else(url):
    shown = Visitor(url, "scenarios").see()
    assert "Sign in" in shown
    assert "For March" not in shown


def test_a_cookie_that_was_made_up_is_no_sign_in(url):
    visitor = Visitor(url, "scenarios")
    visitor.web.cookies.set("_streamlit_user", "eyJpc19sb2dnZWRfaW4iOnRydWV9")
    visitor.again()
    assert "For March" not in visitor.see()


def test_files_of_people_are_for_whoever_has_signed_in(url, signed_in):
    for path in ("media/abc.xlsx", "_stcore/upload_file/a/b"):
        assert requests.get(url + path, timeout=600).status_code == 401
        assert signed_in("vera").web.get(url + path, timeout=600).status_code != 401


def test_whoever_is_in_hundreds_of_groups_gets_in(signed_in):
    """Their cookies are longer than a line of a channel's opening may be by default; it would never open."""
    gwen = signed_in("gwen", "scenarios")
    assert sum(map(len, gwen.web.cookies.values())) > 8192
    assert "For March" in gwen.see()


def test_a_viewer_who_presses_delete_past_the_menu_deletes_nothing(signed_in, home, saved):
    viewer = signed_in("vera", "scenarios")
    assert "For March" in viewer.see()
    viewer.typed["scenarios_selected"] = ["For March"]
    viewer.see()
    shown = viewer.see("scenarios_delete")
    assert "takes the role planner" in shown
    with open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        assert library.get(saved).deleted_at is None


def test_a_viewer_sees_no_person_and_no_ledger_at_their_addresses(signed_in):
    for page, role in (("check", "adviser"), ("assess", "adviser"), ("monitoring", "finance")):
        assert f"takes the role {role}" in signed_in("vera", page).see()


def test_somebody_without_a_role_sees_no_plan(signed_in):
    assert "For March" not in signed_in("nora", "scenarios").see()


def test_the_audit_log_has_the_name_of_the_sign_in_whatever_was_typed(signed_in, home):
    planner = signed_in("paul", "scenarios")
    planner.see()
    planner.typed |= {"scenarios_selected": ["For March"]}
    planner.see()
    planner.typed |= {"scenarios_who": "Somebody Else"}
    planner.see("scenarios_duplicate")
    with open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        last = library.audit()[-1]
    assert (last.action, last.who) == ("duplicated", "Paul Pry (paul@council.example)")


def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(signed_in):
    viewer = signed_in("vera", "scenarios")
    assert "For March" in viewer.see()
    viewer.see("access_sign_out")
    viewer.again()
    shown = viewer.see()
    assert "You have signed out" in shown
    assert "For March" not in shown
