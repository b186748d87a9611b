"""Edit one limit: fill its boxes, and read what they hold."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import pandas as pd
import streamlit as st

from budget.allocation.inputs.groups import labels_of
from budget.allocation.inputs.limits import MOST_PARTS, Grant, Limit, PartFunding, Share
from budget.allocation.inputs.money import pence
from budget.planning.plan import Plan
from data.faults import Fault, InputError, gathered
from screens.limits import wording as words
from screens.limits.entries import LimitEntry, MustFund, Promised, PromisedUnits

KEY = "limit_edit_"
NUMBER, PERCENT = "A number", "% of the whole plan"
TOGETHER = "All of it together"


def fill(entry: LimitEntry) -> None:
    """Fill the boxes with an entry, before they are shown."""
    match entry:
        case MustFund(cohorts):
            _put(cohorts=list(cohorts))
        case Promised(cohort, option):
            _put(cohort=cohort, option=option)
        case PromisedUnits(service, units):
            _put(service=service, units=units)
        case Grant(name, amount_pence, pays_for):
            _put(name=name, amount=words.number(Fraction(amount_pence, 100)))
            _put_group(pays_for)
        case PartFunding(parts, where):
            _put(parts=parts)
            _put_group(where)
        case Limit():
            _put(measure=entry.measure, name=entry.name or "", each=entry.each or TOGETHER)
            is_share = isinstance(entry.at_least, Share) or isinstance(entry.at_most, Share)
            _put(unit=PERCENT if is_share else NUMBER)
            for side in ("at_least", "at_most"):
                figure = getattr(entry, side)
                number = figure.share * 100 if isinstance(figure, Share) else figure
                _put(**{side: "" if number is None else words.number(number)})
            of_each = {entry.each: entry.where.get(entry.each, ())} if entry.each else {}
            _put_group({**of_each, **entry.where})


def _put(**values: object) -> None:
    for name, value in values.items():
        st.session_state[KEY + name] = value


def _put_group(where: Mapping[str, tuple[str, ...]]) -> None:
    _put(columns=list(where), **{f"in_{column}": list(values) for column, values in where.items()})


def boxes(entry: LimitEntry, plan: Plan) -> LimitEntry:
    """Show the boxes for an entry of this kind; return the entry in them. Raises InputError with every fault."""
    return _BOXES[type(entry)](plan, words.names_of(plan))


def _check(faults: list[Fault]) -> None:
    if faults:
        raise InputError("limit", faults)


def _must_fund(plan: Plan, names: words.Names) -> MustFund:
    cohorts = plan.choices.cohorts
    codes = st.multiselect(
        "Areas",
        _areas_with_offers(plan),
        format_func=lambda code: f"{names.areas.get(code, code)}, {cohorts['district'].get(code, '')}",
        key=f"{KEY}cohorts",
        placeholder="Choose areas in target",
        help="Areas in target for which something on offer would help.",
    )
    _check([] if codes else [Fault("Areas", "none is chosen. Choose one or more.")])
    return MustFund(tuple(codes))


def _areas_with_offers(plan: Plan) -> list[str]:
    """Return the codes of the areas that have an offer, by name."""
    codes = set(plan.choices.offers.index.get_level_values("cohort"))
    return [code for code in plan.choices.cohorts["area_name"].sort_values(kind="stable").index if code in codes]


def _promised(plan: Plan, names: words.Names) -> Promised:
    codes = _areas_with_offers(plan)
    area, kind = st.columns(2)
    cohort = area.selectbox("Area", codes, format_func=lambda code: names.areas.get(code, code), key=f"{KEY}cohort")
    options = list(plan.choices.offers.loc[cohort].index) if cohort in codes else []
    if st.session_state.get(f"{KEY}option") not in options:
        st.session_state[f"{KEY}option"] = options[0]
    option = kind.selectbox(
        "Support", options, format_func=lambda name: names.kinds.get(name, name), key=f"{KEY}option"
    )
    return Promised(cohort, option)


def _units(plan: Plan, names: words.Names) -> PromisedUnits:
    services = plan.choices.services
    which, how_many = st.columns([3, 1])
    service = which.selectbox(
        "Service", list(services.index), format_func=lambda name: names.services.get(name, name), key=f"{KEY}service"
    )
    most = int(services.loc[service, "max_units"])
    st.session_state[f"{KEY}units"] = min(st.session_state.get(f"{KEY}units", 1), most)
    units = how_many.number_input(f"Vehicles, at most {most}", 1, most, key=f"{KEY}units")
    return PromisedUnits(service, int(units))


def _grant(plan: Plan, names: words.Names) -> Grant:
    title, money = st.columns([2, 1])
    name = title.text_input("Name of the grant", key=f"{KEY}name").strip()
    given = money.text_input("Amount, in pounds", key=f"{KEY}amount")
    where, faults = _group("May pay only for", plan, names, "Choose what it may pay for.")
    amount = gathered(faults, lambda: pence(given), 0, "Amount")
    if not name:
        faults.append(Fault("Name of the grant", "is missing. Write what you call it."))
    if not where and not faults:
        faults.append(Fault("May pay only for", "is empty: a grant that may pay for anything is the budget itself."))
    _check(faults)
    return Grant(name, amount, where)


def _part_funding(plan: Plan, names: words.Names) -> PartFunding:
    parts = st.number_input(
        "Parts that an area can be cut into",
        1,
        MOST_PARTS,
        key=f"{KEY}parts",
        help="10: an area may be helped for one tenth of its young people, two tenths, and so on.",
    )
    where, faults = _group("Only", plan, names, "Choose nothing for every area and kind of support.")
    _check(faults)
    return PartFunding(int(parts), where)


def _limit(plan: Plan, names: words.Names) -> Limit:
    what, unit = st.columns([3, 2])
    measures = _measures(plan)
    measure = what.selectbox("Counted", list(measures), format_func=measures.__getitem__, key=f"{KEY}measure")
    as_share = unit.radio("Given as", [PERCENT, NUMBER], key=f"{KEY}unit", horizontal=True) == PERCENT
    where, faults = _group("For", plan, names, "Choose nothing for the whole plan.", each=True)
    each = st.session_state.get(f"{KEY}each", TOGETHER)
    each = None if each == TOGETHER else each
    places = st.columns(2)
    suffix = "% of the whole plan" if as_share else "pounds" if measure == "spend" else "a number"
    bounds = []
    for place, side, label in zip(places, ("at_least", "at_most"), ("At least", "At most"), strict=True):
        text = place.text_input(f"{label} ({suffix})", key=KEY + side, placeholder="no limit")
        bounds.append(_bound(text, label, as_share, measure, faults))
    floor, cap = bounds
    if not faults and floor is None and cap is None:
        faults.append(Fault("At least, At most", "are both empty. Fill in one of them, or both."))
    if as_share and not where and each is None:
        faults.append(Fault("Given as", "a share of the whole plan needs a group. Choose for whom, or give a number."))
    least, most = (bound.share if isinstance(bound, Share) else bound for bound in bounds)
    if least is not None and most is not None and least > most:
        faults.append(Fault("At least", "is more than At most. Make it less."))
    name = st.session_state.get(f"{KEY}name") or None
    _check(faults)
    return Limit(measure, cap, floor, where, each, name)


def _measures(plan: Plan) -> dict[str, str]:
    """Return what can be counted: the measures of every plan, and the resources of this county's tables."""
    more = {"vehicles": "Vehicles"} if len(plan.choices.services) else {}
    own: str = st.session_state.get(f"{KEY}measure", "spend")
    return {**words.MEASURES, **more, **({} if own in words.MEASURES | more else {own: own.capitalize()})}


def read_number(text: str, label: str, faults: list[Fault]) -> Fraction | None:
    """Read a number as people write it, with commas and signs; return None for an empty box and for a fault."""
    plain = re.sub(r"[\s,£%]", "", text)
    if plain and not re.fullmatch(r"\d{1,15}(\.\d{0,6})?|\.\d{1,6}", plain):
        faults.append(Fault(label, f"{text!r} is not a number of 0 or more. Write one, such as 15."))
        return None
    return Fraction(plain) if plain else None


def _bound(text: str, label: str, as_share: bool, measure: str, faults: list[Fault]) -> Fraction | Share | None:
    number = read_number(text, label, faults)
    if number is None:
        return None
    if as_share and number > 100:
        faults.append(Fault(label, f"{text}% is more than the whole. Write at most 100."))
    if not as_share and measure == "spend" and (number * 100).denominator != 1:
        faults.append(Fault(label, f"£{text} has a part of a penny. Write at most two decimals."))
    return Share(number / 100) if as_share else number


def _group(label: str, plan: Plan, names: words.Names, text: str, *, each: bool = False) -> tuple[dict, list[Fault]]:
    """Show the boxes for a group; return it as values by column, and the faults."""
    offers, faults, where = plan.choices.offers, list[Fault](), {}
    known = list(words.COLUMNS) + [c for c in st.session_state.get(f"{KEY}columns", []) if c not in words.COLUMNS]
    columns = st.multiselect(
        label,
        known,
        format_func=_heading,
        key=f"{KEY}columns",
        placeholder=text,
        help=f"{text} Of several, only what belongs to all of them is counted.",
    )
    for column in columns:
        values = _values(offers, column) if column in offers else []
        key = f"{KEY}in_{column}"
        values += [value for value in st.session_state.get(key, []) if value not in values]
        label = _heading(column)
        picked = st.multiselect(
            label,
            values,
            format_func=lambda value, column=column: words.value(value, column, names),
            key=key,
            placeholder="Every one" if each else "Choose one or more",
        )
        if picked:
            where[column] = tuple(picked)
        elif not each or st.session_state.get(f"{KEY}each") != column:
            missing = "none is chosen. Choose one or more" + (", or count each separately." if each else ".")
            faults.append(Fault(label, missing))
    if each:
        _each(columns)
    return where, faults


def _heading(column: str) -> str:
    return words.COLUMNS.get(column, column).capitalize()


def _each(columns: list[str]) -> None:
    """Show the choice between one limit for all of a group and one for each of its members."""
    key, choices = f"{KEY}each", [TOGETHER, *columns]
    if st.session_state.get(key) not in choices:
        st.session_state[key] = TOGETHER
    if len(choices) > 1:
        labels = {column: f"For each {words.COLUMNS.get(column, column)} by itself" for column in columns}
        st.radio("Counted for", choices, format_func=lambda c: labels.get(c, c), key=key, horizontal=True)


def _values(offers: pd.DataFrame, column: str) -> list[str]:
    """Return the values of a column as text, in order, numbers by size."""
    texts = {text for text in labels_of(offers, column)[1] if text}
    return sorted(texts, key=lambda text: (float(text) if text.replace(".", "").isdigit() else math.inf, text))


_BOXES: dict[type, Callable[[Plan, words.Names], LimitEntry]] = {
    MustFund: _must_fund,
    Promised: _promised,
    PromisedUnits: _units,
    Grant: _grant,
    PartFunding: _part_funding,
    Limit: _limit,
}
