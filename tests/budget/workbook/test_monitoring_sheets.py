"""The sheets Monitoring and Actuals: LibreOffice computes each figure to the penny, and every check can fail."""

from dataclasses import replace
from functools import cache

import openpyxl
import pytest

from budget import workbook
from budget.accounts import statement
from budget.monitoring import balance, forecast
from budget.monitoring.lines import OwnForecast
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import Actuals, Posting
from budget.scenarios.finance import Finance, LedgerCodes
from budget.workbook.monitoring_sheets import checks
from budget.workbook.monitoring_sheets import layout as monitoring_layout
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.altering import put as set_cell
from tests.budget.workbook.altering import swapped_budgets, unseen
from tests.budget.workbook.books import one_frontier_and_risk
from tests.budget.workbook.reading import (
    check_results,
    constants,
    differing,
    formulas,
    known_of,
    opened,
    row_of,
    to_alter,
)
from tests.libreoffice import named, needs_libreoffice, recalculated, saved

MOVED = Finance({"bus_pass": LedgerCodes(virement_pence=123_457), "minibus": LedgerCodes(virement_pence=-123_457)})
ROWS = (
    Posting(2, 6, "bus_pass", 9_000_000, 0, "bought late"),
    Posting(3, 7, "minibus", 300_033, 50_000),
    Posting(4, 8, "Contributions: Moped loan (Wheels to Work)", -12_001, 0),
    Posting(5, 8, "Shared taxi", 4_000_000, 20_000_000),
    Posting(6, 10, "Shared taxi", 0, 700_007),
    Posting(7, 3, "Shared taxi", 99, 1),
    Posting(8, 13, "mileage", -500, 0),
    Posting(9, 7, "mileage", 0, 0, "received, not invoiced", accrual_pence=30_011),
    Posting(10, 7, "minibus", 77_700, 0, centre="C9", year=2025),
)
BEFORE = Posting(12, 4, "moped_loan", 3_000_000, 0)  # its budget begins in period 6
SPRING = (Posting(2, 1, "bus_pass", 100_000, 0), Posting(3, 2, "minibus", 2_345_678, 10_000))
TYPED = {
    "minibus": OwnForecast(15_000_001, "=HYPERLINK(1) is what the operator said"),
    "mileage": OwnForecast(None, "the last taker left", "closed"),
}


@cache
def plan():
    return plans.with_values(finance=MOVED)


@cache
def plan_statement():
    return statement.draw_up(plan())


def monitoring(rows=ROWS, **settings) -> Monitored:
    return forecast.monitor(plan_statement().ledger, Actuals("=actuals.csv", rows), **settings)


MADE = {
    "autumn": lambda: monitoring(entries=TYPED, closed=8),
    "spring": lambda: monitoring(SPRING, year="2027-28"),
    "nothing_yet": lambda: monitoring(()),
    "all_closed": lambda: monitoring((*ROWS, Posting(11, 13, "bus_pass", -2_000_000, 0), BEFORE), closed=12),
    "unmatched": lambda: monitoring((*ROWS, Posting(11, 6, "taxis", 500, 0)), closed=8),
}


def put(monitored: Monitored, grid: str, key: str, value, row: int = 0):
    """Return a way to overwrite a cell of a table; `row` counts from its first."""

    def breaks(book: openpyxl.Workbook) -> None:
        table = getattr(monitoring_layout.lay_out(monitored), grid)
        book[table.sheet][table.at(key, table.first + row)] = value

    return breaks


def setting(monitored: Monitored, name: str, value):
    def breaks(book: openpyxl.Workbook) -> None:
        cell = monitoring_layout.lay_out(monitored).setting(name).partition("!")[2].replace("$", "")
        book["Monitoring"][cell] = value

    return breaks


# What breaks each check, in two copies of the workbook: no break of a copy touches another's check.
BREAKS = (
    {
        "Monitoring: actuals on the lines are those of Actuals": ("lines", "actual", 5.0, 1),
        "Monitoring: lines by period add up to the revised budgets": ("by_line", "p4", 5.0, 0),
        "Monitoring: accruals on the lines are those of Actuals": ("lines", "accrued", 5.0, 1),
        "Monitoring: variances are forecast less budget": ("lines", "variance", 5.0, 5),
        "Monitoring: every forecast of one's own has its reason": ("lines", "own", 5.0, 1),
        "Monitoring: amber begins before red": None,
    },
    {
        "Monitoring: commitments on the lines are those of Actuals": ("lines", "committed", 5.0, 1),
        "Monitoring: every actual fits a line": ("actuals", "line", 0, 1),
        "Monitoring: no text stands for a number on Actuals": ("actuals", "committed", "20", 6),
        "Monitoring: the periods' budget is the lines'": ("periods", "budget", 5.0, 8),
        "Monitoring: the periods' forecast is the lines'": ("periods", "forecast", 5.0, 8),
    },
)


def on_actuals(key: str, value):
    return lambda book: put(MADE["autumn"](), "actuals", key, value, 1)(book)


# The one check that each turns FALSE, and the cell that the check names.
NO_TEXT = "Monitoring: no text stands for a number on Actuals"
BROKEN = {
    "text_amount": (on_actuals("amount", "3,000.33"), NO_TEXT, "Actuals!G6"),
    "text_period": (on_actuals("period", "P7"), NO_TEXT, "Actuals!B6"),
    "text_line": (on_actuals("line", "minibus"), NO_TEXT, "Actuals!C6"),
    "text_accrual": (on_actuals("accrual", "none"), NO_TEXT, "Actuals!H6"),
    "text_committed": (on_actuals("committed", "none"), NO_TEXT, "Actuals!I6"),
    "swapped": (swapped_budgets, "Budget lines: each original budget is the line's as solved", "'Budget lines'!K5"),
    "virement": (
        set_cell("Budget lines", "Virement", 99.0, row=9),
        "Budget lines: virements come to nought",
        "'Budget lines'!L9",
    ),
    "virement_text": (
        set_cell("Budget lines", "Virement", "2,500", row=9),
        "Budget lines: no text stands for a virement",
        "'Budget lines'!L9",
    ),
}
# What is broken in one copy of the workbook: no two of a copy belong to the same check.
COPIES = (
    ("text_amount", "swapped"),
    ("text_period", "virement"),
    ("text_line", "virement_text"),
    ("text_accrual",),
    ("text_committed",),
)
COPY_OF = {name: copy for copy in COPIES for name in copy}
CHECK_NAMES = [name for copy in BREAKS for name in copy]


@pytest.fixture(scope="module")
def books() -> dict[str, bytes]:
    left = balance.year_end_balance(plan(), MADE["autumn"]())
    with one_frontier_and_risk(plan()):
        return {
            name: workbook.to_bytes(plan(), actuals=make(), balance=left if name == "autumn" else None)
            for name, make in MADE.items()
        }


@pytest.fixture(scope="module")
def computed(books, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """Every workbook of this module, and altered copies, as LibreOffice computes them in one run."""
    monitored, altered = MADE["autumn"](), {}
    for number, copy in enumerate(BREAKS):
        book = to_alter(books["autumn"])
        for at in copy.values():
            (setting(monitored, "amber", 0.5) if at is None else put(monitored, *at))(book)
        altered[f"broken{number}"] = saved(unseen(book, books["autumn"]))
    later = to_alter(books["autumn"])
    layout, spare = monitoring_layout.lay_out(monitored), len(ROWS)
    for key, value in (("period", 9), ("line", 9), ("amount", 1234.56), ("committed", 7.0)):
        put(monitored, "actuals", key, value, spare)(later)
    setting(monitored, "closed", 9)(later)
    later["Monitoring"][layout.lines.at("own", layout.lines.first + 8)] = None
    altered["later"] = saved(later)
    mended = to_alter(books["unmatched"])
    put(MADE["unmatched"](), "actuals", "line", 8, len(ROWS))(mended)
    altered["mended"] = saved(mended)
    for copy in COPIES:
        book = to_alter(books["autumn"])
        for name in copy:
            BROKEN[name][0](book)
        altered[copy[0]] = saved(book)
    return recalculated(books | altered, tmp_path_factory.mktemp("libreoffice"))


@needs_libreoffice
@pytest.mark.parametrize("name", MADE)
def test_libreoffice_computes_every_formula_to_its_known_value(name, books, computed):
    wrong = differing(books[name], computed[name])
    assert [each for each in wrong if each[0][0] in (*monitoring_layout.HOLDS, "Checks")] == []


@needs_libreoffice
def test_every_check_passes_but_for_an_actual_that_fits_no_line(computed):
    for name in ("autumn", "spring", "nothing_yet", "all_closed"):
        assert named(computed[name], "all_checks_pass") is True, name
    assert named(computed["unmatched"], "all_checks_pass") is False
    failing = [name for name, passes in check_results(computed["unmatched"]).items() if not passes]
    assert failing == ["Monitoring: every actual fits a line"]


@needs_libreoffice
def test_a_line_number_typed_on_actuals_puts_a_stray_row_on_its_line(computed):
    assert named(computed["mended"], "all_checks_pass") is True
    lines = monitoring_layout.lay_out(MADE["unmatched"]()).lines
    actual = computed["mended"]["Monitoring"][lines.at("actual", lines.first + 7)].value
    assert actual == pytest.approx(40_005.0)


@needs_libreoffice
@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_every_check_can_fail_and_no_other_fails_with_it(number, computed):
    broken = computed[f"broken{number}"]
    failing = {name for name, passes in check_results(broken).items() if not passes}
    assert failing == set(BREAKS[number])
    assert named(broken, "all_checks_pass") is False


@needs_libreoffice
@pytest.mark.parametrize("name", BROKEN)
def test_text_on_actuals_swapped_budgets_and_an_unbalanced_virement_turn_one_check_false_which_names_the_cell(
    name, computed
):
    _, check, place = BROKEN[name]
    book = computed[COPY_OF[name][0]]
    failing = [text for text, passes in check_results(book).items() if not passes]
    assert sorted(failing) == sorted(BROKEN[other][1] for other in COPY_OF[name])
    assert named(book, "all_checks_pass") is False
    assert book["Checks"][f"H{row_of(book['Checks'], check)}"].value == place


def test_every_check_of_monitoring_has_a_way_to_break_it():
    monitored = MADE["autumn"]()
    assert sorted(check.name for check in checks.list_checks(monitored)) == sorted(CHECK_NAMES)


@needs_libreoffice
def test_what_is_typed_on_the_sheets_flows_as_the_model_has_it(computed):
    added = Posting(11, 9, "minibus", 123_456, 700)
    expected = monitoring((*ROWS, added), closed=9, entries={"mileage": TYPED["mileage"]})
    sheet, lines = computed["later"]["Monitoring"], monitoring_layout.lay_out(MADE["autumn"]()).lines
    for at, line in enumerate(expected.lines):
        for key, pence in (("actual", line.actual_pence), ("forecast", line.forecast_pence)):
            assert sheet[lines.at(key, lines.first + at)].value == pytest.approx(pence / 100, abs=1e-6), line.label
        assert sheet[lines.at("rating", lines.first + at)].value == (expected.rating(line) or None)
    assert named(computed["later"], "all_checks_pass") is True


def test_the_figures_on_the_sheet_are_the_models(books):
    monitored = MADE["autumn"]()
    lines, known = monitoring_layout.lay_out(monitored).lines, known_of(books["autumn"])
    for key in ("budget", "actual", "committed", "forecast", "variance"):
        at = ("Monitoring", lines.at(key, lines.total_row))
        assert known[at] == pytest.approx(monitored.total(f"{key}_pence") / 100, abs=1e-9)


def test_no_formula_of_the_two_sheets_holds_a_figure_of_its_own(books):
    texts = {at: text for at, text in formulas(books["autumn"]).items() if at[0] in monitoring_layout.HOLDS}
    assert len(texts) > 500
    assert [(at, text) for at, text in texts.items() if constants(text)] == []


def test_the_cover_lists_the_two_sheets_where_there_are_actuals_and_only_then(books, few_steps):
    with_them, without = opened(books["autumn"]), opened(workbook.to_bytes(plans.default()))
    assert tuple(with_them.sheetnames) == (*workbook.SHEETS, *monitoring_layout.HOLDS)
    assert tuple(without.sheetnames) == workbook.SHEETS
    listed = {cell.value for cell in with_them["Cover"]["A"]}
    assert set(monitoring_layout.HOLDS) <= listed


def test_text_of_the_file_and_of_a_person_never_becomes_a_formula(books):
    book = opened(books["autumn"])
    cells = [cell for sheet in (book["Monitoring"], book["Actuals"]) for row in sheet.iter_rows() for cell in row]
    typed = next(cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value)
    assert typed.data_type == "s" and typed.quotePrefix


def test_every_input_of_the_two_sheets_is_validated_and_results_are_locked(books):
    book = opened(books["autumn"])
    for name in monitoring_layout.HOLDS:
        sheet = book[name]
        allowed = [rule.sqref for rule in sheet.data_validations.dataValidation]
        inputs = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
        assert (inputs or name == "Monitoring workings") and all(
            any(cell.coordinate in ranges for ranges in allowed) for cell in inputs
        )
        assert not any(cell.data_type == "f" for cell in inputs)
        assert sheet.protection.sheet


def test_the_same_actuals_give_the_same_bytes(books, few_steps):
    assert workbook.to_bytes(plan(), actuals=MADE["spring"]()) == books["spring"]


def test_the_sheet_names_who_comes_in_next(books):
    left = balance.year_end_balance(plan(), MADE["autumn"]())
    values = {cell.value for row in opened(books["autumn"])["Monitoring"].iter_rows() for cell in row}
    if left.coming.empty:
        assert any("overspend" in str(value) or "nothing more" in str(value) for value in values)
    assert set(map(str, left.coming.index)) <= values


def test_a_plan_with_no_spend_can_be_monitored(few_steps):
    nothing = plans.with_values(budget_pence=0)
    monitored = forecast.monitor(statement.draw_up(nothing).ledger, replace(Actuals("none")))
    assert monitored.total("budget_pence") == monitored.total("forecast_pence") == 0
    assert workbook.to_bytes(nothing, actuals=monitored)
