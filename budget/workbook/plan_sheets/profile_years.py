"""What the two and the three financial years on the sheet Profile come to, in pounds, as its formulas have it."""

from budget.accounts.ledger import EXPENDITURE, FIRST_YEAR, INCOME, SECOND_YEAR
from budget.accounts.statement import Content, pounds


def sums_of_months(content: Content, numbers: range) -> dict[str, float]:
    """Return the known sums of some months, 0 being April: weight, share of the year, and pounds."""
    ledger = content.ledger
    spent, received = (ledger.months_of(kind) for kind in (EXPENDITURE, INCOME))
    gross, income = sum(spent[n] for n in numbers), -sum(received[n] for n in numbers)
    weight = sum(ledger.weights[n] for n in numbers)
    amounts = {"gross": pounds(gross), "income": pounds(income), "net": pounds(gross - income)}
    return {"weight": weight, "share": weight / sum(ledger.weights), **amounts}


def whole_parts(content: Content) -> tuple[dict[str, float], dict[str, float]]:
    """Return gross and income of September to March, and of April to August, of a whole year, in pounds."""
    ledger, autumn, spring = content.ledger, {}, {}
    for key, kind, sign in (("gross", EXPENDITURE, 1), ("income", INCOME, -1)):
        months = [sign * pence for pence in ledger.months_of(kind)]
        first = ledger.whole_autumn(sum(months), sum(months[n] for n in FIRST_YEAR))
        autumn[key], spring[key] = pounds(first), pounds(sum(months) - first)
    return autumn, spring


def known_years(content: Content) -> list[dict[str, float]]:
    """Return the known values of the three years, by column, in pounds."""
    of_plan = tuple(sums_of_months(content, part) for part in (FIRST_YEAR, SECOND_YEAR))
    whole, levels = whole_parts(content), [1.0]
    for rate in content.ledger.finance.inflation:
        levels.append(levels[-1] * (1 + rate))
    years: list[dict[str, float]] = []
    for number in range(3):
        in_autumn, in_spring = (whole if number else of_plan)[0], (whole if number > 1 else of_plan)[1]
        spring, autumn = (levels[number - 1] if number else 0.0), levels[number]
        values = {"spring": spring, "autumn": autumn}
        for key in ("gross", "income"):
            values[key] = round_half_up(in_spring[key] * spring + in_autumn[key] * autumn)
        values["net"] = round(values["gross"] - values["income"], 2)
        if number:
            last = years[-1]
            values["more"] = round(values["net"] - last["net"], 2)
            before = last["spring"] if number > 1 else last["autumn"]
            net = [part["gross"] - part["income"] for part in (in_spring, in_autumn)]
            values["inflation"] = round_half_up(net[0] * (spring - before) + net[1] * (autumn - last["autumn"]))
        years.append(values)
    return years


def round_half_up(amount: float) -> float:
    """Return pounds to the penny as ROUND(ROUND(x,8),2) has it.

    >>> round_half_up(0.125), round_half_up(-0.125)
    (0.13, -0.13)
    """
    sign = -1 if amount < 0 else 1
    return sign * int(round(abs(amount) * 100, 6) + 0.5) / 100
