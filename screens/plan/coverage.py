"""Show whom the rules for areas look at and leave out, what each rule would add, and what would settle the rest."""

import streamlit as st

from budget.planning import coverage as planning
from budget.planning import coverage_words, not_settled
from budget.planning.coverage import Coverage
from budget.planning.not_settled import ToMeasure
from budget.planning.plan import Plan
from data.wording import counted, percent
from screens import page


def show(plan: Plan) -> None:
    """Show the coverage of the plan's policy; of a plan for applicants there is none."""
    if plan.applicants is not None:
        return
    found = planning.of_plan(plan)
    if found.loosened:  # how many there are and where they live is told with the plan's figures: `besides`
        st.markdown(page.plain(coverage_words.loosest(found)))
    with st.expander("Where low-income young people live, and what each rule would add if it were looser"):
        _groups(found)
        _loosened(found)
    if len(plan.targeting.not_settled):
        with st.expander(f"{counted(len(plan.targeting.not_settled), 'area')} not settled, and what would settle them"):
            _unsettled(not_settled.to_measure(plan))


def besides(plan: Plan, said: str) -> str:
    """Return whom the rules look at and leave out, "" where `said` has it or the plan is for applicants."""
    if plan.applicants is not None:
        return ""
    whole = coverage_words.whole(planning.of_plan(plan))
    return "" if whole in said else whole


def _groups(found: Coverage) -> None:
    rows = {
        "Where": [page.plain(group.label) for group in found.groups],
        "Areas": [f"{group.areas:,}" for group in found.groups],
        "Young people on a low income": [page.people(group.people) for group in found.groups],
        "Share": [percent(group.people / found.people, 1) if found.people else "" for group in found.groups],
    }
    page.show_table(rows, "Where the county's low-income young people live, by what the rules say of their area.")
    st.caption(page.plain(f"Counted by the rate of {found.measure}. The numbers are expected ones."))


def _loosened(found: Coverage) -> None:
    rows = {
        "Rule, loosened by one notch": [page.plain(each.words) for each in found.loosened],
        "A notch is": [page.plain(each.notch) for each in found.loosened],
        "Areas it would add": [f"{each.areas:,}" for each in found.loosened],
        "Young people on a low income": [page.people(each.people) for each in found.loosened],
    }
    page.show_table(rows, "What each rule would add to the areas in target, one rule at a time.")


def _unsettled(found: ToMeasure) -> None:
    table = found.areas
    rows = {
        "Area": table["area_name"],
        "Code": table.index,
        "District": table["district"],
        "Young people on a low income": table["people"],
        "What would settle it": table["needs"],
    }
    page.show_rows(rows, f"{len(table)} areas that are not settled, each with what would settle it.")
    st.markdown(
        f"{counted(len(found.template), 'journey')} to measure. Fill in, row by row, the column that the row names, "
        "and add the file to the county as a travel matrix."
    )
    page.link_to("sites", "Add it under Rules and data", icon=":material/add_location_alt:")
    page.download(
        "Download the matrix to fill in",
        lambda: not_settled.template_csv(found),
        "journeys-to-measure.csv",
        "text/csv",
    )
