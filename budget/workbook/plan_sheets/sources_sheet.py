"""The sheet Sources: where every file, choice and figure of the plan comes from."""

import datetime
from collections.abc import Iterator

import pandas as pd
from openpyxl.utils import get_column_letter

from budget.accounts.statement import Content
from budget.planning import college_sites
from budget.planning.plan import Plan
from budget.scenarios.finance import NOTES
from budget.workbook.book import Book
from budget.workbook.plan_sheets.eligibility_sheet import broken
from data.own_files import told
from data.wording import exact_pounds

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 "
    "(nationalarchives.gov.uk/doc/open-government-licence/version/3).",
    "Contains OS data © Crown copyright and database right {year}.",
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
)
ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right {year}."


FILES = ("Title", "Publisher", "Licence", "Vintage", "Address", "File", "SHA-256", "Rows")
CHOICES = ("Column", "Taken from", "Note")
PROVENANCE = "Source, or assumption"
FIGURES = ("Figure", "What it is", PROVENANCE, "Checked on", "Address")
FIGURES_TITLE = "Figures"
SOURCES_HEAD = 4
LEDGER = ("Setting", "What it is", PROVENANCE)
JOURNEYS = ("Source", "As of", "Journeys")
COLLEGES = ("College", "Spend on those who live nearest to it", "What to do", "Cohorts funded")
COLLEGE_NOTE = "Ask it where else it teaches 16 to 18 year olds, and add those sites: they may need less."
POLICY = ("Source of the policy", "Checked on", "Address")
WIDTHS = (36, 40, 46, 18, 40, 26, 20, 10)


def figure_count(content: Content) -> int:
    """Return how many figures Sources lists."""
    return len(_figures(content))


def provenance_cells(content: Content) -> str:
    """Return the cells of Sources that say where each figure comes from."""
    row, lines = next((row, lines) for row, title, _, lines in _placed(content) if title == FIGURES_TITLE)
    letter = get_column_letter(FIGURES.index(PROVENANCE) + 1)
    return f"Sources!${letter}${row + 2}:${letter}${row + 1 + len(lines)}"


def _placed(content: Content) -> Iterator[tuple[int, str, tuple[str, ...], list[tuple]]]:
    """Yield each section with its first row: its title, header and rows; a text without a header may take several."""
    row = SOURCES_HEAD
    for title, header, rows in _sections(content):
        lines = rows if header else [(part,) for (line,) in rows for part in broken(line)]
        yield row, title, header, lines
        row += len(lines) + (3 if header else 2)


def write(book: Book, content: Content) -> None:
    """Write the sheet Sources."""
    note = "Every official file, every choice between them, and the source of every figure."
    sheet = book.sheet("Sources", "Sources", note)
    for first, title, header, lines in _placed(content):
        sheet.put(first, 1, title, "section")
        for number, text in enumerate(header, start=1):
            sheet.put(first + 1, number, text, "head", "wrapped")
        text_format = "wrapped" if header else "text"  # a text keeps to its column, or the sheet would print too small
        for row, values in enumerate(lines, start=first + (2 if header else 1)):
            for number, value in enumerate(values, start=1):
                if value is not None:
                    sheet.put(row, number, value, "text", "count" if isinstance(value, int) else text_format)
            sheet.fit(row, zip(values, WIDTHS, strict=False) if header else ())
    sheet.widths(WIDTHS)
    sheet.page(freeze="B4")


def _sections(content: Content) -> list[tuple[str, tuple[str, ...], list[tuple]]]:
    manifest = content.plan.county.manifest
    titles = {source.id: source.title for source in manifest.sources}
    of_file = ("title", "publisher", "licence", "vintage", "url", "file", "sha256")
    files = [(*(getattr(source, name) for name in of_file), int(source.rows)) for source in manifest.sources]
    choices = [
        (column, titles.get(choice.get("source", ""), choice.get("source")), choice.get("note") or None)
        for column, choice in sorted(manifest.columns.items())
    ]
    policy, finance = content.plan.targeting.rules.policy, content.ledger.finance
    journeys = [("Journeys of the council's own", JOURNEYS, rows)] if (rows := _journeys(content)) else []
    sources = [(s.title, _day(s.checked), s.url) for s in policy.sources.values()]
    warnings = [(warning,) for warning in told(content.plan.county)]
    return [
        ("Attribution", (), [(line,) for line in attribution(content.plan)]),
        ("Official files", FILES, files),
        ("Where each column comes from", CHOICES, choices),
        (FIGURES_TITLE, FIGURES, _figures(content)),
        ("What the ledger needs", LEDGER, [(name, NOTES[name], finance.provenance(name)) for name in NOTES]),
        *journeys,
        (f"Policy {policy.id}", POLICY, sources),
        *_colleges(content),
        ("What the bundle warns of", (), warnings or [("Nothing.",)]),
    ]


def _colleges(content: Content) -> list[tuple[str, tuple[str, ...], list[tuple]]]:
    """Return the section of the colleges at one site, with what the plan spends nearest to each; none where none is."""
    table = college_sites.at_one_site(content.plan)
    rows = [
        (str(row["name"]), exact_pounds(row["cost_pence"]), COLLEGE_NOTE, int(row["cohorts"]))
        for _, row in table.iterrows()
    ]
    return [("Colleges that stand at their main site alone", COLLEGES, rows)] if rows else []


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


def attribution(plan: Plan) -> list[str]:
    """Return the statements that the licences of the data ask for; a made-up county has none."""
    manifest = plan.county.manifest
    if manifest.made_up:
        return ["This county is made up: it holds no official data and describes no real place."]
    lines = list(ATTRIBUTION)
    if plan.county.postcodes is not None:
        lines.append(ROYAL_MAIL)
    return [line.format(year=plan.day.year) for line in lines]


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
