"""TOML and JSON from outside take no stack, memory or time beyond their size, by every way in."""

import base64
import json
import zlib

import pytest

from budget.allocation.inputs.limits import read_limits
from budget.scenarios import scenario_file
from data.faults import InputError
from data.opening.toml_text import parse_json, parse_toml
from eligibility.rules import policy_file
from screens.limits import state

COSTLY = {
    "brackets": ("a = " + "[" * 100_000 + "]" * 100_000, "brackets within each other"),
    "tables": ("a = " + "{a=" * 100_000, "brackets within each other"),
    "a few brackets too many": ("a = " + "[" * 40 + "]" * 40, "more than 30 tables and lists"),
    "digits": ("budget = " + "9" * 5_000, "too many digits"),
    "digits that Python takes": ("budget = " + "9" * 4_000, "too many digits"),
    "a number in base 16": ("budget = 0x" + "f" * 20_000, "too many digits"),
    "a million limits": ("[[limit]]\n" * 1_000_000, "00,000 are read"),
    "many limits": ("[[limit]]\n" * 100_000, "headings of the kind [[limit]]"),
    "dots": ("a" + ".a" * 500_000 + " = 1", "dots in a name"),
    "dots in a heading": (
        "[" + "a." * 200_000 + "a]\n" + "x = 1\n" * 1_000,
        "dots in a name",
    ),
    "many headings": ("".join(f"[t{n}]\n" for n in range(21_000)), "lines that begin with a bracket"),
    "digits behind a point": ("budget = 0." + "1" * 20_000, "too many digits"),
    "commas": ("a = [" + "1," * 600_000 + "]", "more than 500,000 commas"),
    "keys": ("".join(f"k{n} = 1\n" for n in range(3_000)), "more than 2,000 keys"),
    "a long list": ("must_fund = [" + '"a",' * 60_000 + "]", "a list of more than 50,000"),
}


def ways(text: str, folder) -> dict:
    path = folder / "limits.toml"
    path.write_text(text, encoding="utf-8")
    address = base64.urlsafe_b64encode(zlib.compress(text[:190_000].encode())).decode()
    return {
        "scenario": lambda: scenario_file.from_text(text),
        "policy": lambda: policy_file.parse(text.encode(), "policy.toml"),
        "limits": lambda: read_limits(path),
        "address": lambda: state.unpack(address),
    }


@pytest.mark.parametrize("kind", COSTLY)
def test_costly_toml_is_refused_by_every_way_in(kind, tmp_path):
    text, words = COSTLY[kind]
    for name, read in ways(text, tmp_path).items():
        with pytest.raises(InputError) as caught:
            read()
        told = str(caught.value)
        assert name == "address" or words in told or (name == "policy" and "are read" in told), name


def test_a_scenario_for_every_area_of_england_is_read():
    areas = [f"E01{number:06d}" for number in range(33_755)]
    assert len(scenario_file.from_text(f"must_fund = {json.dumps(areas)}").limits.must_fund) == 33_755


def test_json_is_limited_alike():
    for text in ("[" * 100_000, '{"a":' * 100_000, "9" * 5_000, "{"):
        with pytest.raises(InputError):
            parse_json(text, "manifest.json")
    assert parse_json(b'\xef\xbb\xbf{"a": [1]}', "a.json") == {"a": [1]}


def test_what_is_no_text_says_how_to_save_it():
    with pytest.raises(InputError, match="not text in UTF-8"):
        parse_toml(b"\xff\xfea", "a.toml")
