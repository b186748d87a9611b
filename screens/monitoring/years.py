"""Show a plan against what is spent today, the money moved between its lines, and its cost in the years ahead."""

import json
from pathlib import Path

import streamlit as st

from budget.accounts.ahead import MOST_YEARS, YearAhead, years_ahead
from budget.accounts.statement import Content
from data.bundle import County
from data.wording import exact_pounds, listed, whole_pounds
from screens import page
from screens.background.plan_cache import county_folders, load_county
from screens.monitoring import today, virements
from screens.monitoring.of_plan import is_unsaved

NOT_SAID = "not said"
SAY_TODAY = (
    "What is spent today is not known yet. Once it is, the growth or saving of each kind of support is shown here and "
    "in the report."
)


def show(content: Content) -> None:
    """Show the three tables, each with what to do where there is nothing to show."""
    st.header("Against today, and the years ahead", anchor=False)
    if is_unsaved(content.plan):
        st.info(
            "What was changed here is not saved yet: press *Save or send*, on top of the page, for the next version."
        )
    _against_today(content)
    st.subheader("Money moved between lines", anchor=False)
    virements.show(content)
    st.subheader("The same offers in the years ahead", anchor=False)
    _ahead(content)


def _against_today(content: Content) -> None:
    lines = content.ledger.finance.lines
    if content.ledger.finance.baseline_pence is None:
        st.markdown(SAY_TODAY)
        today.ask(content.plan)
        return
    rows = []
    for kind in content.plan.catalogue.kinds:
        net = sum(line.net_pence for line in content.ledger.profiled() if line.option == kind.id)
        before = lines[kind.id].baseline_pence if kind.id in lines else None
        if net or before is not None:
            rows.append(_row(kind.label, before, net))
    rows.append(_row("Total", content.ledger.finance.baseline_pence, content.spend_pence))
    page.show_table(
        {heading: [row[n] for row in rows] for n, heading in enumerate(("Kind of support", "Today", "Plan", "Change"))},
        "What is spent a year today on each kind of support, what the plan spends, and the growth or saving.",
    )
    today.ask(content.plan)


def _row(label: str, before: int | None, net: int) -> tuple[str, str, str, str]:
    if before is None:
        return label, NOT_SAID, exact_pounds(net), ""
    more = net - before
    word = f"{exact_pounds(abs(more))} {'growth' if more > 0 else 'saving'}" if more else "none"
    return label, exact_pounds(before), exact_pounds(net), word


def _ahead(content: Content) -> None:
    cohorts = page.attempted("The years ahead cannot be worked out", lambda: _cohorts(content))
    if cohorts is None:
        return
    if not cohorts:
        low, high = content.plan.county.manifest.ages
        ages = listed([f"{low - n}-{high - n}" for n in range(1, MOST_YEARS + 1)])
        st.caption(
            f"No county here counts those who will be {low} to {high} in one, two and three years. Build the same "
            f"places once for each of the ages {ages}, beside this county, on the page *Add a county*."
        )
        return
    years = page.attempted("The years ahead cannot be worked out", lambda: years_ahead(content, cohorts, {}))
    if years is not None:
        _show_years(content, years)


def _cohorts(content: Content) -> list[County]:
    """Return the bundles at hand with younger people of the plan's places, one for each year ahead."""
    here = content.plan.county.manifest
    found: dict[int, County] = {}
    for folder in county_folders().values():
        ages, councils = _ages_and_councils(folder)
        number = here.ages[0] - ages[0]
        if 1 <= number <= MOST_YEARS and here.ages[1] - ages[1] == number and councils == list(here.councils):
            found.setdefault(number, load_county(folder))
    return [found[number] for number in sorted(found)]


def _ages_and_councils(folder: Path) -> tuple[tuple[int, int], list[str]]:
    """Return what a bundle's manifest says of both. Raises InputError where it cannot be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        low, high = manifest["ages"]
        return (int(low), int(high)), list(manifest["councils"])
    except (OSError, ValueError, KeyError, TypeError):
        whole = load_county(folder).manifest
        return whole.ages, list(whole.councils)


def _show_years(content: Content, years: list[YearAhead]) -> None:
    labels = {kind.id: kind.label for kind in content.plan.catalogue.kinds}
    kinds = dict.fromkeys(kind for year in years for kind in year.pence)
    cells: dict[str, list[str]] = {
        "From September": ["Young people there", "Takers, about", *(page.plain(labels[k]) for k in kinds), "Net cost"]
    }
    for year in years:
        amounts = [whole_pounds(year.pence.get(kind, 0)) for kind in kinds]
        people = [f"{year.young_people:,.0f}", f"{year.takers:,.0f}"]
        cells[str(year.year)] = [*people, *amounts, whole_pounds(year.total_pence)]
    page.show_table(cells, "The people and the cost of the same offers in each year ahead, by kind of support.")
    rates = ", then ".join(f"{rate:.1%}" for rate in content.ledger.finance.inflation)
    st.caption(
        "Nobody moves, and shares of low income and take-up stay: assumptions. Vehicles are whole. Prices rise by "
        f"{rates} a year, as the scenario says."
    )
