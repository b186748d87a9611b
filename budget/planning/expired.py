"""Say which figures of a plan hold for a part of its year only, such as a capped fare with an end date."""

import datetime

from budget.planning.plan import Plan
from budget.scenarios.finance import academic_year
from data.figures import Figure
from data.wording import long_date, plain_number

LAST_MONTH, LAST_DAY = 7, 31  # teaching is over at the end of July


def of_plan(plan: Plan) -> list[Figure]:
    """Return the figures that end before the academic year of the plan does, the first to end first."""
    end = datetime.date(academic_year(plan.day) + 1, LAST_MONTH, LAST_DAY)
    figures, on_offer = plan.catalogue.figures, {"", *(kind.id for kind in plan.catalogue.kinds)}
    known = [(figure.until, name) for name, figure in figures.by_name.items() if figure.until is not None]
    ends = [name for until, name in sorted(known) if until < end]
    return [figures.figure(name) for name in ends if name.rpartition(".")[0] in on_offer]


def sentences(plan: Plan) -> list[str]:
    """Say of each such figure when it ends, and what to do."""
    return [_sentence(plan, figure) for figure in of_plan(plan)]


def _sentence(plan: Plan, figure: Figure) -> str:
    assert figure.until is not None  # because of of_plan
    amount = f"£{figure.value:,.2f}" if figure.unit.startswith("£") else f"{plain_number(figure.value)} {figure.unit}"
    over = "ended on" if figure.until < plan.day else "holds until"
    year = academic_year(plan.day)
    whose = "the council's" if figure.set_by_council else "the published"
    return (
        f"{figure.label}: {whose} {amount} {over} {long_date(figure.until)}, and the year of this plan ends in "
        f"July {year + 1}. Set the council's own figure for the months after it."
    )
