"""Say in sentences how many of a county's low-income young people a policy looks at, and what would add most.

Numbers are whole and "about". Small ones are not told, and neither is what would give them away, as everywhere in what
is passed on (`eligibility.suppress`).
"""

from budget.planning.coverage import Coverage, CoverageGroup
from data.wording import counted, percent
from eligibility.suppress import LEAST, suppressed

FEW = "fewer than five"


def about(people: float) -> str:
    """Return an expected number of people as prose has it.

    >>> about(1049.6), about(4.99)
    ('about 1,050', 'fewer than five')
    """
    return FEW if people < LEAST else f"about {round(people):,}"


def sentences(coverage: Coverage) -> list[str]:
    """Return the coverage as sentences: where the low-income young people live, and what each rule would add."""
    return [whole(coverage), *([loosest(coverage)] if coverage.loosened else [])]


def whole(coverage: Coverage) -> str:
    """Say how many low-income young people the county has, and how many of them live where."""
    if not coverage.people:
        return "By the data no young people on a low income live in this county."
    county = f"The county has {about(coverage.people)} low-income young people"
    if coverage.people_in("in_target") == coverage.people:
        return f"{county}, all of them in areas in target."
    groups = [group for group in coverage.groups if group.people]
    shown = suppressed({"": {(group.label,): group.people for group in groups}})[""]
    parts = [_part(group, shown[(group.label,)], coverage) for group in groups]
    if not coverage.people_in("in_target"):
        parts = ["None lives in an area in target.", *parts]
    return " ".join([f"{county}.", *parts])


def _part(group: CoverageGroup, people: float | str, coverage: Coverage) -> str:
    number = "A few" if isinstance(people, str) else f"A{about(people)[1:]}"
    if group.place != "in_target":
        return f"{number} live {group.label[0].lower()}{group.label[1:]} ({counted(group.areas, 'area')})."
    share = "" if isinstance(people, str) else f" ({percent(coverage.share)})"
    return f"{number}{share} live in areas in target."


def loosest(coverage: Coverage) -> str:
    """Say which rule, loosened by one notch, would bring most people into target."""
    most = coverage.loosened[0]
    if not most.people:
        return "No rule of the policy, loosened by one notch, would bring anybody more into target."
    return (
        f"Of the rules loosened by one notch, {most.words} would add most: {about(most.people)} in "
        f"{counted(most.areas, 'area')}."
    )
