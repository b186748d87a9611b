"""Make applicants_messy_600.csv again: `python -m tests.eligibility.data.make_applicants`.

Six hundred applicants who do not exist, of a county that does not exist, with every fault that real files have: dates,
money, postcodes and yes-or-no as people write them, gaps, duplicates, formulas, broken rows, a title above the
headings, Windows-1252 with semicolons. Everything is drawn from one seeded generator. `make` also says which rows
cannot be read, so that a test can hold the program to it.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from data import bundle, example

SEED, ROWS = 20260601, 600
FILE = Path(__file__).with_name("applicants_messy_600.csv")
TITLE = ["Post-16 transport applications, summer 2026", "", "OFFICIAL - SENSITIVE"]
HEADINGS = [
    "Ref No.",
    "Student's Full Name",
    "D.O.B.",
    "Home Post Code",
    "College / Sixth Form",
    "Course start date",
    "Level",
    "Full-time?",
    "Hrs per week",
    "Publicly funded",
    "Nearest suitable",
    "Income Support",
    "Receives Universal Credit",
    "UC earnings",
    "UC net income (monthly)",
    "Taxable income",
    "Free School Meals",
    "Looked after child",
    "Registred young carer",
    "EHC Plan",
    "Exceptional circumstances",
    "Measured walk miles",
    "Measured by",
    "How measured",
    "Date measured",
    "JSA(IB)",
    "ESA(IR)",
    "Asylum support",
    "Guarantee Credit",
    "Care leaver",
    "Lives independently",
    "Cannot travel",
    "Apprenticeship",
    "Planned hours",
    "Catchment school",
    "Notes",
]
FIRST = [
    "Aeliss",
    "Bryn",
    "Caoimhe",
    "Dévi",
    "Ebbe",
    "Fenn",
    "Ghita",
    "Hal",
    "Ines",
    "Jory",
    "Kezia",
    "Lowen",
    "Maëlle",
    "Niamh",
    "Oskar",
    "Perran",
    "Quill",
    "Rhys",
    "Senara",
    "Tamsyn",
    "Ulla",
    "Vesper",
    "Wyn",
    "Yestin",
    "Zora",
]
LAST = [
    "Askham-Vale",
    "Brackwater",
    "Cobbledick",
    "O’Fennick",
    "Drovemoor",
    "Eastholme",
    "Fosdyke-Ing",
    "Garthlow",
    "Humberlea",
    "Ingsworth",
    "Keldmarsh",
    "Lundgate",
    "Mawthwaite",
    "Nettlebeck",
    "Oskerby",
    "Quernhill",
    "Saltfleet-Roe",
    "Thornwick",
]
COLLEGES = [
    "Harrowmere College",
    "harrowmere college",
    "HARROWMERE COLLEGE",
    "X-C1",
    "Cobbleford Institute",
    "Cobbleford Institute of Further Education",
    "Tidewold Academy Sixth Form",
    "Tidewold Academy 6th Form",
    "Brindlewick High School",
    "Harrowmere Minster Sixth Form",
    "x-s3",
    "The Harrowmere College",
]
GAPS = ["", "", "", "n/a", "N/A", "not known", "Not known", "?", "-", "TBC", "unknown"]
NOTES = ["", "", "", "rang 3 June", "moving in August; address to follow", "line one\nline two", "sibling there too"]
HOURS = ["16", "15", "18 hours", "20", "12 hrs", "16.5", "14", "15.5 hrs/week"]
YES, NO = ["Y", "Yes", "yes", "TRUE", "1", "y", "YES"], ["N", "No", "no", "FALSE", "0", "n", "NO"]
SPOILT = {
    "D.O.B.": [
        "01/31/2008",
        "31/02/2009",
        "12/5/09",
        "39478",
        "summer 2008",
        "2008",
        "31/04/2008",
        "12 Juny 2008",
        "03-14-2009",
        "5 May 08",
        "07/08/1975",
        "01/01/2031",
    ],
    "Home Post Code": ["XM1", "XM1 1", "PE", "not a postcode", "XM1 1A", "XM1 1", "XM99 9ZZ", "12345"],
    "College / Sixth Form": ["Harowmere Colege", "College", "Sixth Form", "Grimsby Institue", "Work"],
    "Course start date": ["Sep-26", "7/9/26", "Sept", "Autumn term 2026", "30/02/2026"],
    "Level": ["BTEC", "A level", "three"],
    "Full-time?": ["maybe", "2", "FT", "yes (Mon-Thu)"],
    "Hrs per week": ["sixteen", "1,6", "250", "-5", "16:30"],
    "Publicly funded": ["ask college", "x"],
    "Income Support": ["see letter", "yes?"],
    "Receives Universal Credit": ["applied", "Y/N"],
    "UC earnings": ["£1.234,50", "six hundred", "£400 every 3 weeks", "-12", "25k"],
    "UC net income (monthly)": ["lots", "£9,3", "none", "99,999,999"],
    "Taxable income": ["£1.2m", "low", "£16.190,00", "$15,000"],
    "Looked after child": ["previously", "ask SW"],
    "Measured walk miles": ["about 3", "3 or 4 or 5"],
}


@dataclass
class Made:
    """The rows of the file beneath its headings, and which of them cannot be read."""

    rows: list[list[str]]
    spoilt: dict[int, set[str]] = field(default_factory=dict)  # position -> headings in error, "" for a broken row


def make() -> Made:
    """Return the six hundred rows, the same at every call."""
    draw = np.random.default_rng(SEED)
    directory = bundle.load(example.FOLDER).postcodes
    made = Made([_row(number, draw, directory) for number in range(1, ROWS + 1)])
    places = iter(draw.permutation(ROWS).tolist())
    for heading, values in SPOILT.items():
        for value in values:
            for _ in range(2):
                _spoil(made, next(places), heading, value)
    for _ in range(4):  # two things wrong in one row
        place = next(places)
        _spoil(made, place, "D.O.B.", "31/06/2009")
        _spoil(made, place, "Hrs per week", "lots")
    _lose_references(made, places)
    _break_rows(made, places)
    _odd_measurements(made, places)
    _hostile(made, places)
    _repeat(made, places)
    return made


def _row(number: int, draw: np.random.Generator, directory) -> list[str]:  # noqa: ANN001
    born = date(2006, 9, 1) + timedelta(days=int(draw.integers(0, 1400)))
    live = directory.index[directory["terminated"].isna()]
    old = directory.index[directory["terminated"].notna()]
    postcode = str(draw.choice(old if draw.random() < 0.02 else live))
    on_uc = draw.random() < 0.35
    measured = draw.random() < 0.1
    return [
        f"T26-{number:04d}",
        f"{draw.choice(FIRST)} {draw.choice(LAST)}",
        _date(born, draw),
        _postcode(postcode, draw),
        str(draw.choice(COLLEGES)),
        _or_gap(lambda: _date(date(2026, 9, int(draw.integers(1, 15))), draw), draw),
        _or_gap(lambda: str(draw.choice(["3", "2", "Level 3", "L2", "entry level 2", "1"])), draw),
        _or_gap(lambda: _yes_no(0.9, draw), draw, 0.05),
        _or_gap(lambda: str(draw.choice(HOURS)), draw),
        _or_gap(lambda: _yes_no(0.97, draw), draw),
        _or_gap(lambda: _yes_no(0.8, draw), draw),
        _or_gap(lambda: _yes_no(0.1, draw), draw),
        _or_gap(lambda: _yes_no(1.0 if on_uc else 0.0, draw), draw),
        _pounds(draw.uniform(0, 1300), draw) if on_uc and draw.random() < 0.7 else str(draw.choice(GAPS)),
        _money(draw.uniform(300, 1900), draw) if on_uc and draw.random() < 0.7 else str(draw.choice(GAPS)),
        _or_gap(lambda: _yearly(draw.uniform(6000, 60000), draw), draw, 0.4),
        _or_gap(lambda: _yes_no(0.25, draw), draw),
        _or_gap(lambda: _yes_no(0.03, draw), draw),
        _or_gap(lambda: _yes_no(0.04, draw), draw),
        _or_gap(lambda: _yes_no(0.06, draw), draw),
        _or_gap(lambda: _yes_no(0.05, draw), draw),
        f"{draw.uniform(60, 90):.1f}{draw.choice(['', ' miles', ' mi'])}" if measured else "",
        str(draw.choice(["J. Oskerby", "T. Lundgate"])) if measured else "",
        "council GIS, walking network 2026-04" if measured else "",
        _date(date(2026, 6, int(draw.integers(1, 28))), draw) if measured else "",
        *(_or_gap(lambda: _yes_no(0.02, draw), draw, 0.04) for _ in range(8)),
        _or_gap(lambda: str(draw.choice(["540", "600 hours", "580", "1,000", "450"])), draw, 0.3),
        _or_gap(lambda: _yes_no(0.3, draw), draw),
        str(draw.choice(NOTES)),
    ]


def _date(day: date, draw: np.random.Generator) -> str:
    forms = ("%d/%m/%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d", "%d-%b-%Y")
    text = day.strftime(str(draw.choice(forms)))
    return text.lstrip("0") if draw.random() < 0.3 else text


def _postcode(postcode: str, draw: np.random.Generator) -> str:
    way = draw.integers(0, 8)
    if way == 0:
        return postcode.lower()
    if way == 1:
        return postcode.replace(" ", "")
    if way == 2:
        return f"  {postcode.replace(' ', '  ')} "
    if way == 3 and "1" in postcode:
        return postcode.replace("1", "I")
    if way == 4 and "0" in postcode:
        return postcode.replace("0", "O")
    return postcode


def _or_gap(made: Callable[[], str], draw: np.random.Generator, share: float = 0.12) -> str:
    return str(draw.choice(GAPS)) if draw.random() < share else made()


def _yes_no(share: float, draw: np.random.Generator) -> str:
    return str(draw.choice(YES if draw.random() < share else NO))


def _pounds(amount: float, draw: np.random.Generator) -> str:
    return str(draw.choice([f"£{amount:,.2f}", f"{amount:.2f}", f"£{amount:.0f}"]))


def _money(amount: float, draw: np.random.Generator) -> str:
    forms = [
        f"£{amount:,.2f}",
        f"{amount:.2f}",
        f"£{amount:,.2f} per month",
        f"£{amount * 12 / 52:,.2f} pw",
        f"{amount:.0f} pcm",
    ]
    return str(draw.choice(forms))


def _yearly(amount: float, draw: np.random.Generator) -> str:
    forms = [
        f"£{amount:,.0f}",
        f"{amount:.2f}",
        f"£{amount:,.0f} p.a.",
        f"£{amount:,.0f} a year",
        f"£{amount:,.0f} - £{amount + 4000:,.0f}",
    ]
    return str(draw.choice(forms))


def _spoil(made: Made, place: int, heading: str, value: str) -> None:
    made.rows[place][HEADINGS.index(heading)] = value
    made.spoilt.setdefault(place, set()).add(heading)


def _lose_references(made: Made, places) -> None:  # noqa: ANN001
    for value in ("", "n/a", "   "):
        _spoil(made, next(places), "Ref No.", value)


def _break_rows(made: Made, places) -> None:  # noqa: ANN001
    short, shifted = next(places), next(places)
    made.rows[short] = made.rows[short][:6]
    made.rows[shifted] = [*made.rows[shifted][:-1], "left home", "see file"]
    made.spoilt |= {short: {""}, shifted: {""}}


def _odd_measurements(made: Made, places) -> None:  # noqa: ANN001
    """Measurements that say too little, come from the future, or are shorter than the straight line."""
    columns = ["Measured walk miles", "Measured by", "How measured", "Date measured"]
    whole = ["75", "J. Oskerby", "council GIS", "1 June 2026"]
    for missing in (1, 2, 3):
        place = next(places)
        for number, heading in enumerate(columns):
            made.rows[place][HEADINGS.index(heading)] = "" if number == missing else whole[number]
        made.spoilt[place] = {columns[missing]}
    for values, wrong in (
        (["75", "J. Oskerby", "GIS", "1 June 2027"], "Date measured"),
        (["0.1", *whole[1:]], columns[0]),
    ):
        place = next(places)
        for heading, value in zip(columns, values, strict=True):
            made.rows[place][HEADINGS.index(heading)] = value
        made.rows[place][HEADINGS.index("Home Post Code")] = "XM15 1AA"
        made.rows[place][HEADINGS.index("College / Sixth Form")] = "Harrowmere College"
        made.spoilt[place] = {wrong}


def _hostile(made: Made, places) -> None:  # noqa: ANN001
    """Names that are formulas, hold control characters or are an essay: text like any other."""
    for name in (
        '=HYPERLINK("https://example.org","x")',
        "+441522000000",
        "@SUM(A1:A9)",
        "-2+3",
        "=1+1",
        "#N/A!",
        "Bell\x07 Ringer",
        "Long " + "name " * 8000,
        "'quoted",
    ):
        made.rows[next(places)][HEADINGS.index("Student's Full Name")] = name


def _repeat(made: Made, places) -> None:  # noqa: ANN001
    """Applicants who come twice: with the same reference, or with the same date of birth and postcode."""
    for _ in range(3):
        first, second = sorted((next(places), next(places)))
        made.rows[second][0] = made.rows[first][0].lower()
    for _ in range(4):
        first, second = sorted((next(places), next(places)))
        for heading in ("D.O.B.", "Home Post Code"):
            made.rows[second][HEADINGS.index(heading)] = made.rows[first][HEADINGS.index(heading)]


def as_csv(made: Made, separator: str = ";", encoding: str = "cp1252") -> bytes:
    """Return the file: a title and a blank row above the headings, three blank rows among the applicants."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([TITLE, [], HEADINGS])
    for position, row in enumerate(made.rows):
        if position in (100, 300, 301):
            writer.writerow([""] * len(HEADINGS))
        writer.writerow(row)
    return text.getvalue().encode(encoding)


if __name__ == "__main__":
    made = make()
    FILE.write_bytes(as_csv(made))
    print(f"{len(made.rows)} rows, {len(made.spoilt)} of them cannot be read")
