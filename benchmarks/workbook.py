"""The workbook of all England, every area in target: seconds by stage, memory, and XlsxWriter writing the same cells.

XlsxWriter gets the cells ready made, with their styles, formulas and known values, in a process of its own; openpyxl
has to make them as well. The ratio is of what both do: writing cells and saving, known values included.
"""

import io
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import openpyxl
import xlsxwriter

from budget import workbook
from budget.accounts import statement
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from budget.workbook import known_values, styles
from budget.workbook.plan_sheets import curve
from data import bundle, county, example
from tests.opendata import FOLDER

DAY = date(2026, 11, 24)
EVERY_AREA = {"minimum_km_to_college": 0, "minimum_km_to_work": 0}
POUNDS = 100_000_000


def main() -> None:
    """Export the workbook and write its cells again with XlsxWriter; the example where the real files are not there."""
    places = county.build(FOLDER, ["England"]) if FOLDER.is_dir() else bundle.load(example.FOLDER)
    if not FOLDER.is_dir():
        print("England is not measured, the example is: set FAREBRIDGE_OPENDATA to a folder of official files.")
    scenario = Scenario(budget_pence=POUNDS * 100, targeting=EVERY_AREA, time_limit_seconds=120)
    plan = planning.make(places, scenario, DAY)
    print(f"{len(plan.choices.cohorts):,} cohorts, {len(plan.allocation.chosen):,} of them funded")
    seconds, peak_mb, made = in_a_process(lambda: export(plan))
    for stage, taken in seconds.items():
        print(f"{stage:46} {taken:7.1f} s")
    print(f"{'the whole export':46} {sum(seconds.values()):7.1f} s   peak {peak_mb:,.0f} MB   {len(made) / 1e6:.1f} MB")
    cells = list(cells_of(made))
    print(f"{len(cells):,} cells, {sum(cell[3] is not None for cell in cells):,} of them formulas")
    taken, other_mb, other = in_a_process(lambda: with_xlsxwriter(cells))
    both = seconds["cells"] + seconds["saving"] + seconds["known values"]
    print(f"{'XlsxWriter, the same cells':46} {taken:7.1f} s   peak {other_mb:,.0f} MB   {len(other) / 1e6:.1f} MB")
    print(f"writing and saving take {both:.1f} s here, {both / taken:.1f} times as long as XlsxWriter")


def export(plan: Plan) -> tuple[dict[str, float], bytes]:
    """Return the seconds of each stage of an export, and the workbook."""
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    with (
        timed(statement, "draw_up", "what the sheets hold, reasons included", seconds),
        timed(curve.plan_frontier, "of", "the frontier", seconds),
        timed(openpyxl.Workbook, "save", "saving", seconds),
        timed(known_values, "finished", "known values", seconds),
    ):
        made = workbook.to_bytes(plan)
    return seconds | {"cells": time.perf_counter() - start - sum(seconds.values())}, made


@contextmanager
def timed(where: object, name: str, stage: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add what a function takes to `seconds` under the name of its stage."""
    plain = getattr(where, name)

    def watched(*args, **named):
        start = time.perf_counter()
        try:
            return plain(*args, **named)
        finally:
            seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start

    setattr(where, name, watched)
    try:
        yield
    finally:
        setattr(where, name, plain)


def cells_of(made: bytes) -> Iterator[tuple]:
    """Yield (sheet, row, column, formula or None, value, style) of every cell of a workbook that holds something."""
    book, shown = (openpyxl.load_workbook(io.BytesIO(made), data_only=only) for only in (False, True))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    formula = cell.value if cell.data_type == "f" else None
                    value = shown[sheet.title].cell(cell.row, cell.column).value
                    yield (sheet.title, cell.row - 1, cell.column - 1, formula, value, cell.style)


def with_xlsxwriter(cells: list[tuple]) -> tuple[float, bytes]:
    """Return the seconds that XlsxWriter takes to write and save these cells, and the workbook."""
    start = time.perf_counter()
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(saved, {"strings_to_formulas": False, "in_memory": True})
    sheets: dict[str, object] = {}
    looks: dict[str, object] = {}
    for name, row, column, formula, value, style in cells:
        sheet = sheets.get(name) or sheets.setdefault(name, book.add_worksheet(name))
        look = looks.get(style) or looks.setdefault(style, book.add_format(as_xlsxwriter_has_it(style)))
        if formula is not None:
            sheet.write_formula(row, column, formula, look, value)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        elif isinstance(value, bool | int | float):
            sheet.write(row, column, value, look)
        else:
            sheet.write_datetime(row, column, value, look)
    book.close()
    return time.perf_counter() - start, saved.getvalue()


def as_xlsxwriter_has_it(style: str) -> dict[str, object]:
    """Return the number format and the weight of a style of ours."""
    role, _, shown = style.removeprefix("Plan ").partition(" ")
    form = styles.FORMATS.get(shown.replace(" ", "_"), "General")
    return {"num_format": form, "bold": role in ("head", "total", "title", "section"), "font_name": "Calibri"}


def in_a_process(work: Callable[[], tuple]) -> tuple:
    """Return what some work in a process of its own takes: its seconds, its peak in megabytes, and what it made."""
    context = multiprocessing.get_context("fork")  # the plan need not be sent
    here, there = context.Pipe(duplex=False)

    def run() -> None:
        seconds, made = work()
        there.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, made))

    process = context.Process(target=run)
    process.start()
    result = here.recv()
    process.join()
    return result


if __name__ == "__main__":
    main()
