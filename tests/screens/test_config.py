"""The app starts by itself, tells nobody, listens to this machine only and is light."""

import tomllib

from tests import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


def test_nothing_is_told_about_its_use():
    assert CONFIG["browser"]["gatherUsageStats"] is False


def test_only_this_machine_is_served():
    assert CONFIG["server"]["address"] == "localhost"


def test_a_fresh_machine_is_not_asked_for_an_email_address():
    assert CONFIG["server"]["showEmailPrompt"] is False


def test_there_is_one_light_theme():
    assert CONFIG["theme"]["base"] == "light"
    assert "dark" not in CONFIG["theme"]
