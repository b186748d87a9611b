"""What the council could pay for, at what price and by whose word; and what the plan buys of it."""

from budget.accounts.statement import each, pounds, ratio
from budget.offers.catalogue import Catalogue, Kind
from budget.report import formats, pictures
from budget.report.blocks import Part, Pictures, Table, Text, paragraphs
from budget.report.groups import Group
from budget.report.subject import Told
from data.figures import ASSUMPTION, COUNCIL, Figure
from eligibility.suppress import HIDDEN

CHART_CM = 15.5
PRICES = ("vehicle_price", "price_per_mile", "price")  # the first that a kind has and that is not nought is its price


def price_figure(kind: Kind, catalogue: Catalogue) -> Figure:
    """Return the figure that is a kind's price: of a vehicle, a mile or a taker."""
    names = [f"{kind.id}.{name}" for name in PRICES if f"{kind.id}.{name}" in catalogue.figures]
    return next(
        (catalogue.figures.figure(name) for name in names if catalogue.figures[name]),
        catalogue.figures.figure(names[-1]),
    )


def sources_of_prices(catalogue: Catalogue) -> dict[str, Figure]:
    """Return what is cited for prices and take-up, by title, in the order of the kinds."""
    cited: dict[str, Figure] = {}
    for kind in catalogue.kinds:
        for figure in (price_figure(kind, catalogue), catalogue.figures.figure(f"{kind.id}.take_up")):
            if figure.provenance not in (ASSUMPTION, COUNCIL):
                cited.setdefault(figure.provenance, figure)
    return cited


def options(told: Told) -> list[Part]:
    """Return the kinds of support that were considered."""
    catalogue = told.plan.catalogue
    cited = list(sources_of_prices(catalogue))

    def by(figure: Figure) -> str:
        if figure.provenance == ASSUMPTION:
            return "assumption"
        return "set by council" if figure.provenance == COUNCIL else f"source {cited.index(figure.provenance) + 1}"

    rows = []
    for kind in catalogue.kinds:
        price, take_up = price_figure(kind, catalogue), catalogue.figures.figure(f"{kind.id}.take_up")
        row = [
            formats.name(kind.label),
            formats.name(kind.text, formats.LINE),
            f"{_price(kind, catalogue)} ({by(price)})",
        ]
        if not told.is_applicants:
            row.append(f"{take_up.value:.0%} ({by(take_up)})")
        rows.append(tuple(row))
    heads = ("Kind of support", "What it does", "Price (where from)", "Take-up (where from)")
    intro = (
        "These are the kinds of support that the plan could choose from. Each area can get one of them, or none. "
        "An assumption is a figure for the council to replace with its own."
    )
    if told.is_applicants:
        intro = intro.replace("Each area", "Each applicant")
    width = len(rows[0]) if rows else len(heads)
    return [
        Text("heading", "The options"),
        *paragraphs(intro),
        Table("Kinds of support, price and take-up", heads[:width], tuple(rows), (2.9, 7.0, 4.2, 3.1)[:width], words=4),
    ]


def _price(kind: Kind, catalogue: Catalogue) -> str:
    figure = price_figure(kind, catalogue)
    of = {"vehicle_price": "a vehicle a year", "price_per_mile": "a mile"}.get(figure.name.rpartition(".")[2], "a year")
    paid = catalogue.pence(kind, "contribution")
    less = f", less {formats.money(paid)} that the young person pays" if paid and not kind.shared else ""
    return f"{formats.money(round(figure.value * 100))} {of}{less}"


def buys(told: Told) -> list[Part]:
    """Return what the plan buys by kind of support."""
    if not told.has_plan:
        return []
    parts: list[Part] = [Text("heading", "What the money buys")]
    if not told.kinds.rows:
        return [*parts, *paragraphs("The plan buys nothing.")]
    chart = [_chart(told)] if len(told.kinds.rows) > 1 else []
    return [*parts, _table(told), *access_note(told), *chart]


def access_note(told: Told) -> list[Part]:
    """Return what is counted as within reach, in small print."""
    weights = told.plan.catalogue.figures
    college, work = (f"{weights[f'{purpose}_weight']:g}" for purpose in ("college", "work"))
    minutes = {purpose: f"{weights[f'{purpose}_minutes']:g}" for purpose in ("college", "work")}
    expected = "" if told.is_applicants else "Young people are expected numbers, so they are not whole. "
    return paragraphs(
        f"“Within reach” counts {college} for a college within {minutes['college']} minutes and {work} for work within "
        f"{minutes['work']} minutes, at a cost a household can bear. It does not forecast who will be in either. "
        f"{expected}Amounts are those of the plan's workbook.",
        style="small",
    )


def _table(told: Told) -> Table:
    cohorts = "Applicants" if told.is_applicants else "Areas"
    heads = ["Kind of support", cohorts, "Young people", "Spend", "Share of spend", "Within reach", "Spend for each"]
    rows = [_row(row, told) for row in told.kinds.rows]
    rows.append(_row(told.kinds.whole, told, is_total=True))
    widths = (4.4, 1.7, 2.0, 2.6, 1.7, 2.0, 2.4)
    if told.is_applicants:  # of whom each is a cohort
        rows = [(row[0], *row[2:]) for row in rows]
        heads, widths = [heads[0], *heads[2:]], (widths[0], *widths[2:])
    unused = len(told.plan.catalogue.kinds) - len(told.kinds.rows)
    caption = "What the plan buys, by kind of support"
    if unused:
        caption += f" ({formats.number(unused, 'kind')} not used)"
    return Table(caption, tuple(heads), tuple(rows), widths, has_total=True)


def _row(row: Group, told: Told, is_total: bool = False) -> tuple[str, ...]:
    """Return a row of the table; of applicants, money that would tell a hidden number is hidden with it."""
    no_money = row.hides() and told.is_applicants and not is_total
    one = formats.money(round(each(pounds(row.spend_pence), row.access) * 100))
    return (
        formats.name(row.label),
        HIDDEN if no_money else f"{row.funded:,}",
        HIDDEN if row.hides("takers") else formats.people(row.takers_micro, told.is_applicants),
        HIDDEN if no_money else formats.money(row.spend_pence),
        HIDDEN if no_money else formats.share(ratio(row.spend_pence, told.content.spend_pence)),
        HIDDEN if row.hides("access") else formats.access(row.access),
        HIDDEN if row.hides("access") else one,
    )


def _chart(told: Told) -> Pictures:
    rows = [row for row in told.kinds.rows if not (row.hides() and told.is_applicants)]
    hidden = len(told.kinds.rows) - len(rows)
    labels = [formats.money(row.spend_pence) for row in rows]
    said = "; ".join(f"{formats.name(row.label)}, {label}" for row, label in zip(rows, labels, strict=True))
    left = f" {formats.number(hidden, 'kind')} not shown, as few applicants get it." if hidden else ""
    alt = f"Bar chart of spend by kind of support. {said}.{left}"
    picture = pictures.across([row.label for row in rows], [row.spend_pence for row in rows], labels, alt, CHART_CM)
    return Pictures("Spend by kind of support", (picture,))
