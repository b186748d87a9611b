"""The sheets Eligibility and Sources: why each area is in target, and where every figure comes from."""

import datetime
import textwrap
from collections.abc import Iterator

import pandas as pd
from openpyxl.utils import get_column_letter

from budget.accounts.statement import Content
from budget.scenarios.finance import NOTES
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets.offer_columns import Grids
from eligibility.deciding import wording
from eligibility.deciding.explain import Required
from eligibility.rules.criteria import Verdict

OUTCOMES = {Verdict.PASS: "in target", Verdict.UNKNOWN: "not settled"}
AREA = (
    Column("area", "Area code", 13),
    Column("name", "Area", 26),
    Column("district", "District", 22),
    Column("outcome", "Outcome", 13),
    Column("times", "Times on Plan or Not funded", 12, "calc", "count"),
)
APPLICANT = (Column("area", "Cohort", 13), *AREA[1:])
CRITERION_WIDTH = 19
OF_APPLICANTS = (
    "This plan is for applicants. Who of them is eligible, and why, is in the workbook of their decisions; the areas "
    "in target do not decide it."
)
ASKS_ROW = 4
RULE_LETTERS = 190

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 "
    "(nationalarchives.gov.uk/doc/open-government-licence/version/3).",
    "Contains OS data © Crown copyright and database right {year}.",
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
)
ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right {year}."


def grid_of(content: Content) -> Grid:
    """Lay out the areas in target or not settled, or the applicants planned for."""
    if content.plan.applicants is not None:
        return Grid("Eligibility", APPLICANT, len(content.plan.choices.cohorts), head=ASKS_ROW + 1)
    targeting = content.plan.targeting
    listed = int((targeting.outcome != Verdict.FAIL).sum())
    criteria = targeting.rules.criteria.items()
    columns = AREA + tuple(Column(name, criterion.label, CRITERION_WIDTH) for name, criterion in criteria)
    return Grid("Eligibility", columns, listed, head=ASKS_ROW + 1)


def write_eligibility(book: Book, grids: Grids, content: Content) -> None:
    """Write the sheet Eligibility."""
    sheet = book.sheet("Eligibility")
    grid = grid_of(content)
    if content.plan.applicants is None:
        _head_of_areas(sheet, grid, content)
        rows = _areas(grid, grids, content)
    else:
        sheet.heading("Eligibility: the applicants planned for", OF_APPLICANTS)
        rows = _applicants(grid, grids, content)
    sheet.table(grid, _blanks(rows), empty="No area is in target or unsettled.")
    sheet.worksheet.auto_filter.ref = f"A{grid.head}:{grid.letter(grid.columns[-1].key)}{grid.last}"
    _rules(sheet, content, grid.last + 3)
    sheet.widths(grid.columns)
    sheet.page(freeze=f"C{grid.first}", repeat=f"{ASKS_ROW}:{grid.head}", paper=8)


def _head_of_areas(sheet: Sheet, grid: Grid, content: Content) -> None:
    targeting = content.plan.targeting
    others = len(targeting.outcome) - grid.rows
    sheet.heading(
        "Eligibility: how each area came to be in target",
        f"{len(targeting.in_target):,} areas in target, {len(targeting.not_settled):,} not settled by what is known of "
        f"them, {others:,} others not in target and not listed. The rules follow beneath, from row {grid.last + 3}.",
    )
    sheet.put(ASKS_ROW, 1, "What each criterion asks", "note")
    asked = [_asks(name, content) for name in targeting.rules.criteria]
    for number, text in enumerate(asked, start=len(AREA) + 1):
        sheet.put(ASKS_ROW, number, text, "note", "wrapped")
    sheet.fit(ASKS_ROW, [(text, CRITERION_WIDTH) for text in asked])


def _areas(grid: Grid, grids: Grids, content: Content) -> Iterator[tuple]:
    """Yield the areas in target, with how often they are on Plan or Not funded, and those not settled."""
    targeting = content.plan.targeting
    listed = targeting.outcome[targeting.outcome != Verdict.FAIL].index
    names = content.plan.county.areas.loc[listed, ["area_name", "district_name"]]
    words = {int(verdict): text for verdict, text in wording.VERDICTS.items()}
    verdicts = targeting.verdicts.loc[listed].itertuples(index=False)
    outcomes = targeting.outcome.loc[listed]
    columns = (listed, names["area_name"], names["district_name"], outcomes, verdicts)
    for row, (code, name, district, outcome, verdict) in enumerate(zip(*columns, strict=True), grid.first):
        is_in = Verdict(int(outcome)) == Verdict.PASS
        times = _times(grid, row, grids) if is_in else None
        yield (code, name, district, OUTCOMES[Verdict(int(outcome))], times, *(words[int(part)] for part in verdict))


def _applicants(grid: Grid, grids: Grids, content: Content) -> Iterator[tuple]:
    cohorts = content.plan.choices.cohorts[["area_name", "district"]].itertuples()
    for row, (cohort, name, district) in enumerate(cohorts, grid.first):
        yield (cohort, name, district, "eligible", _times(grid, row, grids))


def _times(grid: Grid, row: int, grids: Grids) -> Formula:
    listed = (grids.plan.column("cohort"), grids.not_funded.column("cohort"))
    return Formula("=" + "+".join(f"COUNTIF({cells},{grid.at('area', row)})" for cells in listed), 1)


def _blanks(rows):
    """Yield rows with gaps as empty cells."""
    for row in rows:
        yield tuple(None if not isinstance(value, Formula) and pd.isna(value) else value for value in row)


def _asks(name: str, content: Content) -> str:
    rules = content.plan.targeting.rules
    criterion = rules.criteria[name]
    if criterion.is_group:
        return f"{wording.GROUPS[criterion.test]} {len(criterion.members)} criteria"
    return wording.required(Required(criterion.test, rules.threshold(criterion), rules.facts[criterion.fact].unit))


def _rules(sheet: Sheet, content: Content, row: int) -> None:
    """Write the policy as prose: what it is for, each rule with its number and source, the caution, the stamp."""
    rules = content.plan.targeting.rules
    stamp = rules.stamp
    own = ", ".join(f"{name} = {value}" for name, value in stamp.council_values)
    made_by = f"Policy {stamp.policy_id} as on {stamp.day}, file SHA-256 {stamp.sha256}."
    sheet.put(row, 1, "The rules", "section")
    prose = [line for text in wording.prose(rules.policy, rules) for line in text.splitlines() if line.strip()]
    settings = f"Set by the council in place of the policy's own: {own}." if own else "No value was set by the council."
    lines = [part for line in (*prose, settings, made_by) for part in _broken(line)]
    for number, line in enumerate(lines, start=row + 1):
        sheet.put(number, 1, line)


def _broken(line: str) -> list[str]:
    """Break a long line into several rows, so that the sheet prints no wider than its table."""
    return textwrap.wrap(line, RULE_LETTERS, subsequent_indent="    ", break_on_hyphens=False) or [line]


FILES = ("Title", "Publisher", "Licence", "Vintage", "Address", "File", "SHA-256", "Rows")
CHOICES = ("Column", "Taken from", "Note")
PROVENANCE = "Source, or assumption"
FIGURES = ("Figure", "What it is", PROVENANCE, "Checked on", "Address")
FIGURES_TITLE = "Figures"
SOURCES_HEAD = 4
LEDGER = ("Setting", "What it is", PROVENANCE)
JOURNEYS = ("Source", "As of", "Journeys")
POLICY = ("Source of the policy", "Checked on", "Address")
WIDTHS = (46, 50, 74, 22, 60, 34, 24, 12)


def figure_count(content: Content) -> int:
    """Return how many figures Sources lists."""
    return len(_figures(content))


def provenance_cells(content: Content) -> str:
    """Return the cells of Sources that say where each figure comes from."""
    row = SOURCES_HEAD
    for title, header, rows in _sections(content):
        first = row + (2 if header else 1)
        if title == FIGURES_TITLE:
            letter = get_column_letter(FIGURES.index(PROVENANCE) + 1)
            return f"Sources!${letter}${first}:${letter}${first + len(rows) - 1}"
        row = first + len(_lines_of(header, rows)) + 1
    raise ValueError("Sources has no figures")


def _lines_of(header: tuple[str, ...], rows: list[tuple]) -> list[tuple]:
    """Return the rows of a section as they are written: a text without a header may take several."""
    return rows if header else [(part,) for (line,) in rows for part in _broken(line)]


def write_sources(book: Book, content: Content) -> None:
    """Write the sheet Sources."""
    sheet = book.sheet("Sources")
    sheet.heading("Sources", "Every official file, every choice between them, and the source of every figure.")
    row = SOURCES_HEAD
    for title, header, rows in _sections(content):
        sheet.put(row, 1, title, "section")
        for number, text in enumerate(header, start=1):
            sheet.put(row + 1, number, text, "head", "wrapped")
        row += 2 if header else 1
        for values in _lines_of(header, rows):
            for number, value in enumerate(values, start=1):
                if value is not None:
                    sheet.put(row, number, value, "text", _shown(value, header))
            sheet.fit(row, zip(values, WIDTHS, strict=False) if header else ())
            row += 1
        row += 1
    sheet.widths(WIDTHS)
    sheet.page(freeze="B4", paper=8)


def _shown(value: object, header: tuple[str, ...]) -> str:
    """Return how a cell is shown; text beneath a header keeps to its column, or the sheet would print too small."""
    return "count" if isinstance(value, int) else "wrapped" if header else "text"


def _sections(content: Content) -> list[tuple[str, tuple[str, ...], list[tuple]]]:
    manifest = content.plan.county.manifest
    titles = {source.id: source.title for source in manifest.sources}
    files = [
        (s.title, s.publisher, s.licence, s.vintage, s.url, s.file, s.sha256, int(s.rows)) for s in manifest.sources
    ]
    choices = [
        (column, titles.get(choice.get("source"), choice.get("source")), choice.get("note") or None)
        for column, choice in sorted(manifest.columns.items())
    ]
    policy = content.plan.targeting.rules.policy
    sources = [(s.title, _day(s.checked), s.url) for s in policy.sources.values()]
    return [
        ("Attribution", (), [(line,) for line in attribution(content)]),
        ("Official files", FILES, files),
        ("Where each column comes from", CHOICES, choices),
        (FIGURES_TITLE, FIGURES, _figures(content)),
        ("What the ledger needs", LEDGER, _ledger(content)),
        *([("Journeys of the council's own", JOURNEYS, rows)] if (rows := _journeys(content)) else []),
        (f"Policy {policy.id}", POLICY, sources),
        ("What the bundle warns of", (), [(warning,) for warning in manifest.warnings] or [("Nothing.",)]),
    ]


def _ledger(content: Content) -> list[tuple]:
    """Return where the codes, the calendar and the rates of the ledger come from."""
    finance = content.ledger.finance
    return [(name, NOTES[name], finance.provenance(name)) for name in NOTES]


def _journeys(content: Content) -> list[tuple]:
    """Return the sources of an imported travel matrix, the most journeys first."""
    journeys = content.plan.county.journeys
    if journeys is None or journeys.empty:
        return []
    counts = journeys.groupby(["source", "as_of"], dropna=False).size().sort_values(ascending=False, kind="stable")
    return [
        (str(source), "not given" if pd.isna(as_of) else str(as_of), int(count))
        for (source, as_of), count in counts.items()
    ]


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def attribution(content: Content) -> list[str]:
    """Return what the licences of the data ask to be said; a made-up county has none."""
    manifest = content.plan.county.manifest
    if manifest.made_up:
        return ["This county is made up: it holds no official data and describes no real place."]
    lines = list(ATTRIBUTION)
    if content.plan.county.postcodes is not None:
        lines.append(ROYAL_MAIL)
    return [line.format(year=content.plan.day.year) for line in lines]


def _figures(content: Content) -> list[tuple]:
    kinds = {kind.id for kind in content.plan.catalogue.kinds}
    rows = []
    for name, figure in content.plan.catalogue.figures.by_name.items():
        kind = name.rpartition(".")[0]
        if kind and kind not in kinds:
            continue
        checked, url = (_day(figure.source.checked), figure.source.url) if figure.source else (None, None)
        rows.append((name, figure.label, figure.provenance, checked, url))
    return rows
