"""The sheet Journeys: how one goes there and back by timetable from each area in target, and where nobody knows."""

from collections.abc import Iterator, Mapping

import pandas as pd

from budget.accounts.statement import Content, pounds
from budget.planning import by_timetable, published_fares
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid
from data import travel
from data.wording import listed, long_date

SHEET = "Journeys"
STATES = {
    by_timetable.TIMETABLED: "timetabled",
    by_timetable.NO_JOURNEY: "none by timetable",
    by_timetable.NOT_COVERED: "estimated: not covered",
}
COLUMNS = (
    Column("area", "Area code", 13, "text"),
    Column("name", "Area", 26, "text"),
    Column("purpose", "To", 10, "text"),
    Column("rests", "Journey", 22, "text"),
    Column("places", "Places covered", 10, "model", "count"),
    Column("destination", "Place reached soonest", 30, "text"),
    Column("way", "Way", 8, "text"),
    Column("leave", "Leave", 8, "text"),
    Column("arrive", "Arrive", 8, "text"),
    Column("minutes", "Minutes", 10, "model", "about"),
    Column("vehicles", "Vehicles", 10, "model", "count"),
    Column("changes", "Changes", 10, "model", "count"),
    Column("fare", "Fare, at most", 11, "calc", "money"),
    Column("lines", "Lines", 22, "text"),
    Column("operators", "Operators", 26, "text"),
    Column("first_stop", "First stop", 28, "text"),
    Column("last_stop", "Last stop", 28, "text"),
    Column("day", "Day", 19, "text"),
    Column("fare_is", "Fare is", 12, "text"),
)
DETAILS = [name for name in by_timetable.DETAILS if name != "way_minutes"]  # these the sheet calls minutes
EMPTY = "No area is in target."
HOW = (
    "Hold a journey against the printed timetable of its day. Of those that fit the times asked the shortest is shown; "
    "the fare is that of each bus as published, no more than the usual single fare (Assumptions), or else a ceiling: "
    "the usual single fare for each vehicle."
)


def is_needed(content: Content) -> bool:
    """Return whether the plan is for areas of a county with journeys by timetable."""
    return by_timetable.is_known(content.plan) and content.plan.applicants is None


def write(book: Book, content: Content) -> None:
    """Write the sheet, where it is needed."""
    if not is_needed(content):
        return
    plan, rows = content.plan, by_timetable.ways(content.plan, content.plan.targeting.in_target)
    asked = plan.county.manifest.timetables
    days = listed([long_date(pd.Timestamp(day).date()) for day in asked["days"]])
    note = (
        f"By the timetables {listed([feed['name'] for feed in asked['feeds']])} on {days}: there between "
        f"{asked['arrive_from']} and {asked['arrive_by']}, back leaving between {asked['leave_after']} and "
        f"{asked['leave_until']}. {HOW} {by_timetable.in_words(plan)}"
    )
    sheet = book.sheet(SHEET, "Journeys: there and home again by timetable, for each area in target", note)
    grid = Grid(SHEET, COLUMNS, len(rows))
    sheet.table(grid, _rows(content, rows), empty=EMPTY, name="JourneysByTimetable")
    sheet.page_for(grid, "C")


def _rows(content: Content, rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    areas, places = content.plan.county.areas["area_name"], content.plan.county.destinations["name"]
    for row in rows.to_dict("records"):
        known = not pd.isna(row["way"])
        fare = _fare(content, row) if known else None
        yield {
            "area": row["area_code"],
            "name": areas[row["area_code"]],
            "purpose": row["purpose"],
            "rests": STATES[row["state"]],
            "places": int(row["places"]),
            "destination": None if pd.isna(row["to_id"]) else places[row["to_id"]],
            "minutes": round(float(row["way_minutes"]), 1) if known else _minutes(row["minutes"]),
            "fare": fare,
            "fare_is": _basis(row, fare) if known else None,
            **{name: _cell(row[name]) if known else None for name in DETAILS},
        }


def _minutes(minutes: float) -> float | None:
    return None if pd.isna(minutes) else round(float(minutes), 1)


def _fare(content: Content, row: Mapping) -> object:
    """Return what the way costs at most; None where that is not known.

    The published single of each bus, no more than the usual fare; else the usual fare of its mode for each vehicle.
    """
    fare, vehicles = travel.all_modes()[row["mode"]].fare, int(row["vehicles"])
    if not vehicles:
        return 0.0
    if not fare:
        return None
    usual = content.plan.catalogue.figures.pence(fare)
    if singles := published_fares.singles(row):
        each = "+".join(f"MIN({{value[{fare}]}},{single / 100:.2f})" for single in singles)
        return Formula(f"=ROUND({each},2)", pounds(sum(min(usual, single) for single in singles)))
    return Formula(f"=ROUND({{value[{fare}]}}*{{vehicles}},2)", pounds(usual * vehicles))


def _basis(row: Mapping, fare: object) -> str | None:
    """Return what the fare of a way is; None on foot."""
    if not row["vehicles"]:
        return None
    return "published" if published_fares.singles(row) else "not known" if fare is None else "ceiling"


def _cell(value: object) -> object:
    return None if value == "" else int(value) if isinstance(value, float) else value
