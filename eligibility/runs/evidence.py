"""Put evidence that officers filled in under *Evidence to request* into this round's rows, before they are read.

What an applicant claims and what an officer has seen are different facts: a claim fills a gap, and what was seen also
takes the place of the claim that it was to prove. Where the new file says something else than either, nobody knows
which holds: the fact becomes a gap, and the row says so.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from data.faults import Fault, InputError
from data.wording import long_date
from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.headings import ColumnMapping, Match, Target, bare_unit
from eligibility.applicants.people import field
from eligibility.applicants.values import YES, is_gap, plain
from eligibility.rules.facts import register
from eligibility.runs.last_round import Carried, LastRound, places, reference_key

AS_CLAIMED = frozenset({"as claimed", "agrees", "seen", "confirmed"})
NEVER_ENDS = frozenset({"date_of_birth"})  # evidence that holds in another year too, without an end
HOW = "as filled in under Evidence to request"
HEADING = "Evidence: {}"  # of a column that the file does not have
MEASURED = ("measured_how", "measured_by", "measured_on")


def take_over(
    raw: RawTable, mapping: ColumnMapping, last: LastRound, *, decided_on: date
) -> tuple[RawTable, ColumnMapping, Carried]:
    """Return the rows with last round's evidence in them, the columns that they now have, and what was taken over.

    Raises InputError where the file has no column of references, and with every entry that cannot be used.
    """
    columns = {name: raw.headings.index(match.heading) for name, match in mapping.taken.items()}
    if "person_id" not in columns:
        raise InputError(
            "the columns",
            ["no column gives a reference, and last round's people are known by it. Say which it is (--map)."],
        )
    found, notes = places(raw, columns, last)
    row_of = _rows_of_last(last, found)
    sheet = _Rows(raw, mapping, columns)
    seen: dict[tuple[int, str], int] = {}
    entries: dict[int, list[int]] = {}
    lapsed, faults = set(), list[Fault]()
    for place, entry in enumerate(last.evidence.to_dict("records")):
        row = row_of.get((reference_key(entry["person_id"]), entry["row"]))
        if row is None or not (plain(entry["claimed"]) or plain(entry["seen"])):
            continue
        if problem := _wrong(entry, decided_on):
            faults.append(Fault(f"Evidence to request, row {place + 2}", problem))
            continue
        entries.setdefault(row, []).append(place)
        if not _holds(entry, decided_on, is_renewal=last.is_renewal):
            lapsed.add(place)
            notes.append((row, f"{entry['label']}: what was seen no longer holds. Ask again."))
        elif note := sheet.put(row, entry):
            notes.append((row, note))
        elif plain(entry["seen"]):
            seen[(row, entry["fact"])] = place
    if faults:
        raise InputError("last round's decisions", faults)
    filled, columns_now = sheet.result()
    carried = Carried(
        last, found, seen, {row: tuple(them) for row, them in entries.items()}, frozenset(lapsed), tuple(notes)
    )
    return filled, columns_now, carried


class _Rows:
    """The rows of the file, into whose cells evidence is put."""

    def __init__(self, raw: RawTable, mapping: ColumnMapping, columns: Mapping[str, int]) -> None:
        self._raw, self._mapping, self._columns = raw, mapping, dict(columns)
        self._headings, self._matches = list(raw.headings), dict(mapping.taken)
        self._new: list[Match] = []
        self._place = {number: place for place, number in enumerate(raw.row_numbers)}
        self._cells = [list(row) for row in raw.rows]
        self._settled: set[tuple[int, str]] = set()

    def put(self, row: int, entry: Mapping) -> str:
        """Put one piece of evidence into its cell; return why not, "" where it was put."""
        targets, fact = self._mapping.targets, entry["fact"]
        measured = fact in register() and register()[fact].measured and plain(entry["seen"])
        name = f"measured_{fact}" if measured else fact
        if name not in targets:
            return f"{entry['label']}: these rules do not ask for it, and it was not used."
        target, value = targets[name], _value(entry, targets[name])
        now, claimed = self._cell(row, name), entry["claimed"]
        same = {self._meaning(name, each) for each in (value, claimed) if not is_gap(each)}
        if not is_gap(now) and self._meaning(name, now) not in same:
            if not plain(entry["seen"]):
                return f"{entry['label']}: the file now says something else than was claimed last round, and is used."
            self._set(row, name, "")
            return (
                f"{entry['label']}: the file now says something else than {entry['seen_by']} saw on "
                f"{long_date(entry['seen_on'])}. It counts as not known: ask which holds."
            )
        self._set(row, name, _with_unit(value, target))
        if measured:
            for each, said in zip(MEASURED, (HOW, entry["seen_by"], entry["seen_on"]), strict=True):
                self._set(row, each, said)
        return ""

    def result(self) -> tuple[RawTable, ColumnMapping]:
        """Return the rows and their columns."""
        width = len(self._headings)
        rows = tuple((*cells, *[""] * (width - len(cells))) for cells in self._cells)
        settled = frozenset(self._settled)
        raw = replace(self._raw, headings=tuple(self._headings), rows=rows, settled=settled)
        return raw, replace(self._mapping, columns=(*self._mapping.columns, *self._new))

    def _cell(self, row: int, name: str) -> object:
        cells, place = self._cells[self._place[row]], self._columns.get(name, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    def _set(self, row: int, name: str, value: object) -> None:
        if name not in self._columns:
            target, heading = self._mapping.targets[name], HEADING.format(name)
            self._matches[name] = Match(heading, name, "by hand", bare_unit(target, ""))
            self._columns[name] = len(self._headings)
            self._headings.append(heading)
            self._new.append(self._matches[name])
        cells, place = self._cells[self._place[row]], self._columns[name]
        cells.extend([""] * (place + 1 - len(cells)))
        cells[place] = value
        self._settled.add((row, name))

    def _meaning(self, name: str, cell: object) -> object:
        """Return what a cell says under the column of a fact; the text where it cannot be read."""
        target, match = self._mapping.targets[name], self._matches.get(name)
        unit = match.unit if match else bare_unit(target, "")
        decoded = match.decoded([cell])[0] if match else cell
        try:
            return TypeAdapter(field(target, unit)).validate_python(decoded)
        except ValidationError:
            return plain(cell)


def _wrong(entry: Mapping, decided_on: date) -> str:
    """Return what is wrong with a filled entry, "" for nothing; the value is read with the rows."""
    if not plain(entry["seen"]):
        return ""
    lacking = [
        words
        for column, words in (("seen_by", "by whom (Seen by)"), ("seen_on", "on which day (Seen on)"))
        if not plain(entry[column])
    ]
    if lacking:
        return f"has something seen, and does not say {' and '.join(lacking)}."
    if entry["seen_on"] > decided_on:
        return "was seen after the day of the decision. Check Seen on."
    if not pd.isna(entry["until"]) and entry["until"] < entry["seen_on"]:
        return "holds until a day before it was seen. Check Holds until."
    if _is_as_claimed(entry) and not plain(entry["claimed"]):
        return "was seen as claimed, and Claimed is empty. Write what was seen."
    return ""


def _is_as_claimed(entry: Mapping) -> bool:
    said = plain(entry["seen"]).casefold()
    entered = register().get(entry["fact"])
    is_yes_or_no = entered is not None and entered.kind == "yes or no"
    return said in AS_CLAIMED or (said in YES and not is_yes_or_no)


def _value(entry: Mapping, target: Target) -> object:
    if not plain(entry["seen"]) or _is_as_claimed(entry):
        return entry["claimed"]
    return entry["seen"]


def _with_unit(value: object, target: Target) -> object:
    """Return a bare number with the unit that the sheet asks for, whatever unit the column of the file has."""
    text = plain(value)
    if not text.replace(".", "", 1).replace(",", "").removeprefix("£").isdigit() or target.kind in ("text", "choice"):
        return value
    if target.is_money:
        return f"{text} {target.kind.removeprefix('pounds ')}"
    return f"{text} {target.kind}" if target.kind in ("miles", "km", "minutes", "hours per week") else value


def _holds(entry: Mapping, day: date, *, is_renewal: bool) -> bool:
    """Say whether evidence still holds on a day; what is only claimed is not taken into another year."""
    if not plain(entry["seen"]):
        return not is_renewal
    if pd.isna(entry["until"]):
        return not is_renewal or entry["fact"] in NEVER_ENDS
    return bool(entry["until"] >= day)


def _rows_of_last(last: LastRound, found: Mapping[int, int]) -> dict[tuple[str, object], int]:
    """Return the row of this file by the reference and the row that last round's sheets have."""
    known = last.decisions[["person_id", "row"]].itertuples(index=False, name=None)
    keys = [(reference_key(reference), row) for reference, row in known]
    return {keys[place]: row for row, place in found.items()}
