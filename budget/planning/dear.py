"""Name the offers of a plan that cost far more a head than a council usually pays.

A mileage allowance over a long road, or a minibus that few ride, can cost more than any other way of helping the same
person, and a plan with money to spare takes it all the same: it has the highest access score that the budget can buy.
Somebody should look at such an offer before it is agreed. What counts as dear is a whole scheme's average, published.
"""

from collections.abc import Container
from dataclasses import dataclass

from budget.planning.by_group import with_vehicle_share
from budget.planning.plan import Plan
from data.wording import counted, listed, whole_pounds

# Cornwall's scheme for students over 16: £4.4m for about 1,000 of them in 2022 to 2023, by all modes of travel.
# https://www.cornish-times.co.uk/news/consultation-opens-on-unsustainable-cornwall-student-bus-future-604133
DEAR_PENCE = 440_000  # a head and year
WHY = "what Cornwall's whole scheme for students over 16 cost a head in 2022 to 2023"


@dataclass(frozen=True, slots=True)
class DearKind:
    """The offers of one kind that cost more than DEAR_PENCE a taker, vehicles included."""

    kind: str
    label: str
    cohorts: int
    people: float  # expected takers
    cost_pence: int
    most_pence: int  # a head, of the dearest of them

    def to_json(self) -> dict[str, object]:
        """Return the kind as `--json` has it."""
        return {
            "kind": self.kind,
            "cohorts": self.cohorts,
            "people": round(self.people, 2),
            "cost_pence": self.cost_pence,
            "most_pence_a_head": self.most_pence,
        }


def of_plan(plan: Plan) -> list[DearKind]:
    """Return the dear offers that a plan funds, by kind of support, the dearest kind first."""
    funded = with_vehicle_share(plan)
    funded = funded[funded["people"] > 0]
    each = funded["whole_cost_pence"] / funded["people"]
    dear = funded.assign(each=each)[each > DEAR_PENCE]
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    kinds = [
        DearKind(
            str(kind),
            labels[str(kind)],
            len(rows),
            float(rows["people"].sum()),
            int(rows["whole_cost_pence"].sum()),
            round(rows["each"].max()),
        )
        for kind, rows in dear.groupby("kind")
    ]
    return sorted(kinds, key=lambda kind: (-kind.most_pence, kind.kind))


def in_words(plan: Plan, without_sums: Container[str] = ()) -> str:
    """Say how many areas or applicants have support that is dear, of which kinds, and what to do; "" where none has.

    `without_sums` are the labels of kinds whose numbers are too small to be told, here as well.
    """
    kinds = of_plan(plan)
    if not kinds:
        return ""
    cohort = "area" if plan.applicants is None else "applicant"
    each = [
        f"{kind.label[:1].lower()}{kind.label[1:]}"
        + ("" if kind.label in without_sums else _sums(kind, counted(kind.cohorts, cohort)))
        for kind in kinds
    ]
    count = sum(kind.cohorts for kind in kinds)
    return (
        f"{counted(count, cohort)} {'has' if count == 1 else 'have'} support that costs more than "
        f"{whole_pounds(DEAR_PENCE)} a head, {WHY}: {listed(each)}. Look for a cheaper way before it is agreed."
    )


def _sums(kind: DearKind, cohorts: str) -> str:
    return f" ({cohorts}, up to {whole_pounds(kind.most_pence)} a head)"
