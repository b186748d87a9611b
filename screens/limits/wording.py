"""A limit as a sentence that a councillor reads: "East Lindsey receives at least 15% of the spend"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from budget.allocation.inputs.limit_wording import amount_in_words
from budget.allocation.inputs.limits import Grant, Limit, PartFunding, Share
from budget.allocation.inputs.objective import Objective
from budget.planning.plan import Plan
from data.wording import counted, listed, pounds
from screens.limits.entries import LimitEntry, MustFund, Promised, PromisedUnits

# The columns that a group can be of, with the word for each.
COLUMNS = {
    "district": "district",
    "decile": "deprivation decile",
    "kind": "kind of support",
    "purpose": "purpose",
    "priority": "priority",
}
PRIORITY = {"most deprived": "the most deprived areas", "other": "the other areas"}
PURPOSE = {
    "college": "support that helps with college only",
    "work": "support that helps with work only",
    "college and work": "support that helps with both college and work",
}
MEASURES = {
    "spend": "Spend",
    "people": "Young people supported",
    "within_reach": "Young people brought within reach",
    "access": "Access score",
}
WHOLES = {
    "spend": "the spend",
    "people": "the young people supported",
    "within_reach": "those brought within reach",
    "access": "the access score",
}
AIMS = {
    "most_access": "The highest access score for the money",
    "least_cost": "The least cost",
    "fair_first": "Fair first: the worst-off group raised as far as the money allows, then the highest access score",
}
NAMED = 6  # areas that are named one by one


@dataclass(frozen=True, slots=True)
class Names:
    """The names of kinds of support, areas and services, by id."""

    kinds: Mapping[str, str]
    areas: Mapping[str, str]
    services: Mapping[str, str]


def names_of(plan: Plan) -> Names:
    """Return the names in a plan."""
    return Names(
        {kind.id: kind.label for kind in plan.catalogue.kinds},
        plan.choices.cohorts["area_name"].to_dict(),
        plan.choices.services["label"].to_dict(),
    )


def sentence(entry: LimitEntry, names: Names) -> str:
    """Return an entry of the list of limits as a sentence."""
    match entry:
        case MustFund(cohorts):
            return f"Must be funded: {_named([names.areas.get(c, c) for c in cohorts])}."
        case Promised(cohort, option):
            return f"Promised already: {names.kinds.get(option, option)} for {names.areas.get(cohort, cohort)}."
        case PromisedUnits(service, units):
            return f"Promised already: {counted(units, 'vehicle')} of {names.services.get(service, service)}."
        case Grant(name, amount_pence, pays_for):
            return f"{name}: {pounds(amount_pence)} of the budget may pay only for {group(pays_for, names)}."
        case PartFunding(parts, where):
            whom = f" by {group(where, names)}" if where else ""
            return f"An area may be helped in part{whom}, in steps of one part in {parts}."
        case Limit():
            return _limit(entry, names)


def aim(objective: Objective, names: Names) -> str:
    """Return the aim of a plan as a sentence."""
    if objective.aim == "least_cost":
        if objective.access is None:
            return "Spend the least that keeps every limit below."
        return f"Spend the least that still has an access score of {number(objective.access)}."
    if objective.aim == "fair_first":
        by = COLUMNS.get(objective.by, objective.by)
        return (
            f"Raise the worst-off {by}'s share of its need as far as the money allows, then the highest access score."
        )
    return "Have the highest access score for the money."


def _limit(limit: Limit, names: Names) -> str:
    figures = [(limit.at_least, "at least"), (limit.at_most, "at most")]
    amounts = " and ".join(f"{side} {amount(f, limit.measure)}" for f, side in figures if f is not None)
    text = f"{_subject(limit, names)} {_verb(limit)} {amounts}{_unit(limit)}."
    return f"{text} ({limit.name})" if limit.name else text


def _subject(limit: Limit, names: Names) -> str:
    if limit.each is None:
        return _capital(group(limit.where, names)) if limit.where else "The whole plan"
    each = COLUMNS.get(limit.each, limit.each)
    own = limit.where.get(limit.each)
    rest = group({column: values for column, values in limit.where.items() if column != limit.each}, names)
    text = f"Each of {group({limit.each: own}, names)}" if own else f"Each {each}"
    return f"{text}, counting only {rest}," if rest else text


def _is_plural(limit: Limit) -> bool:
    if limit.each is not None or not limit.where:
        return False
    if "kind" in limit.where or "purpose" in limit.where:
        return len(limit.where.get("kind", ())) > 1
    return bool({"decile", "priority"} & set(limit.where)) or len(next(iter(limit.where.values()))) > 1


def _verb(limit: Limit) -> str:
    plural = _is_plural(limit)
    if limit.measure == "spend":
        whole = not limit.where and limit.each is None
        return "spends" if whole else "receive" if plural else "receives"
    if limit.measure in MEASURES:
        return "have" if plural else "has"
    return "use" if plural else "uses"


def _unit(limit: Limit) -> str:
    """Return the unit of a limit's figures, where it is not in them already."""
    figures = [figure for figure in (limit.at_least, limit.at_most) if figure is not None]
    if limit.measure == "spend" or any(isinstance(figure, Share) for figure in figures):
        return ""
    one = figures == [1]
    if limit.measure == "access":
        return " of the access score"
    if limit.measure in MEASURES:
        done = "supported" if limit.measure == "people" else "brought within reach"
        return f" young {'person' if one else 'people'} {done}"
    return " vehicle" if one and limit.measure == "vehicles" else f" {limit.measure}"


def amount(figure: Fraction | Share, measure: str) -> str:
    """Return the figure of a limit in words: "15% of the spend", "£50,000", "28"."""
    return amount_in_words(figure, is_money=measure == "spend", whole=WHOLES.get(measure, f"the {measure}"))


def group(where: Mapping[str, Sequence[str]], names: Names) -> str:
    """Return a group in words: "Free bus pass and Minibus in East Lindsey"."""
    what = [listed([names.kinds.get(v, v) for v in where["kind"]])] if "kind" in where else []
    what += [listed([PURPOSE.get(v, v) for v in where["purpose"]])] if "purpose" in where else []
    place = []
    if "priority" in where:
        place.append(listed([PRIORITY.get(v, v) for v in where["priority"]]))
    if "decile" in where:
        some = "decile" if len(where["decile"]) == 1 else "deciles"
        place.append(f"the areas of deprivation {some} {listed(list(where['decile']))}")
    if "district" in where:
        place.append(listed(list(where["district"])))
    others = [f"{column} {listed(list(values))}" for column, values in where.items() if column not in COLUMNS]
    return ", ".join(filter(None, [" that is ".join(what), *others])) + (
        (" in " if what or others else "") + " in ".join(place) if place else ""
    )


def value(text: str, column: str, names: Names) -> str:
    """Return one value of a column as a list of choices shows it."""
    known = {"kind": names.kinds, "priority": PRIORITY, "purpose": PURPOSE}.get(column, {})
    return _capital(known.get(text, text))


def _named(words: list[str]) -> str:
    more = [f"{len(words) - NAMED} more"] if len(words) > NAMED else []
    return listed([*words[:NAMED], *more])


def number(figure: Fraction) -> str:
    """Return a figure of a limit as people write it: "12,500", "0.5"."""
    return f"{float(figure):,.10g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
