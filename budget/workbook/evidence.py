"""The sheets Eligibility and Sources: why each area is in target, and where every figure comes from."""

import datetime
import textwrap

import pandas as pd

from budget.workbook.book import Book, Column, Grid, Sheet
from budget.workbook.content import Content
from eligibility import wording
from eligibility.criteria import Verdict
from eligibility.explain import Required

OUTCOMES = {Verdict.PASS: "in target", Verdict.UNKNOWN: "not settled"}
AREA = (
    Column("area", "Area code", 13),
    Column("name", "Area", 26),
    Column("district", "District", 22),
    Column("outcome", "Outcome", 13),
)
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


def write_eligibility(book: Book, content: Content) -> None:
    """Write the sheet Eligibility."""
    sheet = book.sheet("Eligibility")
    targeting, areas = content.plan.targeting, content.plan.county.areas
    listed = targeting.outcome[targeting.outcome != Verdict.FAIL].index
    others = len(targeting.outcome) - len(listed)
    criteria = targeting.rules.criteria
    columns = AREA + tuple(Column(name, criterion.label, CRITERION_WIDTH) for name, criterion in criteria.items())
    grid = Grid("Eligibility", columns, len(listed), head=ASKS_ROW + 1)
    sheet.heading(
        "Eligibility: how each area came to be in target",
        f"{len(targeting.in_target):,} areas in target, {len(targeting.not_settled):,} not settled by what is known of "
        f"them, {others:,} others not in target and not listed. The rules follow beneath, from row {grid.last + 3}.",
    )
    if content.plan.applicants is not None:
        sheet.put(3, 1, OF_APPLICANTS, "note")
    sheet.put(ASKS_ROW, 1, "What each criterion asks", "note")
    asked = [_asks(name, content) for name in criteria]
    for number, text in enumerate(asked, start=len(AREA) + 1):
        sheet.put(ASKS_ROW, number, text, "note", "wrapped")
    sheet.fit(ASKS_ROW, [(text, CRITERION_WIDTH) for text in asked])
    verdicts = targeting.verdicts.loc[listed]
    names = areas.loc[listed, ["area_name", "district_name"]]
    words = {int(verdict): text for verdict, text in wording.VERDICTS.items()}
    rows = (
        (code, name, district, OUTCOMES[Verdict(int(outcome))], *(words[int(verdict)] for verdict in row))
        for code, name, district, outcome, row in zip(
            listed,
            names["area_name"],
            names["district_name"],
            targeting.outcome.loc[listed],
            verdicts.itertuples(index=False),
            strict=True,
        )
    )
    sheet.table(grid, _blanks(rows), empty="No area is in target or unsettled.")
    sheet.worksheet.auto_filter.ref = f"A{grid.head}:{grid.letter(columns[-1].key)}{grid.last}"
    _rules(sheet, content, grid.last + 3)
    sheet.widths(columns)
    sheet.page(freeze=f"C{grid.first}", repeat=f"{ASKS_ROW}:{grid.head}", paper=8)


def _blanks(rows):
    """Yield rows with gaps as empty cells."""
    for row in rows:
        yield tuple(None if pd.isna(value) else value for value in row)


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
FIGURES = ("Figure", "What it is", "Source, or assumption", "Checked on", "Address")
POLICY = ("Source of the policy", "Checked on", "Address")
WIDTHS = (46, 50, 74, 22, 60, 34, 24, 12)


def write_sources(book: Book, content: Content) -> None:
    """Write the sheet Sources."""
    sheet = book.sheet("Sources")
    sheet.heading("Sources", "Every official file, every choice between them, and the source of every figure.")
    row = 4
    for title, header, rows in _sections(content):
        sheet.put(row, 1, title, "section")
        for number, text in enumerate(header, start=1):
            sheet.put(row + 1, number, text, "head", "wrapped")
        row += 2 if header else 1
        for values in rows if header else [(part,) for (line,) in rows for part in _broken(line)]:
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
        ("Figures", FIGURES, _figures(content)),
        (f"Policy {policy.id}", POLICY, sources),
        ("What the bundle warns of", (), [(warning,) for warning in manifest.warnings] or [("Nothing.",)]),
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
