"""What the council could pay for, at what price and from which source; and what the plan buys."""

from budget.offers import services
from budget.offers.catalogue import Catalogue, Kind
from budget.planning import left_over, within_reach
from budget.report import formats, pictures
from budget.report.blocks import Part, Pictures, ReportTable, ReportText, paragraphs
from budget.report.subject import Subject
from budget.report.who_gains import group_table
from data.figures import ASSUMPTION, COUNCIL, Figure
from data.wording import counted, listed, percent, pounds, whole_pounds

CHART_CM = 15.5
PRICES = ("vehicle_price", "price_per_mile", "price")  # a kind's is the first that it has and that is not zero


def price_figure(kind: Kind, catalogue: Catalogue) -> Figure:
    """Return the figure of a kind's price: for a vehicle, a mile or a taker."""
    names = [f"{kind.id}.{name}" for name in PRICES if f"{kind.id}.{name}" in catalogue.figures]
    return next(
        (catalogue.figures.figure(name) for name in names if catalogue.figures[name]),
        catalogue.figures.figure(names[-1]),
    )


def sources_of_prices(catalogue: Catalogue) -> dict[str, Figure]:
    """Return the sources of prices and take-up by title, with a figure from each, in the order of the kinds."""
    cited: dict[str, Figure] = {}
    for kind in catalogue.kinds:
        for figure in (price_figure(kind, catalogue), catalogue.figures.figure(f"{kind.id}.take_up")):
            if figure.provenance not in (ASSUMPTION, COUNCIL):
                cited.setdefault(figure.provenance, figure)
    return cited


def options(subject: Subject) -> list[Part]:
    """Return the kinds of support that the plan could choose from, and name those that can help nobody here."""
    columns, cohort = (3, "applicant") if subject.is_applicants else (4, "area")  # applicants have no take-up
    catalogue, offered = subject.plan.catalogue, set(subject.plan.choices.offers["kind"])
    possible = [kind for kind in catalogue.kinds if kind.id in offered]
    rows = tuple(_option(kind, catalogue)[:columns] for kind in possible)
    heads = ("Kind of support", "What it does", "Price (where from)", "Take-up (where from)")[:columns]
    intro = (
        f"These are the kinds of support that the plan could choose from. Each {cohort} can get one of them, or none. "
        "An assumption is a figure for the council to replace with its own."
    )
    others = [formats.name(kind.label) for kind in catalogue.kinds if kind.id not in offered]
    if others:
        intro += f" Of no help to any {cohort} here, by the data: {listed(others)}."
    if not rows:
        return [ReportText("heading", "The options"), *paragraphs(intro)]
    table = ReportTable("Kinds of support, price and take-up", heads, rows, (2.9, 7.0, 4.2, 3.1)[:columns], words=4)
    return [ReportText("heading", "The options"), *paragraphs(intro), table]


def _option(kind: Kind, catalogue: Catalogue) -> tuple[str, ...]:
    price, take_up = price_figure(kind, catalogue), catalogue.figures.figure(f"{kind.id}.take_up")
    return (
        formats.name(kind.label),
        formats.name(kind.text, formats.LINE),
        f"{_price(kind, catalogue)} ({_source(price, catalogue)})",
        f"{percent(take_up.value)} ({_source(take_up, catalogue)})",
    )


def _source(figure: Figure, catalogue: Catalogue) -> str:
    if figure.provenance == ASSUMPTION:
        return "assumption"
    if figure.provenance == COUNCIL:
        return "set by council"
    return f"source {list(sources_of_prices(catalogue)).index(figure.provenance) + 1}"


def _price(kind: Kind, catalogue: Catalogue) -> str:
    figure = price_figure(kind, catalogue)
    units = {"vehicle_price": "a vehicle a year", "price_per_mile": "a mile"}
    unit = units.get(figure.name.rpartition(".")[2], "a year")
    paid = catalogue.pence(kind, "contribution")
    by_taker = paid and not services.is_bought(kind, catalogue)
    less = f", less {pounds(paid)} that the young person pays" if by_taker else ""
    a_mile = catalogue.pence(kind, "price_per_mile") if kind.shared else 0
    miles = f" and {pounds(a_mile)} a mile of its journeys" if a_mile else ""
    return f"{pounds(round(figure.value * 100))} {unit}{miles}{less}"


def buys(subject: Subject) -> list[Part]:
    """Return what the plan buys by kind of support."""
    if not subject.has_plan:
        return []
    parts: list[Part] = [ReportText("heading", "What the money buys")]
    if not subject.kinds.rows:
        return [*parts, *paragraphs("The plan buys nothing.")]
    shown = [row for row in subject.kinds.rows if not row.hides("spend")]
    chart = [_chart(subject)] if len(subject.kinds.rows) > 1 and shown else []
    return [*parts, _table(subject), *access_note(subject), *chart]


def access_note(subject: Subject) -> list[Part]:
    """Return what is counted as within reach and what the access score is, in small print."""
    weights = subject.plan.catalogue.figures
    college, work = (f"{weights[f'{purpose}_weight']:g}" for purpose in ("college", "work"))
    minutes = {purpose: f"{weights[f'{purpose}_minutes']:g}" for purpose in ("college", "work")}
    favoured = ""
    if weights["deprived_weight"] != 1:
        favoured = f", times {weights['deprived_weight']:g} in the most deprived areas"
    expected = "Amounts are rounded to whole pounds, so a column may differ a little from its total. "
    if not subject.is_applicants:
        expected = f"Young people are expected numbers, rounded to whole people. {expected}"
    return paragraphs(
        f"“Within reach” counts each young person once who could not get to a college within {minutes['college']} "
        f"minutes, or to work within {minutes['work']}, at a cost a household can bear, and can with support. It is no "
        f"forecast. {expected}The access score, by which plans are compared, counts {college} for college and {work} "
        f"for work{favoured}: it is no number of people. "
        + " ".join(filter(None, [_more_money(subject), left_over.next_pounds(subject.plan)]))
        + " The plan's workbook has every amount to the penny.",
        style="small",
    )


def _more_money(subject: Subject) -> str:
    return within_reach.MORE_MONEY if subject.plan.allocation.aim == "most_access" else ""


def _table(subject: Subject) -> ReportTable:
    columns = [("funded", "Areas", 1.7), ("takers", "Young people", 2.0), ("spend", "Spend", 2.6)]
    columns += [
        ("share", "Share of spend", 1.7),
        ("within_reach", "Within reach", 2.0),
        ("each", "Spend for each", 2.4),
    ]
    if subject.is_applicants:  # each is a cohort: the first column would repeat the second
        del columns[0]
    unused = len(subject.plan.catalogue.kinds) - len(subject.kinds.rows)
    caption = "What the plan buys, by kind of support" + (f" ({counted(unused, 'kind')} not used)" if unused else "")
    return group_table(caption, ("Kind of support", 4.4), columns, subject.kinds, subject)


def _chart(subject: Subject) -> Pictures:
    rows = [row for row in subject.kinds.rows if not row.hides("spend")]
    hidden = len(subject.kinds.rows) - len(rows)
    labels = [whole_pounds(row.spend_pence) for row in rows]
    spend = "; ".join(f"{formats.name(row.label)}, {label}" for row, label in zip(rows, labels, strict=True))
    few = f" {counted(hidden, 'kind')} not shown, as a small number could be worked out." if hidden else ""
    alt = f"Bar chart of spend by kind of support. {spend}.{few}"
    picture = pictures.across([row.label for row in rows], [row.spend_pence for row in rows], labels, alt, CHART_CM)
    return Pictures("Spend by kind of support", (picture,))
