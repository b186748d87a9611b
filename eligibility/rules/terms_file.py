"""Read what a policy file says besides its criteria: contributions, provisions, referrals, notes and appeals."""

from collections.abc import Callable
from datetime import date
from typing import Any

from eligibility.rules.residence import TO_FILL_IN, Council
from eligibility.rules.table_reader import BASIS, TableReader
from eligibility.rules.terms import (
    LETTER_FIELDS,
    OF_ONE_PERSON,
    RATE_LABELS,
    AppealStage,
    PolicyCheck,
    PolicyText,
    Rate,
    Terms,
)

EXCEPTIONS = "exceptional_circumstances"


def read(reader: TableReader, top: dict) -> Terms:
    """Return the terms of a file whose top level has been checked; what is wrong becomes the reader's faults."""
    council = _council(reader, top["council"]) if "council" in top else None
    return Terms(
        council=council,
        covers=_covers(reader, top["covers"]) if "covers" in top else None,
        not_seen=_not_seen(reader, top.get("not_seen", [])),
        **{section: _each(reader, top, section, read_one) for section, read_one in _LISTS.items()},
        exceptional_circumstances=_text(reader, top[EXCEPTIONS], EXCEPTIONS) if EXCEPTIONS in top else None,
        appeal=_each(reader, top, "appeal", _stage),
        sight=_sight(reader, top.get("sight", [])),
        checked=_checked(reader, top["checked"], council) if "checked" in top else None,
        letters=_letters(reader, top.get("letters", {})),
    )


def _each(reader: TableReader, top: dict, section: str, read_one: Callable) -> tuple:
    numbered = enumerate(top.get(section, []), 1)
    items = [read_one(reader, data, f"{section}[{number}]") for number, data in numbered]
    return tuple(item for item in items if item is not None)


def _covers(reader: TableReader, data: Any) -> tuple[date, date] | None:
    found = reader.fields(data, "covers", {"from": (date,), "until": (date,)}, {})
    if len(found) < 2:
        return None
    if found["until"] < found["from"]:
        reader.fault("covers", f"ends on {found['until']}, before it begins on {found['from']}.")
    return found["from"], found["until"]


def _council(reader: TableReader, data: Any) -> Council | None:
    keys = {"name": (str,), "districts": (list,), "sites": (list,), "appeals": (str,)}
    found = reader.fields(data, "council", keys, {})
    if found.keys() != keys.keys():
        return None
    council = Council(found["name"], tuple(found["districts"]), tuple(found["sites"]), found["appeals"])
    for key in ("districts", "sites"):
        if not found[key] or not all(isinstance(item, str) and item for item in found[key]):
            reader.fault(f"council.{key}", f"is {found[key]!r}; a list of texts is expected, with at least one.")
            return None
    if council.appeals != TO_FILL_IN and not council.owns(council.appeals):
        reader.fault(
            "council.appeals",
            f'"{council.appeals}" is not on {" or ".join(council.sites)}. Give an address that is, or "{TO_FILL_IN}".',
        )
    return council


def _checked(reader: TableReader, data: Any, council: Council | None) -> PolicyCheck | None:
    keys = {"by": (str,), "on": (date,), "against": (str,)}
    found = reader.fields(data, "checked", keys, {})
    if found.keys() != keys.keys():
        return None
    page = found["against"]
    if not page.startswith("https://") or (council and not council.owns(page)):
        where = " or ".join(council.sites) if council else "a secure site"
        reader.fault("checked.against", f'"{page}" is not an https address on {where}. Give the page that was read.')
    return PolicyCheck(**found)


def _letters(reader: TableReader, data: Any) -> dict[str, str]:
    return reader.fields(data, "letters", {}, {n: (str,) for n in LETTER_FIELDS if n not in OF_ONE_PERSON})


def _not_seen(reader: TableReader, data: list) -> tuple[str, ...]:
    wrong = [item for item in data if not isinstance(item, str) or not item.strip()]
    if wrong:
        reader.fault("not_seen", f"holds {wrong[0]!r}; a list of sentences is expected.")
    return tuple(item for item in data if item not in wrong)


def _sight(reader: TableReader, data: list) -> tuple[str, ...]:
    wrong = [item for item in data if not isinstance(item, str)]
    if wrong:
        reader.fault("sight", f"holds {wrong[0]!r}; a list of names of facts is expected.")
    return tuple(item for item in data if item not in wrong)


def _rate(reader: TableReader, data: Any, where: str) -> Rate | None:
    keys = {"label": (str,), "text": (str,)}
    found = reader.fields(data, where, keys, {"when": (str,), "amount": (str,), "share": (str,), **BASIS})
    reader.one_of(f"{where}.label", found.get("label"), RATE_LABELS)
    basis = reader.basis(found, where, needed=True)
    if not keys.keys() <= found.keys() or basis is None:
        return None
    words = {key: found.get(key, "") for key in ("when", "amount", "share")}
    return Rate(label=found["label"], text=found["text"], basis=basis, **words)


def _text(reader: TableReader, data: Any, where: str) -> PolicyText | None:
    optional = {"when": (str,), "from": (date,), "until": (date,), "letter": (str,), "officer": (bool,), **BASIS}
    found = reader.fields(data, where, {"text": (str,)}, optional)
    basis = reader.basis(found, where, needed=True)
    if "text" not in found or basis is None:
        return None
    if found.get("officer") and not where.startswith("note"):
        reader.fault(where, 'has "officer", which only a note can have. Remove it.')
    return PolicyText(
        text=found["text"].strip(),
        basis=basis,
        when=found.get("when", ""),
        start=found.get("from"),
        until=found.get("until"),
        letter=found.get("letter", "").strip(),
        officer=found.get("officer", False),
    )


def _referral(reader: TableReader, data: Any, where: str) -> PolicyText | None:
    text = _text(reader, data, where)
    if text is not None and not text.when:
        reader.fault(where, 'lacks "when". Name the criterion that sends a person to an officer.')
        return None
    return text


def _stage(reader: TableReader, data: Any, where: str) -> AppealStage | None:
    keys = {"stage": (str,), "text": (str,)}
    found = reader.fields(data, where, keys, {"working_days": (int,), **BASIS})
    basis = reader.basis(found, where, needed=True)
    if not keys.keys() <= found.keys() or basis is None:
        return None
    if found.get("working_days", 1) < 1:
        reader.fault(f"{where}.working_days", f"is {found['working_days']}; 1 or more is expected.")
    return AppealStage(found["stage"], found["text"].strip(), found.get("working_days"), basis)


_LISTS = {  # tables in [[ ]], and what reads one of each
    "contribution": _rate,
    "provision": _text,
    "otherwise": _text,
    "refer": _referral,
    "note": _text,
}
SECTIONS: dict[str, tuple] = dict.fromkeys(("covers", "council", "checked", "letters", EXCEPTIONS), (dict,))
SECTIONS |= dict.fromkeys((*_LISTS, "not_seen", "appeal", "sight"), (list,))
