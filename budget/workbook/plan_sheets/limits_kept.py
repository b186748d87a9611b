"""How the plan keeps its limits, by formula: beneath the numbers of the sheet Limits, and as checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from budget.accounts.statement import Content, pounds
from budget.allocation.inputs.groups import members_by_group
from budget.allocation.inputs.limit_rows import money_column
from budget.allocation.inputs.limit_wording import SIDES, limit_name
from budget.allocation.inputs.limits import Limit, Share
from budget.workbook import styles
from budget.workbook.book import Sheet
from budget.workbook.check import AT_LEAST, AT_MOST, HALF_A_PENNY, Check, none_of
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import limit_workings, limits_sheet

SOLVE = "With these assumptions the plan does not keep it: solve again, or change what is asked on Limits."
SPARE = {"<=": "=ROUND({allowed}-{now},%d)", ">=": "=ROUND({now}-{allowed},%d)"}
DIGITS = {"money": 2, "people": 2, "access": 3, "number": 6}  # to which what is to spare counts
KEPT = (
    Column("number", "Limit", 7, "text", "count"),
    Column("label", "What is asked, as solved", 66, "text", "wrapped"),
    Column("now", "In this workbook", 18, "calc", "number"),
    Column("sense", "Must be", 18, "text"),
    Column("allowed", "Allowed", 18, "calc", "number"),
    Column("kept", "Kept", 12, "calc", "truth", "=IFERROR({spare}>=0,FALSE)"),
    Column("spare", "To spare", 40, "calc", "number"),
    Column("group", "Group", 20, "model", "count"),
)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One side of a limit for one group of it."""

    limit: int  # its number, from 1
    side: str  # "at_least" or "at_most"
    sense: str
    group: int
    words: str
    measure: str
    format: str
    share: bool
    figure: Fraction
    now: float
    allowed: float


def kept_rows(content: Content) -> list[KeptRow]:
    """Return every side of every limit and group: the groups of a side follow each other."""
    if not limit_workings.is_needed(content):
        return []
    found = limit_workings.bought(content)
    return [
        row
        for number, limit in enumerate(content.plan.scenario.limits.limits, 1)
        for side, sense in (("at_least", ">="), ("at_most", "<="))
        if getattr(limit, side) is not None
        for row in _rows_of(number, limit, side, sense, content, found)
    ]


def _rows_of(
    number: int, limit: Limit, side: str, sense: str, content: Content, found: limit_workings.Bought
) -> Iterator[KeptRow]:
    offers, services, figure = content.plan.choices.offers, content.plan.choices.services, getattr(limit, side)
    is_money = limit.measure == "spend" or money_column(limit.measure, offers, services) is not None
    form = "money" if is_money else limit.measure if limit.measure in ("people", "access") else "number"
    amounts, groups = found.amounts[limit.measure], found.groups[number - 1]
    total, is_share, names = _sum(amounts), isinstance(figure, Share), limits_sheet.names_of(content)
    for group, (members, _, _) in enumerate(members_by_group(limit, offers, services), 1):
        now = _sum([a for a, g in zip(amounts, groups, strict=True) if g == group])
        allowed = float(figure.share) * total if is_share else float(figure)
        words = limit_name(limit, figure, sense, members, is_money=is_money, kinds=names)
        share = figure.share if is_share else figure
        yield KeptRow(number, side, sense, group, words, limit.measure, form, is_share, share, now, allowed)


def _sum(amounts: list[float]) -> float:
    return round(sum(round(amount * 1_000_000) for amount in amounts) / 1_000_000, 6)


def lay_out(content: Content) -> Grid:
    """Lay out how the limits are kept, beneath what is asked without a number."""
    return Grid(limits_sheet.SHEET, KEPT, len(kept_rows(content)), head=limits_sheet.lay_out_others(content).last + 4)


def write(sheet: Sheet, content: Content) -> None:
    """Write how the limits are kept."""
    grid, rows = lay_out(content), kept_rows(content)
    if not rows:
        return
    at = _cells_of_numbers(content)
    sheet.put(grid.head - 1, 1, "How the plan keeps its limits, in this workbook", "section")
    sheet.table(grid, (_cells(row, at) for row in rows))
    for number, row in enumerate(rows, grid.first):
        for key in ("now", "allowed", "spare"):
            sheet.worksheet[grid.at(key, number)].number_format = styles.FORMATS[row.format]
    sheet.colour(grid.cells("kept"), f"${grid.at('spare', grid.first)}<0", styles.RED_FILL)


def _cells_of_numbers(content: Content) -> dict[tuple[str | int, ...], str]:
    """Return the yellow cell of each number of Limits, by its place in the scenario."""
    scenario = content.plan.scenario
    grid, numbers = limits_sheet.lay_out(scenario), limits_sheet.limit_numbers(scenario)
    return {number.path: grid.cell("value", row) for row, number in enumerate(numbers, grid.first)}


def _cells(row: KeptRow, at: dict[tuple[str | int, ...], str]) -> dict[str, object]:
    asked, measure = at["limits", "limits", row.limit - 1, row.side], f"m_{row.measure}"
    digits = DIGITS[row.format]
    allowed = f"{asked}*SUM({{limit_parts[{measure}]}})" if row.share else asked
    spare = round(row.allowed - row.now if row.sense == "<=" else row.now - row.allowed, digits)
    return {
        "number": row.limit,
        "label": row.words,
        "now": Formula(f"=SUMIFS({{limit_parts[{measure}]}},{{limit_parts[l_{row.limit}]}},{{group}})", row.now),
        "sense": SIDES[row.sense],
        "allowed": Formula(f"={allowed}", row.allowed),
        "group": row.group,
        "kept": spare >= 0,
        "spare": Formula(SPARE[row.sense] % digits, spare + 0.0),
    }


def list_checks(content: Content) -> Iterator[Check]:
    """Yield a check for each limit, grant and promise, and for the access score of the least cost."""
    if content.plan.allocation.status == "infeasible":
        return
    yield from _of_the_limits(content)
    yield from _of_the_promises(content)
    yield from _of_the_grants(content)
    access = content.plan.scenario.objective.access
    if access is not None:
        asked = Formula(f"={_cells_of_numbers(content)['objective', 'access']}", float(access))
        score = Formula("=access_total", content.access)
        yield Check("The access score asked for is reached", score, asked, "access", AT_LEAST, SOLVE, HALF_A_PENNY)


def _of_the_limits(content: Content) -> Iterator[Check]:
    rows, grid = kept_rows(content), lay_out(content)
    sides = dict.fromkeys((row.limit, row.side) for row in rows)
    for limit, side in sides:
        at = [n for n, row in enumerate(rows, grid.first) if (row.limit, row.side) == (limit, side)]
        first, words = rows[at[0] - grid.first], f"Limit {limit} is kept: "
        if len(at) == 1:
            now, allowed = (Formula(f"={grid.cell(key, at[0])}", getattr(first, key)) for key in ("now", "allowed"))
            test = AT_MOST if first.sense == "<=" else AT_LEAST
            where = f'"{limits_sheet.SHEET}!{grid.at("now", at[0])}"'
            yield Check(words + first.words, now, allowed, first.format, test, SOLVE, HALF_A_PENNY, where)
        else:
            cells = f"{grid.cell('kept', at[0])}:{grid.fixed('kept', at[-1])}"
            where = f'"{limits_sheet.SHEET}!{grid.letter("now")}"&SUMPRODUCT(MAX(({cells}=FALSE)*ROW({cells})))'
            asked = limits_sheet.asked(content, limit, side)
            yield none_of(words + asked, f"=COUNTIF({cells},FALSE)", SOLVE, where=where)


def _of_the_promises(content: Content) -> Iterator[Check]:
    limits, others = content.plan.scenario.limits, limits_sheet.lay_out_others(content)
    if limits.must_fund or limits.committed:
        cells = f"{limits_sheet.SHEET}!{others.all['kept']}"
        where = f'"{limits_sheet.SHEET}!{others.letter("label")}"&SUMPRODUCT(MAX(({cells}=FALSE)*ROW({cells})))'
        advice = "A cohort that must be funded, or its promised offer, is not on Plan: solve again."
        yield none_of("Cohorts that must be funded have their offer", f"=COUNTIF({cells},FALSE)", advice, where=where)
    keys, at, names = content.services["key"], _cells_of_numbers(content), limits_sheet.names_of(content)
    for service, units in limits.committed_units.items():
        if not units:
            continue
        key, has = keys[service], int(content.services.loc[service, "units"])
        here = Formula(f'=SUMIFS({{services[units]}},{{services[key]}},"{key}")', has)
        asked = Formula(f"={at['limits', 'committed_units', service]}", units)
        yield Check(f"Vehicles promised are bought: {names[service]}", here, asked, "count", AT_LEAST, SOLVE)


def _of_the_grants(content: Content) -> Iterator[Check]:
    grants = content.plan.scenario.limits.grants
    if not grants:
        return
    paid = limit_workings.paid_by_first(content)
    for number, (grant, upto) in enumerate(zip(grants, paid, strict=True)):
        pays = round(upto - (paid[number - 1] if number else 0), 2)
        here, amount = Formula(f"={{grant_pays[{number}]}}", pays), pounds(grant.amount_pence)
        given = Formula(f"={{grant_amount[{number}]}}", amount)
        advice = "A cell of Who pays on Budget lines has been overwritten."
        name = f"Grant {grant.name} pays no more than it is"
        yield Check(name, here, given, "money", AT_MOST, advice, HALF_A_PENNY, f'"{{grant_place[{number}]}}"')
    spend, plan = pounds(content.spend_pence), content.plan
    own = Formula(f"=spend_total-MIN({limit_workings.paid_cells(content, len(grants))})", round(spend - paid[-1], 2))
    amounts = "-".join(["", *(f"{{grant_amount[{n}]}}" for n in range(len(grants)))])
    to_spend = plan.allocation.budget_pence - plan.scenario.reserve_pence - sum(g.amount_pence for g in grants)
    right = Formula(f"={{value[budget]}}-{{value[reserve]}}{amounts}", pounds(to_spend))
    name = "What no grant may pay for is within the council's own money"
    yield Check(name, own, right, "money", AT_MOST, SOLVE, HALF_A_PENNY)


def names(content: Content) -> dict[str, object]:
    """Return the names of cells for formulas: {grant_amount[0]} is the amount of the first grant, on Limits."""
    at = _cells_of_numbers(content)
    grants = range(len(content.plan.scenario.limits.grants))
    return {"grant_amount": [at["limits", "grants", number, "amount_pence"] for number in grants]}
