"""Make fare triangles of the files of one zip: for a line, what a single ticket costs from each zone to each other.

Only adult singles are kept, and singles for passengers of an age between which all the young people of a plan are. What
a file does not say is not guessed: a table whose ticket, passenger or line is not plain is left out, and counted.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from data.timetables.fare_content import TERMS, FareFile, Product, Profile, Table, Tariff, plain_line
from data.timetables.notes import Notes

ADULT, YOUNG = "adult", "young_person"
PENSION_AGE = 60  # no age for young people ends here, and every adult's goes beyond it
ANYONE = ("", "anyone")
UNNAMED = ("", "other")  # kinds of ticket that say nothing
SINGLE = re.compile(r"single|sgl", re.IGNORECASE)
NO_SINGLE = re.compile(r"return|rtn|day|week|month|term|year|multi|carnet|group|family|trips", re.IGNORECASE)
ADULT_NAME = re.compile(r"adult", re.IGNORECASE)
REDUCED = re.compile(r"child|half|student|young|yp\b|card|staff|senior|concession|discount|apprentice", re.IGNORECASE)
BETWEEN = re.compile(r"(?<!\d)(\d{1,2})\s*(?:-|\u2010|\u2011|\u2013|to)\s*(\d{1,2})(?!\d)")  # 16-20, with any hyphen
UNDER = re.compile(r"\b(?:under|u)[\s-]*(\d{2})s?\b", re.IGNORECASE)
WORKDAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
EVERY_WORKDAY = {"Everyday", "Weekdays", "MondayToFriday", "MondayToSaturday", "MondayToSunday"}
CURRENCY = "GBP"


@dataclass(frozen=True)
class Triangle:
    """What one kind of single ticket costs on one line of one operator. Ids of stops and operators are `plain`."""

    operator: str
    line: str  # its public code, as `plain_line` writes it
    passenger: str  # ADULT or YOUNG
    product: str  # the ticket, so that a later price list of the same takes the place of an earlier one
    first: str  # first and last day on which it holds, as in 2026-09-01; "": the file does not say
    last: str
    zones: dict[str, list[str]]  # stops
    prices: list[tuple[str, str, int]]  # zone boarded in, zone alighted in, pence

    def holds_on(self, day: str) -> bool:
        """Say whether it holds on a day, such as 2026-09-15."""
        return (not self.first or self.first <= day) and (not self.last or day <= self.last)

    def pence(self, boarded: str, alighted: str) -> int | None:
        """Return what a ride from stop to stop costs, the dearest where a stop is in several zones; None: no price."""
        starts, ends = self._zones_of.get(boarded, ()), self._zones_of.get(alighted, ())
        found = [self._pence[pair] for start in starts for end in ends if (pair := (start, end)) in self._pence]
        return max(found, default=None)

    @cached_property
    def _pence(self) -> dict[tuple[str, str], int]:
        return {(start, end): pence for start, end, pence in self.prices}

    @cached_property
    def _zones_of(self) -> dict[str, list[str]]:
        zones: dict[str, list[str]] = defaultdict(list)
        for zone, stops in self.zones.items():
            for stop in stops:
                zones[stop].append(zone)
        return dict(zones)


def triangles(
    files: Sequence[FareFile], ages: tuple[int, int], is_wanted: Callable[[str, str], bool], notes: Notes
) -> list[Triangle]:
    """Return the triangles of the lines that are asked for, and count in `notes` what is left out.

    `ages` are the least and the most of the young people.
    """
    shared = _Shared(files)
    made = []
    for file in files:
        notes.add("fare_amount", len(file.bad_amounts), [f"{text!r} in {file.name}" for text in file.bad_amounts])
        if file.currencies - {CURRENCY, ""}:
            notes.add("fare_currency", 1, [file.name])
            continue
        tables = _tables(file)
        for table, tariff in tables:
            code, operator = shared.line(file, table.line or (tariff.line if tariff else ""), tariff)
            if tariff is None or not code or not operator:
                notes.add("fare_line", 1, [file.name])
            elif is_wanted(operator, code):
                product = shared.product(file, table.product)
                profile = shared.profile(file, table.profile or _only(tariff.profiles))
                passenger = _passenger(profile, product.name, ages) if _is_single(product, tariff) else ""
                first, last = (tariff.first, tariff.last) if tariff.first or tariff.last else (file.first, file.last)
                name = product.name or table.product
                if not passenger:
                    notes.add("fare_ticket", 1, [f"{name or 'a ticket without a name'} in {file.name}"])
                elif _is_timed(tariff):
                    notes.add("fare_timed", 1, [file.name])
                elif not (_is_day(first) and _is_day(last)):
                    notes.add("fare_dates", 1, [file.name])
                elif prices := _prices(table, tariff, file, _is_alone(table, tariff, tables)):
                    zones = {zone: sorted(file.zones[zone]) for pair in prices for zone in pair[:2]}
                    made.append(Triangle(operator, plain_line(code), passenger, name, first, last, zones, prices))
    return made


def _is_alone(table: Table, tariff: Tariff, tables: Iterable[tuple[Table, Tariff | None]]) -> bool:
    """Say whether all tables of a tariff are for the same ticket and passenger, so that its bands can mean no other."""
    same = {(other.product, other.profile) for other, of in tables if of is tariff}
    return same == {(table.product, table.profile)}


def _tables(file: FareFile) -> list[tuple[Table, Tariff | None]]:
    """Return the tables of a file, each with its tariff, and one without prices for each tariff that has no table."""
    tables = [(table, _tariff_of(table, file)) for table in file.tables]
    used = {id(tariff) for _, tariff in tables}
    said = file.tables[0] if len(file.tables) == 1 else Table("", "", "", "", [])
    return tables + [(replace(said, prices=[]), tariff) for tariff in file.tariffs if id(tariff) not in used]


def _tariff_of(table: Table, file: FareFile) -> Tariff | None:
    """Return the tariff that a table names, else the only one that has its pairs of zones, or that there is."""

    def fits(tariff: Tariff) -> bool:
        if table.tariff:
            return tariff.id == table.tariff
        return not table.prices or any(price.pair in tariff.pairs for price in table.prices)

    having = [tariff for tariff in file.tariffs if fits(tariff)]
    return having[0] if len(having) == 1 else None


def _prices(table: Table, tariff: Tariff, file: FareFile, with_bands: bool) -> list[tuple[str, str, int]]:
    """Return what each pair of zones costs, where stops that are asked for stand in both. The dearest of two counts.

    `with_bands` takes the price of the one band of a pair where the table has none: some tables leave out the way back.
    """
    priced: dict[str, int] = {}
    for price in table.prices:
        pence = file.amounts.get(price.amount_of) if price.pence is None else price.pence
        if pence is not None:
            priced[price.pair] = max(pence, priced.get(price.pair, 0))
    for name, pair in tariff.pairs.items() if with_bands else ():
        ids = {each for band in pair.bands for each in file.bands.get(band, [])}
        if len(ids) == 1:
            priced.setdefault(name, file.amounts[ids.pop()])
    found: dict[tuple[str, str], int] = {}
    for pair, pence in ((tariff.pairs[name], pence) for name, pence in priced.items() if name in tariff.pairs):
        for ends in {(pair.start, pair.end), (pair.end, pair.start)} if pair.both_ways else {(pair.start, pair.end)}:
            if all(file.zones.get(zone) for zone in ends):
                found[ends] = max(pence, found.get(ends, 0))
    return [(start, end, pence) for (start, end), pence in sorted(found.items())]


def _is_single(product: Product, tariff: Tariff) -> bool:
    """Say whether a ticket is for one ride, by what the file says of it, else by its name."""
    if product.kind not in UNNAMED:
        return product.kind == "singleTrip" and tariff.trip in ("", "single")
    if tariff.trip:
        return tariff.trip == "single"
    return bool(SINGLE.search(product.name)) and not NO_SINGLE.search(product.name)


def _passenger(profile: Profile, product: str, ages: tuple[int, int]) -> str:
    """Return for whom a ticket is: ADULT, YOUNG, or "" for others and where that is not plain."""
    least, most = _ages(profile, product)
    if most is not None and most < PENSION_AGE:
        return YOUNG if (least or 0) <= ages[0] and most >= ages[1] else ""
    if profile.kind == "adult":
        return ADULT
    names = f"{profile.name} {product}"
    return ADULT if profile.kind in ANYONE and ADULT_NAME.search(names) and not REDUCED.search(names) else ""


def _ages(profile: Profile, product: str) -> tuple[int | None, int | None]:
    """Return the least and the most age, from the passenger or else from the names: 16-20, under 19."""
    if profile.most_age is not None:
        return profile.least_age, profile.most_age
    for name in (product, profile.name):
        if span := BETWEEN.search(name):
            return int(span[1]), int(span[2])
        if under := UNDER.search(name):
            return None, int(under[1]) - 1
    return profile.least_age, None


def _is_timed(tariff: Tariff) -> bool:
    """Say whether a tariff holds at some hours, or on some working days, only."""
    return bool(tariff.hours) or bool(tariff.days and not tariff.days & EVERY_WORKDAY and not tariff.days >= WORKDAYS)


def _is_day(text: str) -> bool:
    """Say whether a text is a day, or nothing."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _only(found: Iterable[str]) -> str:
    different = set(found)
    return different.pop() if len(different) == 1 else ""


class _Shared:
    """What the files of one zip say for each other: lines, tickets and passengers, where they agree."""

    def __init__(self, files: Sequence[FareFile]) -> None:
        self._lines, self._products, self._profiles = (
            _agreed(getattr(file, name) for file in files) for name in ("lines", "products", "profiles")
        )

    def line(self, file: FareFile, ref: str, tariff: Tariff | None) -> tuple[str, str]:
        """Return the public code and the operator of a line; "" for what no file says."""
        own = file.lines.get(ref or _only(file.lines)) or self._lines.get(ref) or ("", "")
        return own[0], own[1] or (tariff.operator if tariff else "") or _only(file.operators)

    def product(self, file: FareFile, ref: str) -> Product:
        """Return the ticket with an id, else the only one of the file."""
        return file.products.get(ref or _only(file.products)) or self._products.get(ref) or Product("", "")

    def profile(self, file: FareFile, ref: str) -> Profile:
        """Return the passenger with an id, else the only one of the file that is no general term."""
        own = [id_ for id_ in file.profiles if not id_.startswith(TERMS)]
        there = [file.profiles.get(name) or self._profiles.get(name) for name in (ref, f"{TERMS}{ref}") if ref]
        found = next(filter(None, there), None) or (None if ref else file.profiles.get(_only(own)))
        return found or Profile("", "", None, None)


def _agreed(tables: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return what several tables say of each id, where none says otherwise."""
    said: dict[str, list[Any]] = defaultdict(list)
    for table in tables:
        for id_, value in table.items():
            if value not in said[id_]:
                said[id_].append(value)
    return {id_: values[0] for id_, values in said.items() if len(values) == 1}
