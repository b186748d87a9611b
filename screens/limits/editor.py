"""One limit being added or changed: a few boxes, filled in as a start, and how the limit will read."""

import math
import re
from collections.abc import Callable
from fractions import Fraction

import streamlit as st

from budget.allocation.inputs.groups import labels_of
from budget.allocation.inputs.limits import MOST_PARTS, Grant, Limit, PartFunding, Share
from budget.planning.plan import Plan
from budget.scenarios import scenario
from data.faults import Fault, InputError
from screens.limits import wording as words
from screens.limits.entries import Entry, MustFund, Promised, PromisedUnits

KEY = "limit_edit_"
NUMBER, PERCENT = "A number", "% of the whole plan"
TOGETHER = "All of it together"


def fill(entry: Entry) -> None:
    """Fill the boxes with an entry; to be called before they are shown."""
    match entry:
        case MustFund(cohorts):
            _put(cohorts=list(cohorts))
        case Promised(cohort, option):
            _put(cohort=cohort, option=option)
        case PromisedUnits(service, units):
            _put(service=service, units=units)
        case Grant(name, amount_pence, pays_for):
            _put(name=name, amount=_written(Fraction(amount_pence, 100)))
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
                shown = figure.share * 100 if isinstance(figure, Share) else figure
                _put(**{side: "" if figure is None else _written(shown)})
            of_each = {entry.each: entry.where.get(entry.each, ())} if entry.each else {}
            _put_group({**of_each, **entry.where})


def _put(**values: object) -> None:
    for name, value in values.items():
        st.session_state[KEY + name] = value


def _put_group(where: dict) -> None:
    _put(columns=list(where), **{f"in_{column}": list(values) for column, values in where.items()})


def _written(figure: Fraction) -> str:
    return f"{float(figure):,.10g}"


def boxes(entry: Entry, plan: Plan) -> Entry:
    """Show the boxes for an entry of this sort and return what they say. Raises InputError with every fault."""
    names = words.names_of(plan)
    match entry:
        case MustFund():
            return _must_fund(plan, names)
        case Promised():
            return _promised(plan, names)
        case PromisedUnits():
            return _units(plan, names)
        case Grant():
            return _grant(plan, names)
        case PartFunding():
            parts = st.number_input(
                "Parts that an area can be cut into",
                1,
                MOST_PARTS,
                key=f"{KEY}parts",
                help="10: an area may be helped for one tenth of its young people, two tenths, and so on.",
            )
            where, faults = _group("Only", plan, names, "Choose nothing for every area and kind of support.")
            return _unless(faults, lambda: PartFunding(int(parts), where))
        case Limit():
            return _limit(plan, names)


def _unless(faults: list[Fault], make: Callable[[], Entry]) -> Entry:
    if faults:
        raise InputError("limit", faults)
    return make()


def _must_fund(plan: Plan, names: words.Names) -> MustFund:
    helped = set(plan.choices.offers.index.get_level_values("cohort"))
    cohorts = plan.choices.cohorts
    order = [code for code in cohorts["area_name"].sort_values(kind="stable").index if code in helped]
    chosen = st.multiselect(
        "Areas",
        order,
        format_func=lambda code: f"{names.areas.get(code, code)}, {cohorts['district'].get(code, '')}",
        key=f"{KEY}cohorts",
        placeholder="Choose areas in target",
        help="Areas in target for which something on offer would help.",
    )
    return _unless(
        [] if chosen else [Fault("Areas", "none is chosen. Choose one or more.")], lambda: MustFund(tuple(chosen))
    )


def _promised(plan: Plan, names: words.Names) -> Promised:
    offers = plan.choices.offers
    helped = set(offers.index.get_level_values("cohort"))
    order = [code for code in plan.choices.cohorts["area_name"].sort_values(kind="stable").index if code in helped]
    area, kind = st.columns(2)
    cohort = area.selectbox("Area", order, format_func=lambda code: names.areas.get(code, code), key=f"{KEY}cohort")
    options = list(offers.loc[cohort].index) if cohort in helped else []
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
    called, money = st.columns([2, 1])
    name = called.text_input("Name of the grant", key=f"{KEY}name").strip()
    given = money.text_input("Amount, in pounds", key=f"{KEY}amount")
    where, faults = _group("May pay only for", plan, names, "Choose what it may pay for.")
    pence = 0
    try:
        pence = scenario.pence(given, "Amount")
    except InputError as error:
        faults += [Fault("Amount", fault.problem) for fault in error.faults]
    if not name:
        faults.append(Fault("Name of the grant", "is missing. Write what you call it."))
    if not where and not faults:
        faults.append(
            Fault("May pay only for", "says nothing: a grant that may pay for anything is the budget itself.")
        )
    return _unless(faults, lambda: Grant(name, pence, where))


def _limit(plan: Plan, names: words.Names) -> Limit:
    what, unit = st.columns([3, 2])
    measures = _measures(plan)
    measure = what.selectbox("Counted", list(measures), format_func=measures.get, key=f"{KEY}measure")
    as_share = unit.radio("Given as", [PERCENT, NUMBER], key=f"{KEY}unit", horizontal=True) == PERCENT
    where, faults = _group("For", plan, names, "Choose nothing for the whole plan.", each=True)
    each = st.session_state.get(f"{KEY}each", TOGETHER)
    each = None if each == TOGETHER else each
    least, most = st.columns(2)
    suffix = "% of the whole plan" if as_share else "pounds" if measure == "spend" else "a number"
    figures = {}
    for place, side, label in ((least, "at_least", "At least"), (most, "at_most", "At most")):
        text = place.text_input(f"{label} ({suffix})", key=KEY + side, placeholder="no limit")
        figures[side] = _bound(text, label, as_share, measure, faults)
    if not faults and figures["at_least"] is None and figures["at_most"] is None:
        faults.append(Fault("At least, At most", "are both empty. Fill in one of them, or both."))
    if as_share and not where and each is None:
        faults.append(Fault("Given as", "a part of the whole plan needs a group. Choose for whom, or give a number."))
    least, most = (f.share if isinstance(f, Share) else f for f in (figures["at_least"], figures["at_most"]))
    if least is not None and most is not None and least > most:
        faults.append(Fault("At least", "is more than At most. Make it less."))
    name = st.session_state.get(f"{KEY}name") or None
    return _unless(faults, lambda: Limit(measure, figures["at_most"], figures["at_least"], where, each, name))


def _measures(plan: Plan) -> dict[str, str]:
    """Return what can be counted: what every plan has, and the resources of this county's tables."""
    more = {"vehicles": "Vehicles"} if len(plan.choices.services) else {}
    own = st.session_state.get(f"{KEY}measure")
    return {**words.MEASURES, **more, **({own: own.capitalize()} if own and own not in words.MEASURES | more else {})}


def figure(text: str, label: str, faults: list[Fault]) -> Fraction | None:
    """Read a number as people write it, with commas and signs; None for an empty box, and for what is at fault."""
    plain = re.sub(r"[\s,£%]", "", text)
    if plain and not re.fullmatch(r"\d{1,15}(\.\d{0,6})?|\.\d{1,6}", plain):
        faults.append(Fault(label, f"{text!r} is not a number of 0 or more. Write one, such as 15."))
        return None
    return Fraction(plain) if plain else None


def _bound(text: str, label: str, as_share: bool, measure: str, faults: list[Fault]) -> Fraction | Share | None:
    """Read a cap or a floor."""
    number = figure(text, label, faults)
    if number is None:
        return None
    if as_share and number > 100:
        faults.append(Fault(label, f"{text}% is more than the whole. Write at most 100."))
    if not as_share and measure == "spend" and (number * 100).denominator != 1:
        faults.append(Fault(label, f"£{text} has a part of a penny. Write at most two decimals."))
    return Share(number / 100) if as_share else number


def _group(label: str, plan: Plan, names: words.Names, text: str, *, each: bool = False):
    """Show the boxes for a group; return it as values by column, and the faults."""
    offers, faults, where = plan.choices.offers, [], {}
    known = list(words.COLUMNS) + [c for c in st.session_state.get(f"{KEY}columns", []) if c not in words.COLUMNS]
    columns = st.multiselect(
        label,
        known,
        format_func=lambda column: words.COLUMNS.get(column, column).capitalize(),
        key=f"{KEY}columns",
        placeholder=text,
        help=f"{text} Of several, only what belongs to all of them is counted.",
    )
    for column in columns:
        values = _values(offers, column) if column in offers else []
        key = f"{KEY}in_{column}"
        values += [value for value in st.session_state.get(key, []) if value not in values]
        chosen = st.multiselect(
            words.COLUMNS.get(column, column).capitalize(),
            values,
            format_func=lambda value, column=column: words.value(value, column, names),
            key=key,
            placeholder="Every one" if each else "Choose one or more",
        )
        if chosen:
            where[column] = tuple(chosen)
        elif not each or st.session_state.get(f"{KEY}each") != column:
            missing = "none is chosen. Choose one or more" + (", or count each separately." if each else ".")
            faults.append(Fault(words.COLUMNS.get(column, column).capitalize(), missing))
    if each:
        _each(columns)
    return where, faults


def _each(columns: list[str]) -> None:
    """Show the choice between one limit for all of a group and one for each of its members."""
    key, choices = f"{KEY}each", [TOGETHER, *columns]
    if st.session_state.get(key) not in choices:
        st.session_state[key] = TOGETHER
    if len(choices) > 1:
        words_of = {column: f"For each {words.COLUMNS.get(column, column)} by itself" for column in columns}
        st.radio("Counted for", choices, format_func=lambda c: words_of.get(c, c), key=key, horizontal=True)


def _values(offers, column: str) -> list[str]:
    """Return what a column holds, as text, in order; numbers in theirs."""
    texts = {text for text in labels_of(offers, column)[1] if text}
    return sorted(texts, key=lambda text: (float(text) if text.replace(".", "").isdigit() else math.inf, text))
