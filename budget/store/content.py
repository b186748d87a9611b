"""Check what is saved in the library: the scenario can be read again, the results belong to it, and texts fit."""

from collections.abc import Mapping

from budget.scenarios import scenario_file
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.store import results as store_results
from budget.store.results import Results
from data.faults import Fault, InputError

MOST_CHARACTERS = {"name": 500, "author": 200, "note": 1_000_000, "scenario": 5_000_000}
MOST_CHARACTERS |= {"file": 500, "reason": 2_000}  # of actuals
MAY_BE_EMPTY = ("note", "reason")
NOT_FOR_A_DATABASE = {"\x00": "the character NUL", **{chr(code): "half a character" for code in range(0xD800, 0xE000)}}


def content_of(scenario: Scenario, results: Results | None, texts: Mapping[str, str]) -> dict:
    """Return the columns that hold a scenario and its results.

    Raises InputError with every fault of them, and of the `texts` that go with them.
    """
    faults = _faults(texts)
    if people := store_results.applicants_in(scenario.limits):
        problem = f"{', '.join(people[:5])} is a single applicant: nothing about a person is saved here. Take it out."
        faults.append(Fault("limits", problem))
    mark = fingerprint(scenario)
    if results is not None and results.fingerprint != mark:
        faults.append(Fault("results", "are of another scenario than this one. Plan again, and save that."))
    text = ""
    try:
        text = scenario_file.to_text(scenario)
        faults += _faults({"scenario": text})
        scenario_file.from_text(text)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError("scenario", faults)
    summary, packed = (None, None) if results is None else (results.summary(), results.packed())
    return {"text": text, "fingerprint": mark, "bundle": scenario.bundle, "summary": summary, "results": packed}


def check(**texts: str) -> None:
    """Raise InputError with every fault of these texts."""
    if faults := _faults(texts):
        raise InputError("scenario", faults)


def _faults(texts: Mapping[str, str]) -> list[Fault]:
    return [Fault(what, problem) for what, text in texts.items() if (problem := _text_fault(what, text))]


def _text_fault(what: str, text: str) -> str | None:
    """Return why a text cannot be saved without change, None where it can."""
    if not text.strip() and what not in MAY_BE_EMPTY:
        return "is empty. Give one."
    if len(text) > MOST_CHARACTERS[what]:
        return f"has {len(text):,} characters; at most {MOST_CHARACTERS[what]:,} are saved. Shorten it."
    place = next((place for place, letter in enumerate(text) if letter in NOT_FOR_A_DATABASE), None)
    if place is None:
        return None
    return f"holds {NOT_FOR_A_DATABASE[text[place]]} in place {place + 1:,}, which no database can store. Take it out."
