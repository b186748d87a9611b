"""The Summary sheet: what the money buys, how sure that is, and whether the workbook is still the plan as solved."""

import datetime
import textwrap
from collections.abc import Iterator

import pandas as pd
from openpyxl.styles import Alignment, Protection
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import Content, each, pounds
from budget.offers.catalogue import PURPOSES
from budget.planning import left_over, within_reach
from budget.planning.applicants_report import charges_in_words, headline
from budget.planning.reasons import proof
from budget.planning.within_reach import MICRO
from budget.risk.risk_report import robust_sentence
from budget.workbook import styles
from budget.workbook.book import MADE_UP, Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import limits_sheet, profile, profile_years
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, changed
from budget.workbook.plan_sheets.plan_sheet import estimated_share
from budget.workbook.plan_sheets.risk_sheet import SimulatedRisk

SHEET = "Summary"
WITHIN_ANY = "=SUMIFS({plan[within_any]},{plan[option]},{option})"
EACH = "=IF({within_any}=0,0,ROUND({spend}/{within_any},2))"
KINDS = (
    Column("label", "Kind of support", 52, "text"),
    Column("paid", "Paid for each", 20, "text"),
    Column("cohorts", "Cohorts", 12, "calc", "count", "=COUNTIFS({plan[option]},{option})"),
    Column("takers", "Takers", 14, "calc", "about", "=SUMIFS({plan[takers]},{plan[option]},{option})"),
    Column("cost", "Cost of offers", 17, "calc", "money", "=SUMIFS({plan[cost]},{plan[option]},{option})"),
    Column("vehicle", "Vehicles", 16, "calc", "money", "=SUMIFS({services[cost]},{services[kind]},{option})"),
    Column("spend", "Spend", 17, "calc", "money", "=ROUND({cost}+{vehicle},2)"),
    Column("share", "Share of spend", 12, "calc", "share", "=IF({sum[spend]}=0,0,{spend}/{sum[spend]})"),
    Column("access", "Access score", 13, "calc", "about", "=SUMIFS({plan[access]},{plan[option]},{option})"),
    Column("within_any", "Brought within reach of at least one", 13, "calc", "about", WITHIN_ANY),
    Column("each", "Spend for each within reach", 17, "calc", "money", EACH),
    Column("option", "Option", 20, "text", working=True),
)
AS_SOLVED = "Inputs are as they were when this plan was solved."
CHANGED = "Inputs changed since this plan was solved: the plan may no longer be the best. Solve it again."
ACCESS = (
    "Within reach: who could not get there within the time and cost set, and can with support; no forecast of more "
    "people in education or work. The access score is no number of people."
)
SCORE = "college and work by weight: what the plan has the most of, no number of people"
CHOICE_LABELS = {
    "academic": "Within reach of academic study",
    "technical": "Within reach of technical study",
    "first_choice": "Who gain a first choice of study",
    "second_choice": "Who gain a second choice",
}
CHOICE_WORDS = {
    "academic": "young people: A levels and the like",
    "technical": "young people: technical or vocational study",
    "first_choice": "young people with some study, where none was within reach",
    "second_choice": "young people with both academic and technical study, where they were not; not all are of college",
}
NONE = "nobody reached"
NOT_SIMULATED = "not simulated"
YEARS_ROW, KINDS_HEAD = 32, 38  # as many rows lower as a choice of study has figures
KEY_ROWS = 9
YEARS = (
    "September to March of this plan",
    "a full year, were the plan to go on",
    "the year after, were the plan to go on",
)
AMONG_SAFE = "Among plans that keep the budget at their worst: "
CHART_WORDS = (
    "Bar chart. One bar for each kind of support, in the order of the table on this sheet; its length is the spend in "
    "pounds, vehicles included. The figures are in the table."
)
FIGURES_ROW = 7  # the first of the figures
WITHIN = ("within_reach_total", "within_reach_college", "within_reach_work", "within_reach_both")
NAMES = ("budget_total", "spend_total", "unspent_total", "people_total", *WITHIN, "access_total")


def lay_out_kinds(content: Content) -> Grid:
    """Lay out the spend by kind of support."""
    return Grid(SHEET, KINDS, len(content.plan.catalogue.kinds), head=KINDS_HEAD + _below(content))


def _lower(content: Content) -> int:
    """Return how many rows lower the sheet goes on for the figures of a choice of study."""
    return len(within_reach.CHOICES) if content.has_choice else 0


def _below(content: Content) -> int:
    """Return how many rows lower the tables are, also for what is left in more than one line."""
    return _lower(content) + len(_left(content)) - 1


def write(book: Book, content: Content, passes: bool, risk: SimulatedRisk | None) -> None:
    """Write the sheet and define the names of the figures; `passes` says whether all checks pass."""
    plan, manifest, stamp = content.plan, content.plan.county.manifest, content.plan.targeting.rules.stamp
    note = f"Areas in target by policy {stamp.policy_id} as on {stamp.day}, file {stamp.sha256[:12]}"
    sheet = book.sheet(SHEET, f"{plan.scenario.name}: {manifest.name}", note)
    made_on = f"Made on {plan.day.day} {plan.day:%B %Y}. County bundle {manifest.checksum[:12] or 'not saved'}."
    sheet.put(3, 1, made_on, "note")
    if manifest.made_up:
        sheet.put(4, 1, MADE_UP, "warning")
    if plan.applicants is not None:
        said = f"Each cohort is one applicant. {headline(plan)}. {charges_in_words(plan)}"
        sheet.put(5, 1, said.strip(), "note")
    _write_figures(sheet, content)
    _write_state(sheet, content, passes, risk)
    _write_kinds(sheet, content)
    _write_years(sheet, content)
    grid, size = lay_out_kinds(content), (9.5, 28)
    key = grid.total_row + 3
    sheet.worksheet.row_breaks.append(Break(id=key - 1))
    _write_key(sheet, key)
    title, axes = "Spend by kind of support", (None, "Spend, vehicles included")
    chart = bar_chart(sheet, grid, ["spend"], "label", title=title, axes=axes, size=size, across=True, gap=50)
    sheet.chart(chart, key + KEY_ROWS, CHART_WORDS)
    sheet.widths(KINDS)
    sheet.page(freeze="A6", repeat="1:3")


def _write_figures(sheet: Sheet, content: Content) -> None:
    budget, spend = content.plan.allocation.budget_pence, content.spend_pence
    places = [*range(len(NAMES) - 1), len(NAMES) - 1 + _lower(content)]  # the score stands below the choice of study
    cells = {name: f"B{FIGURES_ROW + place}" for name, place in zip(NAMES, places, strict=True)}
    spent = "=ROUND({plan.totals[cost]}+{services.totals[cost]},2)"
    unspent = f"=ROUND({cells['budget_total']}-{cells['spend_total']},2)"
    left_words = "the reserve included; negative where spend is above budget"
    rows = (
        ("Budget", "={value[budget]}", pounds(budget), "money", "for the academic year"),
        ("Spend", spent, pounds(spend), "money", "offers, net of contributions, and vehicles"),
        ("Unspent", unspent, pounds(budget - spend), "money", left_words),
        (
            "Young people",
            "=ROUND({plan.totals[takers]},6)",
            content.people,
            "about",
            "about so many are expected to take up an offer",
        ),
        *_reach_rows(content),
        ("Access score", "=ROUND({plan.totals[access]},6)", content.access, "about", SCORE),
    )
    sheet.put(FIGURES_ROW - 1, 1, "The plan in figures", "section")
    for row, (label, formula, known, format, words) in enumerate(rows, FIGURES_ROW):
        sheet.put(row, 1, label, "figure")
        sheet.put(row, 2, Formula(formula, known), "figure", format)
        sheet.put(row, 3, words, "note").alignment = Alignment(horizontal="left", vertical="center", indent=1)
        sheet.worksheet.row_dimensions[row].height = 20
    for name, cell in cells.items():
        sheet.book.define(name, f"{SHEET}!${cell[0]}${cell[1:]}")


def _reach_rows(content: Content) -> Iterator[tuple[str, str, float, str, str]]:
    """Yield the rows of the young people within reach: of at least one, of each and both, and the choice of study."""
    counted, people = within_reach.counts(content.plan), content.within_reach
    totals = {name: f"{{plan.totals[within_{name}]}}" for name in (*PURPOSES, *within_reach.CHOICES)}
    totals[within_reach.AT_LEAST_ONE] = "{plan.totals[within_any]}"
    totals[within_reach.BOTH] = f"{'+'.join(totals[p] for p in PURPOSES)}-{totals[within_reach.AT_LEAST_ONE]}"
    order = (within_reach.AT_LEAST_ONE, *PURPOSES, within_reach.BOTH)
    for name in (*order, *(within_reach.CHOICES if content.has_choice else ())):
        label = CHOICE_LABELS.get(name) or f"Within reach of {within_reach.LABELS[name]}"
        words, ends = CHOICE_WORDS.get(name, "young people"), within_reach.spread(counted[name])
        yield (
            label,
            f"=ROUND({totals[name]},6)",
            people[name],
            "about",
            f"{words}; {ends} (as solved)" if ends else words,
        )


def _write_state(sheet: Sheet, content: Content, passes: bool, risk: SimulatedRisk | None) -> None:
    first = FIGURES_ROW + len(NAMES) + _lower(content) + 1
    sheet.put(first, 1, "How far to rely on it", "section")
    rows = _state_rows(content, risk)
    for row, (label, value, format) in enumerate(rows, first + 1):
        sheet.put(row, 1, label)
        role = "calc" if isinstance(value, Formula) else "text" if format == "text" else "model"
        sheet.put(row, 2, value, role, format)
    last = first + len(rows)
    some = f"B{last - 1}+B{last}"
    sheet.put(last + 1, 1, "Inputs")
    sheet.put(last + 1, 2, Formula(f'=IF({some}=0,"{AS_SOLVED}","{CHANGED}")', AS_SOLVED), "calc", "text")
    sheet.put(last + 2, 1, "All checks pass (see Checks)")
    sheet.put(last + 2, 2, Formula("=all_checks_pass", passes), "calc", "text")
    sheet.put(last + 3, 1, ACCESS, "note")
    sheet.colour(f"B{last + 1}", f"{some}>0", styles.AMBER_FILL)
    sheet.colour_words(f"B{last + 2}", styles.VERDICT_FILLS)


def _state_rows(content: Content, risk: SimulatedRisk | None) -> list[tuple[str | None, object, str]]:
    """Return label, value and format of each row that says how far to rely on the plan."""
    scenario, price = content.plan.scenario, content.plan.allocation.access_per_extra_1000_pounds
    people = content.within_reach[within_reach.AT_LEAST_ONE]
    known = each(pounds(content.spend_pence), people) if people else NONE
    spend_each = Formula(f'=IF(within_reach_total=0,"{NONE}",ROUND(spend_total/within_reach_total,2))', known)
    more = "not known" if price is None else round(price, 6)
    limited = bool(scenario.limits.limits or scenario.limits.grants)  # then the price may be far from whole offers'
    buys = (
        "As solved, £1,000 more in parts of offers buys"
        if limited
        else "Access score that £1,000 more would buy, as solved"
    )
    flowing, solve = changed(FLOWS), f"{changed(SOLVE_AGAIN, PARTLY)}+{limits_sheet.COUNT_CHANGED}"
    estimated = Formula("={plan.totals[estimated]}", estimated_share(content))
    lines = _left(content)
    labels = ["What is left, as solved", *[None] * (len(lines) - 1)]
    return [
        ("Held back as a reserve", Formula("={value[reserve]}", pounds(scenario.reserve_pence)), "money"),
        *_risk_rows(risk),
        ("How good the plan is, as solved", f"{AMONG_SAFE if content.robust else ''}{proof(content.plan)}", "text"),
        *((label, line, "text") for label, line in zip(labels, lines, strict=True)),
        (buys, more, "access"),
        ("Spend for each young person brought within reach", spend_each, "money"),
        ("Share of access score on estimated journeys", estimated, "share"),
        ("Assumptions changed that flow through", Formula(f"={flowing}", 0), "count"),
        ("Assumptions and limits changed that need a new solve", Formula(f"={solve}", 0), "count"),
    ]


def _risk_rows(found: SimulatedRisk | None) -> list[tuple[str, object, str]]:
    """Return the chance of spending too much and the reserve for one year in ten, both as on Risk."""
    labels = ("Chance of spending more than the budget, as solved", "Beyond the planned spend, enough in 9 years of 10")
    if found is None:
        return [(label, NOT_SIMULATED, "text") for label in labels]
    tenth = max(found.risk.enough_pence(0.10) - found.risk.planned_pence, 0)
    chance = Formula("={risk[chance]}", found.risk.chance_of_overspending)
    return [(labels[0], chance, "share"), (labels[1], Formula("={risk[tenth]}", pounds(tenth)), "money")]


def _left(content: Content) -> list[str]:
    """Say what is left and why, in lines as long as are printed; what a plan made safe leaves is its safety."""
    words = robust_sentence(content.robust) if content.robust else left_over.in_words(content.plan)
    return textwrap.wrap(words or "Nothing.", int(sum(column.width for column in KINDS[1:] if not column.working)))


def words_of_years(start: datetime.date | None) -> tuple[str, ...]:
    """Return what each financial year has of a plan: one that starts late has its months left, dearer each, in two."""
    if start is None or start.month in range(4, 9):
        return YEARS
    return (f"{start:%B} to March of this plan", "the rest of this plan, and the next to March", *YEARS[2:])


def _write_years(sheet: Sheet, content: Content) -> None:
    grid, known = profile.lay_out_years(content), profile_years.known_years(content)
    row = YEARS_ROW + _below(content)
    sheet.put(row, 1, "Net cost by financial year", "section")
    told = words_of_years(content.ledger.finance.start)
    for number, (year, words) in enumerate(zip(content.ledger.years, told, strict=True)):
        sheet.put(row + 1 + number, 1, f"{year}: {words}")
        cell = Formula(f"={grid.cell('net', grid.first + number)}", known[number]["net"])
        sheet.put(row + 1 + number, 2, cell, "calc", "money")


def _write_kinds(sheet: Sheet, content: Content) -> None:
    groups, vehicles = content.funded.groupby("option"), content.services.groupby("kind")["cost_pence"].sum()
    kinds, spend = {kind.id: kind for kind in content.plan.catalogue.kinds}, pounds(content.spend_pence)
    known = pd.DataFrame({"label": {key: kind.label for key, kind in kinds.items()}}).assign(
        cohorts=groups.size(),
        takers=groups["people_micro"].sum() / MICRO,
        cost=groups["cost_pence"].sum() / 100,
        vehicle=vehicles / 100,
        spend=groups["cost_pence"].sum().add(vehicles, fill_value=0) / 100,
        access=groups["access"].sum().astype(float).round(6),
        within_any=groups["within_reach"].sum().astype(float).round(6),
    )
    known = known.fillna(dict.fromkeys(known.columns[1:], 0)).rename_axis("option").reset_index()
    known["paid"] = ["vehicle" if kinds[key].shared else "taker" for key in known["option"]]
    known["share"] = known["spend"] / (spend or 1)
    known["each"] = list(map(each, known["spend"], known["within_any"]))
    added = ("cohorts", "takers", "cost", "vehicle", "spend", "share", "access", "within_any")
    totals = {"each": each(spend, content.within_reach[within_reach.AT_LEAST_ONE]), "label": "Total"}
    grid = lay_out_kinds(content)
    sheet.put(grid.head - 1, 1, "Spend by kind of support", "section")
    sheet.table(grid, known.to_dict("records"), sums=added, sortable=False, totals=totals)


def _write_key(sheet: Sheet, row: int) -> None:
    """Say what the colours mean and how money moves through the sheets."""
    sheet.put(row, 1, "How to read this workbook", "section")
    roles = (
        ("input", "An assumption: change it on the sheet Assumptions and every sheet follows."),
        ("model", "A figure from the model: which offers were chosen, young people, miles, reach."),
        ("calc", "A formula."),
        ("total", "A total, by formula."),
    )
    for number, (role, words) in enumerate(roles, start=row + 1):
        sheet.put(number, 1, "example", role).protection = Protection(locked=True)
        sheet.put(number, 2, words)
    flow = "Assumptions → Plan and Services → Districts, Profile, Summary → Checks. Money is in pounds."
    sheet.put(row + 6, 1, flow, "note")
