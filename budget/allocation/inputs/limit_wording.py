"""Limits in words: the one wording for commands, comparisons, workbooks, screens and the names of limits."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from budget.allocation.inputs.limits import Limit, Share
from data.wording import percent, pounds

SIDES = {"<=": "at most", ">=": "at least"}
LEAST_GAIN = 0.0005  # of access: less is written as nothing


def group_in_words(where: Mapping[str, tuple[str, ...]], kinds: Mapping[str, str] | None = None) -> str:
    """Return a group as a limit names it: "district Fen or Wold, kind bus_pass"; "" is everything.

    With `kinds`, labels by id, a kind is named by its label: "district Fen or Wold, Bus pass".
    """
    if kinds is None:
        return ", ".join(f"{column} {' or '.join(values)}" for column, values in where.items())
    named = " or ".join(kinds.get(value, value) for value in where.get("kind", ()))
    others = group_in_words({column: values for column, values in where.items() if column != "kind"})
    return ", ".join(filter(None, [others, named]))


def scope_in_words(limit: Limit, kinds: Mapping[str, str] | None = None) -> str:
    """Return what a limit is over, to follow its figure: ", district Fen, for each priority"; "" is the whole plan."""
    group = f", {group_in_words(limit.where, kinds)}" if limit.where else ""
    return group + (f", for each {limit.each}" if limit.each else "")


def amount_in_words(figure: Fraction | Share, *, is_money: bool, whole: str = "the plan's total") -> str:
    """Return the figure of a limit: "15% of the plan's total", "£50,000", "28"."""
    if isinstance(figure, Share):
        return f"{percent(float(figure.share), 8)} of {whole}"
    return pounds(round(figure * 100)) if is_money else f"{float(figure):,.10g}"


def limit_in_words(limit: Limit, kinds: Mapping[str, str] | None = None) -> str:
    """Return what a limit asks: "spend at least 15% of the plan's total, district Fen, for each priority"."""
    sides = [(">=", limit.at_least), ("<=", limit.at_most)]
    is_money = limit.measure == "spend"
    amounts = [f"{SIDES[side]} {amount_in_words(f, is_money=is_money)}" for side, f in sides if f is not None]
    return _with_name(limit, f"{limit.measure} {' and '.join(amounts)}{scope_in_words(limit, kinds)}")


def limit_name(
    limit: Limit,
    figure: Fraction | Share,
    sense: str,
    group: Mapping[str, tuple[str, ...]],
    *,
    is_money: bool,
    kinds: Mapping[str, str] | None = None,
) -> str:
    """Return what one side of a limit is called in results, workbooks and JSON, for one group of it.

    It is a key that other programs read, so its form is fixed: a share is a decimal, "0.15 of the plan's total". With
    `kinds`, labels by id, it is for people: a kind is named by its label.
    """
    if isinstance(figure, Share):
        amount = f"{float(figure.share):.4g} of the plan's total"
    else:
        amount = pounds(round(figure * 100)) if is_money else f"{float(figure):,.6g}"
    where = f", {group_in_words(group, kinds)}" if group else ""
    return _with_name(limit, f"{limit.measure} {SIDES[sense]} {amount}{where}")


def _with_name(limit: Limit, text: str) -> str:
    return f"{limit.name} ({text})" if limit.name else text


def is_money(row: Mapping[str, Any]) -> bool:
    """Say whether a row of a plan's table of limits (`result.LIMIT_COLUMNS`) is in pounds."""
    return row["measure"] == "spend" or (row["measure"] not in ("people", "access") and "£" in row["limit"])


def figure_in_words(row: Mapping[str, Any], figure: float) -> str:
    """Return a figure in the unit of a row of the table of limits."""
    return pounds(round(figure * 100)) if is_money(row) else f"{figure:,.10g}"


def easing_in_words(row: Mapping[str, Any]) -> str:
    """Return what one more unit, or £1,000 more, of a cap would bring by its price; of a floor, one less.

    A price is that of the model in which an offer may be funded in part, and no step brings more than it there. With
    whole offers a step may bring nothing, or what one offer more brings.
    """
    step, units = ("£1,000", 1000) if is_money(row) else ("one", 1)
    step += " more" if row["sense"] == "<=" else " less"
    gain = row["access_per_unit"] * units
    if gain != gain:  # NaN: there is no price
        return f"what {step} would bring is not known"
    adds = "nothing" if gain < LEAST_GAIN else f"up to {gain:,.3f} to the access score"
    return f"{step} would add {adds} if offers could be had in part"


def result_in_words(row: Mapping[str, Any]) -> str:
    """Return how a plan keeps a limit, from its row of the table of limits: "vehicles at most 2: 1, to spare 1; …"."""
    spare = f"{'to spare' if row['met'] else 'missed by'} {figure_in_words(row, abs(row['slack']))}"
    return f"{row['limit']}: {figure_in_words(row, row['value'])}, {spare}; {easing_in_words(row)}"
