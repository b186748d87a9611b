"""The sheets Gains and losses, Changes and Inputs of a comparison: who gains, who loses, and which input differed."""

from dataclasses import dataclass

import pandas as pd

from budget.accounts.statement import pounds
from budget.planning.comparison import IDLE, Comparison
from budget.planning.plan_changes import GAINS, LOSES, NEITHER, affected
from budget.scenarios.differences import Difference
from budget.workbook import printing
from budget.workbook.book import Book
from budget.workbook.comparison_sheets.groups import ACCESS_DECIMALS, NOTHING, PEOPLE_DECIMALS, heading
from budget.workbook.grid import Column, Formula, Grid

SUMMARY, LIST, INPUTS = "Gains and losses", "Changes", "Inputs"


def _change(measure: str, decimals: int) -> str:
    """Return the formula of how much a measure changes."""
    return f"=ROUND({{{measure}_after}}-{{{measure}_before}},{decimals})"


LIST_COLUMNS = (
    Column("no", "Scenario no.", 9, "model", "count"),
    Column("to", "Scenario", 18, "text", "wrapped"),
    Column("cohort", "Area code", 11, "text"),
    Column("area_name", "Area", 20, "text", "wrapped"),
    Column("district", "District", 15, "text", "wrapped"),
    Column("decile", "Decile", 9, "text"),
    Column("effect", "Gains or loses", 9, "text"),
    Column("change", "What changes", 15, "text", "wrapped"),
    Column("before", "Support in the base", 16, "text", "wrapped"),
    Column("after", "Support here", 16, "text", "wrapped"),
    Column("people_before", "Takers in the base", 10, "model", "people"),
    Column("people_after", "Takers here", 10, "model", "people"),
    Column("people", "Takers, difference", 10, "calc", "people", _change("people", PEOPLE_DECIMALS)),
    Column("cost_pence_before", "Cost in the base", 14, "model", "money"),
    Column("cost_pence_after", "Cost here", 14, "model", "money"),
    Column("cost_pence", "Cost, difference", 14, "calc", "money", _change("cost_pence", 2)),
    Column("within_reach_before", "Within reach in the base", 11, "model", "people"),
    Column("within_reach_after", "Within reach here", 11, "model", "people"),
    Column("within_reach", "Within reach, difference", 11, "calc", "people", _change("within_reach", ACCESS_DECIMALS)),
    Column("access_before", "Access score in the base", 10, "model", "access"),
    Column("access_after", "Access score here", 10, "model", "access"),
    Column("access", "Access score, difference", 10, "calc", "access", _change("access", ACCESS_DECIMALS)),
    Column("why", "Why there is none", 36, "text", "wrapped"),
)
COUNTED = (
    ("areas", "areas", "count"),
    ("people", "takers", "people"),
    ("within_reach", "within reach", "people"),
    ("access", "access score", "access"),
)
WORDS = {GAINS: "Gain", LOSES: "Lose", NEITHER: "Neither"}
SUMMARY_NOTE = (
    "An area gains where support comes or scores more, loses where it goes or scores less, whatever happens to the "
    "number within reach. Neither: the same support with other figures, or another kind at the same score. The three "
    "add up to the difference. Takers: of the better support."
)
LIST_NOTE = (
    "One row an area and scenario, those who lose first. An area with the same support in both, at the same cost, is "
    "not listed."
)
SUMMARY_COLUMNS = (
    Column("no", "Scenario no.", 10, "model", "count"),
    Column("to", "Scenario", 34, "text", "wrapped"),
    *(
        Column(f"{effect}_{key}", f"{WORDS[effect]}: {words}", 16, "calc", format)
        for effect in (GAINS, LOSES, NEITHER)
        for key, words, format in COUNTED
    ),
)
INPUT_COLUMNS = (
    Column("no", "Scenario no.", 10, "model", "count"),
    Column("to", "Scenario", 34, "text", "wrapped"),
    Column("words", "Input that differs", 90, "text", "wrapped"),
    Column("before", "In the base", 32, "text", "wrapped"),
    Column("after", "Here", 32, "text", "wrapped"),
    Column("key", "In the scenario file", 32, "text"),
)
ALONE_COLUMNS = (
    Column("cost_pence", "Spend changes by, this input alone", 18, "model", "money"),
    Column("people", "Takers change by, alone", 14, "model", "people"),
    Column("within_reach", "Within reach changes by, alone", 14, "model", "people"),
    Column("access", "Access score changes by, alone", 14, "model", "access"),
)
ALONE = " The last columns are the base planned again with that one input changed; they need not add up to the whole."


@dataclass(frozen=True, slots=True)
class ScenarioPair:
    """The base and one other scenario: what changes between them, and which inputs differ."""

    number: int
    name: str
    compared: bool  # both have a plan
    changes: pd.DataFrame
    reasons: tuple[Difference, ...]


def list_pairs(compared: Comparison) -> list[ScenarioPair]:
    """Return the base with every other scenario."""
    return [
        ScenarioPair(
            b + 1,
            compared.names[b],
            compared.has_plan(a) and compared.has_plan(b),
            _with_idle(_rounded(compared.changes(a, b)), compared, a, b),
            compared.reasons(a, b),
        )
        for a, b in compared.pairs
    ]


def _rounded(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the changes with people and access to as many decimals as the cells have."""
    decimals = {"people": PEOPLE_DECIMALS, "access": ACCESS_DECIMALS, "within_reach": ACCESS_DECIMALS}
    return changes.round({f"{key}_{side}": n for key, n in decimals.items() for side in ("before", "after")})


def _with_idle(changes: pd.DataFrame, compared: Comparison, a: int, b: int) -> pd.DataFrame:
    """Return the changes with a row, of no area, for vehicles without riders where their cost differs."""
    costs = compared.by_kind["cost_pence"].get(IDLE)
    if costs is None or not (compared.has_plan(a) and compared.has_plan(b)):
        return changes
    before, after = (int(costs[compared.names[place]]) for place in (a, b))
    if before == after:
        return changes
    measures = ("people", "access", "within_reach")
    figures = dict.fromkeys((f"{m}_{side}" for m in measures for side in ("before", "after")), 0.0)
    row = dict.fromkeys(changes.columns, "") | figures
    row |= {"area_name": IDLE, "change": IDLE, "cost_pence_before": before, "cost_pence_after": after}
    return pd.concat([changes, pd.DataFrame([row], index=["–"])])


def list_grid(pairs: list[ScenarioPair]) -> Grid:
    """Return where the list of changes stands."""
    return Grid(LIST, LIST_COLUMNS, sum(len(pair.changes) for pair in pairs))


def _base(compared: Comparison) -> str:
    return heading(compared.base + 1, compared.names[compared.base])


def write_summary(book: Book, compared: Comparison, pairs: list[ScenarioPair]) -> None:
    """Write how many areas and people gain and lose, counted on the sheet Changes."""
    sheet = book.sheet(SUMMARY, f"Gains and losses against {_base(compared)}", SUMMARY_NOTE)
    grid = Grid(SUMMARY, SUMMARY_COLUMNS, len(pairs))
    sheet.table(grid, map(_summary_row, pairs), empty="There is one scenario only.")
    sheet.page_for(grid, "C")


def _summary_row(pair: ScenarioPair) -> tuple:
    if not pair.compared:
        return (pair.number, pair.name, *(NOTHING for _ in range(len(SUMMARY_COLUMNS) - 2)))
    cells = []
    for effect, known in affected(pair.changes).items():
        where = f'{{changes[no]}},{{no}},{{changes[effect]}},"{effect}"'
        takers = "people_before" if effect == LOSES else "people_after"
        cells += [
            Formula(f"=COUNTIFS({where})", known.areas),
            Formula(f"=SUMIFS({{changes[{takers}]}},{where})", known.people),
            *(Formula(f"=SUMIFS({{changes[{m}]}},{where})", getattr(known, m)) for m in ("within_reach", "access")),
        ]
    return (pair.number, pair.name, *cells)


def write_list(book: Book, compared: Comparison, pairs: list[ScenarioPair]) -> None:
    """Write every area that a scenario treats differently from the base."""
    sheet, grid = book.sheet(LIST, f"Changes against {_base(compared)}", LIST_NOTE), list_grid(pairs)
    rows = (_change_row(pair, *change) for pair in pairs for change in pair.changes.iterrows())
    sheet.table(grid, rows, empty="No area is treated otherwise.")
    sheet.worksheet.auto_filter.ref = f"A{grid.head}:{grid.letter('why')}{grid.last}"
    sheet.page_for(grid, "D", across=printing.pages_across(grid.columns))


def _change_row(pair: ScenarioPair, cohort: object, change: pd.Series) -> dict[str, object]:
    row: dict[str, object] = {"no": pair.number, "to": pair.name, "cohort": str(cohort), "why": change["why"]}
    texts = ("area_name", "district", "decile", "effect", "change", "before", "after")
    row |= {key: str(change[key]) for key in texts}
    decimals_of = {
        "people": PEOPLE_DECIMALS,
        "cost_pence": 2,
        "within_reach": ACCESS_DECIMALS,
        "access": ACCESS_DECIMALS,
    }
    for measure, decimals in decimals_of.items():
        figures = (change[f"{measure}_{side}"] for side in ("before", "after"))
        before, after = map(pounds if measure == "cost_pence" else float, figures)
        row |= {f"{measure}_before": before, f"{measure}_after": after, measure: round(after - before, decimals)}
    return row


def write_inputs(book: Book, compared: Comparison, pairs: list[ScenarioPair]) -> None:
    """Write which inputs differ from the base's: why the plans do."""
    note = "Why the plans differ. What is not listed is the same in both." + (ALONE if compared.effects else "")
    sheet = book.sheet(INPUTS, f"Inputs that differ from {_base(compared)}", note)
    rows = [
        (pair.number, pair.name, each.words, each.before, each.after, each.key, *_alone(compared, pair, each.key))
        for pair in pairs
        for each in pair.reasons
    ]
    columns = INPUT_COLUMNS + (ALONE_COLUMNS if compared.effects else ())
    grid = Grid(INPUTS, columns, len(rows))
    sheet.table(grid, rows, empty="No input differs.")
    sheet.page_for(grid, "C", across=printing.pages_across(grid.columns))


def _alone(compared: Comparison, pair: ScenarioPair, key: str) -> tuple:
    """Return the cells of what one input changes alone; none where that was not worked out."""
    if not compared.effects:
        return ()
    row = compared.effects[compared.base, pair.number - 1].loc[key]
    if row.isna().any():
        return (NOTHING,) * len(ALONE_COLUMNS)
    reach = (round(row[name], ACCESS_DECIMALS) for name in ("within_reach", "access"))
    return pounds(row["cost_pence"]), round(row["people"], PEOPLE_DECIMALS), *reach
