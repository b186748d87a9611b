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


def test_the_edge_of_a_box_stands_out_from_the_page():
    border, *grounds = (
        _luminance(CONFIG["theme"][name]) for name in ("borderColor", "backgroundColor", "secondaryBackgroundColor")
    )
    assert all((ground + 0.05) / (border + 0.05) >= 3 for ground in grounds)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
