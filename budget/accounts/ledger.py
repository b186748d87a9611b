"""The plan as lines of a ledger, and each line by period: what Budget lines and the profiles show, in whole pence."""

import datetime
from dataclasses import dataclass, replace

import pandas as pd

from budget.planning.plan import Plan
from budget.scenarios import finance as finances
from budget.scenarios.finance import MONTHS, Finance, academic_year
from data.faults import InputError
from data.figures import ASSUMPTION, COUNCIL
from data.wording import whole_pounds

EXPENDITURE, INCOME, CONTINGENCY, SPARE = "Expenditure", "Income", "Contingency", "Not allocated"
YES, NO = "yes", "no"
MILLION = 1_000_000
LAST = MONTHS.index("July")  # the last month of teaching takes the odd pennies
SECOND_YEAR = range(MONTHS.index("September"))  # periods of the academic year that fall in the second financial year
FIRST_YEAR = range(MONTHS.index("September"), len(MONTHS))


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger. Money in pence."""

    kind: str  # EXPENDITURE, INCOME, CONTINGENCY, SPARE
    option: str  # the kind of support; "" for the contingency and what is not allocated
    label: str
    mode: str
    cost_centre: str
    subjective: str
    gross_pence: int
    income_pence: int
    virement_pence: int
    in_advance: str
    provenance: str
    project: str = ""  # the ledger's code of a project, where the council uses one

    @property
    def key(self) -> str:
        """The name of the line in what a person has typed about it: "bus_pass", "bus_pass income"."""
        return f"{self.option} income" if self.kind == INCOME else self.option

    @property
    def net_pence(self) -> int:
        """Gross less income, in pence; below nought on a line of income."""
        return self.gross_pence - self.income_pence


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines, and the calendar that spreads them over the months, April to March."""

    finance: Finance
    year: int  # of the September in which the academic year begins
    lines: tuple[LedgerLine, ...]
    days_by_term: tuple[tuple[int, ...], ...]  # one tuple of twelve a term, those before the plan's first day included
    weights: tuple[int, ...]  # of this plan: nothing before its first day
    whole_weights: tuple[int, ...]  # of a whole year, as those that follow have them

    @property
    def years(self) -> tuple[str, str, str]:
        """The two financial years of the academic year, and the one after."""
        first, second, third = (f"{year} to {year + 1}" for year in range(self.year, self.year + 3))
        return first, second, third

    def month_starts(self) -> list[datetime.date]:
        """Return the first day of each month, April to March; April to August are of the year after the September."""
        return finances.month_starts(self.year)

    @property
    def first_period(self) -> int:
        """The first period in which the plan buys anything: 6 for September, unless it starts later."""
        return next(n + 1 for n in (*FIRST_YEAR, *SECOND_YEAR) if self.weights[n])

    def by_month(self, line: LedgerLine) -> list[int]:
        """Return a line's net pence by month. Shares are rounded, halves away from nought; July has what is left."""
        months = [rounded(line.net_pence * weight, sum(self.weights)) for weight in self.weights]
        months[LAST] += line.net_pence - sum(months)
        return months

    def profiled(self) -> list[LedgerLine]:
        """Return the lines that are spent over the year, in order: not the contingency and what is not allocated."""
        return [line for line in self.lines if line.kind in (EXPENDITURE, INCOME)]

    def budgets(self) -> dict[str, int]:
        """Return what each kind of support has to spend in pence, by its id: gross, and what was moved in or out."""
        lines = [line for line in self.profiled() if line.kind == EXPENDITURE]
        return {line.option: line.gross_pence + line.virement_pence for line in lines}

    def months_of(self, kind: str) -> list[int]:
        """Return the net pence of all lines of a kind by month."""
        rows = [self.by_month(line) for line in self.lines if line.kind == kind]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(MONTHS)

    def unused_part_pence(self) -> int:
        """Return in net pence what the part of the year before the plan's first day costs, at prices of a whole year.

        Only what is paid as it is used counts: a pass that is paid in advance costs the same whenever it is bought.
        """
        weight = sum(self.whole_weights)
        by_day = {line.option for line in self.profiled() if line.kind == EXPENDITURE and line.in_advance == NO}
        net = sum(line.net_pence for line in self.profiled() if line.option in by_day)
        return rounded(net * (weight - sum(self.weights)), weight)

    def whole_autumn(self, pence: int, part: int) -> int:
        """Return what September to March of a whole year are of an amount a year, in pence, halves away from nought.

        Prices are for a whole year, and so a year costs the same whether the plan starts with it or within it. `part`
        is what September to March are of it in this plan, and is returned where the plan starts with its year.
        """
        if self.weights == self.whole_weights:
            return part
        return rounded(pence * sum(self.whole_weights[n] for n in FIRST_YEAR), sum(self.whole_weights))

    def part_year_in_words(self) -> str:
        """Say what a plan that starts within the year would cost less at prices of that part; "" where nothing."""
        unused, start = self.unused_part_pence(), self.finance.start
        if start is None or unused <= 0:
            return ""
        return (
            f"The plan starts on {start.day} {start:%B %Y}, and its prices are for a whole year. Of what is paid as it "
            f"is used, {whole_pounds(unused)} falls before that day and should not be needed this year: hold it back."
        )

    def when_paid_in_words(self) -> str:
        """Say why a month on Finance differs from the same month of the sheet Profile."""
        if not any(line.net_pence for line in self.profiled() if line.in_advance == YES):
            return "By month, Finance and the sheet Monitoring differ from Profile by what is moved or accrued alone."
        first = self.first_period - 1
        rest = ", less the prepayment at 31 March, which the next year has in April" if first in FIRST_YEAR else ""
        return (
            "By month, the sheet Profile has a cost when it is used; Finance and the sheet Monitoring when it is paid: "
            f"a pass for the whole year is in {MONTHS[first]} there{rest}. What is moved or accrued is there alone."
        )


def make_ledger(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame) -> Ledger:
    """Return the ledger of a plan; `funded` and `services` are tables of its statement.

    Raises InputError where the council's terms have no teaching day in the academic year.
    """
    year, finance = academic_year(plan.scenario.finance.start or plan.day), with_start(plan.scenario.finance, plan.day)
    finances.teaching_days(finance, year)  # raises InputError where the terms have no day in the year
    spend = int(funded["cost_pence"].sum()) + int(services["cost_pence"].sum())
    unspent = plan.allocation.budget_pence - spend
    contingency = max(0, min(contingency_wanted(spend, finance), unspent))
    others = (
        (CONTINGENCY, "Contingency", contingency),
        (SPARE, "Not allocated, the rest of the reserve included", unspent - contingency),
    )
    lines = [
        *_profiled_lines(plan, funded, services),
        *(
            LedgerLine(kind, "", label, "", finances.COST_CENTRE, kind, pence, 0, 0, NO, ASSUMPTION)
            for kind, label, pence in others
        ),
    ]
    whole = replace(finance, start=None)
    by_term, weights = finances.days_by_term(whole, year), finances.month_weights(finance, year)
    return Ledger(finance, year, tuple(lines), by_term, weights, finances.month_weights(whole, year))


def with_start(finance: Finance, day: datetime.date) -> Finance:
    """Return finance settings with the plan's first day: the council's, or the day the plan was made within the year.

    A plan made in term does not profile the months before. One made after the last day of teaching is for a whole year.
    """
    first = datetime.date(academic_year(day), finances.FIRST_MONTH, 1)
    if finance.start is not None or day <= first:
        return finance
    from_today = replace(finance, start=day)
    try:
        has_days = any(finances.month_weights(from_today, first.year))
    except InputError:
        has_days = False
    return from_today if has_days else finance


def _profiled_lines(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame) -> list[LedgerLine]:
    """Return what is spent, and then what is received, by kind of support."""
    finance, vehicles = plan.scenario.finance, services.groupby("kind")["cost_pence"].sum()
    gross = funded.groupby("option")["gross_pence"].sum().add(vehicles, fill_value=0)
    income = funded.groupby("option")["income_pence"].sum()
    spent, received = [], []
    for kind in plan.catalogue.kinds:
        codes = finance.line(kind.id)
        source = ASSUMPTION if codes == Finance().line(kind.id) else COUNCIL
        texts = (kind.id, kind.label, kind.mode, codes.cost_centre, codes.subjective)
        amounts = (int(gross.get(kind.id, 0)), 0, codes.virement_pence)
        spent.append(
            LedgerLine(EXPENDITURE, *texts, *amounts, YES if kind.paid_in_advance else NO, source, codes.project)
        )
        texts = (kind.id, f"Contributions: {kind.label}", kind.mode, codes.cost_centre, codes.income_subjective)
        received.append(LedgerLine(INCOME, *texts, 0, int(income.get(kind.id, 0)), 0, NO, source, codes.project))
    return [*spent, *received]


def contingency_wanted(spend_pence: int, finance: Finance) -> int:
    """Return the contingency in pence that the council's share of the spend asks for, halves up."""
    millionths = round(round(finance.contingency_share, 6) * MILLION)  # as Assumptions writes it
    return rounded(spend_pence * millionths, MILLION)


def rounded(number: int, by: int) -> int:
    """Return number / by to the nearest whole number, halves away from zero; 0 where `by` is 0.

    >>> rounded(5, 2), rounded(-5, 2), rounded(1, 0)
    (3, -3, 0)
    """
    if not by:
        return 0
    sign = -1 if (number < 0) != (by < 0) else 1
    return sign * ((2 * abs(number) + abs(by)) // (2 * abs(by)))
