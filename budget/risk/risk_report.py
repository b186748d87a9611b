"""Report a plan's risk in sentences and as JSON: bands, cases, the reserve, the ranges."""

from collections.abc import Callable
from dataclasses import dataclass

from budget.allocation.result import Allocation
from budget.offers.catalogue import ENDS, Range
from budget.offers.ranges import Ranges
from budget.planning.plan import Plan
from budget.planning.within_reach import AT_LEAST_ONE, LABELS, about, at_least_one
from budget.risk import robust_plan
from budget.risk.cases import Case, Reserve, cases, with_reserve
from budget.risk.robust_plan import RobustPlan
from budget.risk.simulation import Band, Risk
from data.wording import percent, whole_pounds

RISK_BANDS = ("spend_pence", "access", "within_reach", "people", "turned_away")


@dataclass(frozen=True, slots=True)
class RiskReport:
    """A plan's simulated risk, its low and high case, and the reserve that it needs."""

    ranges: Ranges
    risk: Risk
    cases: tuple[Case, ...]
    reserve: Reserve | None  # None: no reserve brings the chance to what is accepted


def report_of(plan: Plan, ranges: Ranges, risk: Risk, report: Callable[[str], None] = lambda text: None) -> RiskReport:
    """Return a simulated plan's cases and the reserve that it needs; `report` receives what is being tried."""
    report("The low and the high case")
    return RiskReport(ranges, risk, cases(plan, ranges), with_reserve(plan, ranges, risk, report=report))


def report_as_json(plan: Plan, ranges: Ranges, risk: Risk, report: Callable[[str], None] = lambda text: None) -> dict:
    """Return `report_of` as JSON, and its `sentences_without_cases`: small enough to pass between processes."""
    found = report_of(plan, ranges, risk, report)
    return to_json(found) | {"sentences_without_cases": sentences_without_cases(found)}


def robust_allocation(plan: Plan, ranges: Ranges, gamma_text: str) -> tuple[Allocation, str]:
    """Return the allocation of a plan made robust, and its sentence; `gamma_text` is that of `robust_plan.make`."""
    robust = robust_plan.make(plan, ranges, gamma_text)
    return robust.plan.allocation, robust_sentence(robust)


def sentences(report: RiskReport) -> list[str]:
    """Return what a councillor should know of a plan's risk."""
    *first, basis = sentences_without_cases(report)
    return [*first, *(case_in_words(case) for case in report.cases if case.name != "central"), basis]


def sentences_without_cases(report: RiskReport) -> list[str]:
    """Return `sentences` without those of the cases, for a page that has the cases in a table."""
    risk, away = report.risk, report.risk.turned_away.mean
    return [
        *in_short(risk),
        *_reserve_sentences(risk, report.reserve),
        *([f"Full vehicles turn away {about(away)} young people in an average year."] if away else []),
        f"This rests on ranges for {len(report.ranges.ranges)} figures; {report.ranges.assumed} of their "
        f"{2 * len(report.ranges.ranges)} ends are assumptions for the council to replace.",
    ]


def in_short(risk: Risk) -> list[str]:
    """Return the range of spend and reach, and the chance of overspending; that nothing is at risk where none is."""
    if not risk.spend_pence.high:
        return ["Nothing is spent, so no price and no take-up can carry this plan over its budget."]
    return [
        f"In nine years of ten this plan would spend {whole_pounds(risk.spend_pence.low)} to "
        f"{whole_pounds(risk.spend_pence.high)}, and bring about {risk.within_reach.low:,.0f} to "
        f"{risk.within_reach.high:,.0f} young people within reach of {LABELS[AT_LEAST_ONE]}.",
        _overspending(risk),
    ]


def robust_sentence(robust: RobustPlan) -> str:
    """Return what a robust plan keeps and what it gives up for it; "" where there is none."""
    if robust.plan.allocation.conflicts:
        return ""
    budget = robust.plan.allocation.budget_pence - robust.plan.scenario.reserve_pence
    least = min(robust.gamma, robust.uncertain)
    return (
        f"If any {least:,} of the {robust.uncertain:,} cohorts and services come out at their highest take-up and "
        f"price together, this plan spends at most {whole_pounds(robust.worst_pence)} of {whole_pounds(budget)}; for "
        f"that it gives up {robust.access_given_up:,.2f} of the access score of {robust.plain.allocation.access:,.2f} "
        "that the plan without this safety has."
    )


def _overspending(risk: Risk) -> str:
    budget = whole_pounds(risk.budget_pence)
    if not risk.chance_of_overspending:
        years = len(risk.draws.spend_pence)
        return f"In none of {years:,} simulated years does it spend more than the budget of {budget}."
    return (
        f"The chance that it spends more than the budget of {budget} is {chance_in_words(risk.chance_of_overspending)}."
    )


def _reserve_sentences(risk: Risk, reserve: Reserve | None) -> list[str]:
    accepted = chance_in_words(risk.chance_accepted)
    if risk.chance_of_overspending <= risk.chance_accepted:
        return [f"That is within the {accepted} that the council accepts: no further reserve is needed."]
    short = (
        f"As it stands this plan needs {whole_pounds(risk.short_pence)} beyond the budget to bring that to {accepted}."
    )
    if reserve is None:
        return [short, "Within the budget no reserve does it, given what must be funded and every other limit."]
    chance, people = chance_in_words(reserve.risk.chance_of_overspending), at_least_one(reserve.plan.allocation)
    return [
        short,
        f"Within the budget, a reserve of {whole_pounds(reserve.reserve_pence)} does it: that makes another plan, "
        f"which brings {about(people)} within reach as planned, at a chance of {chance}.",
    ]


def case_in_words(case: Case) -> str:
    """Return what the plan does in a case, and what a plan made for it would bring, or that there is none."""
    over = f", {whole_pounds(case.over_pence)} over the budget" if case.over_pence else ""
    again = case.replanned.allocation
    made_for_it = f"a plan made for that case brings {about(at_least_one(again))} within the budget."
    if again.status == "infeasible":
        made_for_it = f"no plan is possible in that case: {'; '.join(again.conflicts)}."
    return (
        f"With every take-up and price {case.name}, it spends {whole_pounds(case.spent_pence)}{over} and brings "
        f"{about(case.within_reach)} within reach; {made_for_it}"
    )


def chance_in_words(share: float) -> str:
    """Return a chance with one decimal, never as 0% or 100% where it is neither.

    >>> chance_in_words(0.05), chance_in_words(0.0001), chance_in_words(0.9999)
    ('5%', 'under 0.1%', 'over 99.9%')
    """
    if 0 < share < 0.001:
        return "under 0.1%"
    return "over 99.9%" if 0.999 < share < 1 else percent(share, 1)


def to_json(report: RiskReport) -> dict:
    """Return the risk as plain values; money in pence, chances and shares from 0 to 1."""
    risk, reserve = report.risk, report.reserve
    return {
        "draws": len(risk.draws.spend_pence),
        "seed": risk.seed,
        "planned_pence": risk.planned_pence,
        **{name: _band(getattr(risk, name)) for name in RISK_BANDS},
        "chance_of_overspending": risk.chance_of_overspending,
        "chance_accepted": risk.chance_accepted,
        "cover_pence": risk.cover_pence,
        "short_pence": risk.short_pence,
        "reserve": None
        if reserve is None
        else {
            "reserve_pence": reserve.reserve_pence,
            "access": reserve.plan.allocation.access,
            "within_reach": at_least_one(reserve.plan.allocation),
            "chance_of_overspending": reserve.risk.chance_of_overspending,
        },
        "cases": [_case_json(case) for case in report.cases],
        "ranges": [_range(each, report.ranges.settings["beta_weight"]) for each in report.ranges.ranges],
        "words": sentences(report),
    }


def _band(band: Band) -> dict:
    return {"p5": band.low, "p50": band.middle, "p95": band.high, "mean": band.mean}


def _case_json(case: Case) -> dict:
    again = case.replanned.allocation
    figures = {name: getattr(case, name) for name in ("spent_pence", "people", "access", "within_reach", "over_pence")}
    replanned = {name: getattr(again, name) for name in ("status", "spent_pence", "access")}
    replanned |= {"within_reach": at_least_one(again), "conflicts": list(again.conflicts)}
    return {"case": case.name} | figures | {"replanned": replanned}


def _range(each: Range, weight: float) -> dict:
    return {
        "figure": each.name,
        "label": each.central.label,
        "unit": each.central.unit,
        **{end: getattr(each, end).value for end in (*ENDS, "central")},
        "distribution": f"beta, mean at the central figure, weight {weight:g}",
        "low_source": each.low.provenance,
        "high_source": each.high.provenance,
    }
