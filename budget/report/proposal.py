"""What members are asked to decide, and what it means for money and in law, in the order of a council's paper."""

from dataclasses import dataclass

from budget.accounts.ledger import CONTINGENCY, FIRST_YEAR, SECOND_YEAR
from budget.planning import assumed
from budget.report import formats
from budget.report.blocks import Part, ReportTable, ReportText, bullets, paragraphs
from budget.report.subject import Subject
from budget.risk import risk_report
from data.figures import ASSUMPTION
from data.wording import listed, whole_pounds
from eligibility.suppress import LEAST

ASSESS = "Have the effect on equality assessed before deciding: see Equality below."
CHANGE_A_LIMIT = "Change a limit or the budget: no plan can keep to all that were set."
CONFIRM = "Replace assumed prices with the council's own before anything is bought."
# Value Added Tax Act 1994, section 33 and Schedule 8, Group 8.
VAT = (
    "VAT. Prices are taken to be without the VAT that the council recovers (Value Added Tax Act 1994, section 33). "
    "Transport in a vehicle for ten or more people is zero-rated (Schedule 8, Group 8). A taxi's fare bears VAT where "
    "its operator is registered. Money paid to a young person carries no VAT to recover. The council's VAT officer "
    "should confirm this, and how young people's contributions are treated."
)
LEGAL = (
    "Each year by 31 May the council publishes a transport policy statement for young people of sixth form age, with "
    "the arrangements that it considers necessary (Education Act 1996, section 509AA). It must have regard to those "
    "who could not attend otherwise, to a reasonable choice of places, and to distance, time and cost (section 509AB).",
    "Transport that is bought falls under the Procurement Act 2023. Nothing here is legal advice: the monitoring "
    "officer should confirm the powers relied on.",
)


@dataclass(frozen=True, slots=True)
class Purse:
    """A grant, or the council's own money: what there is and what the plan uses of it, in pence."""

    name: str
    amount_pence: int
    used_pence: int

    @property
    def left_pence(self) -> int:
        """What the plan does not use."""
        return self.amount_pence - self.used_pence

    def row(self) -> tuple[str, ...]:
        """Return the row of the table."""
        return (self.name, *map(whole_pounds, (self.amount_pence, self.used_pence, self.left_pence)))


def recommendations(subject: Subject, report: risk_report.RiskReport | None) -> list[Part]:
    """Return what members are asked to do."""
    heading = ReportText("heading", "Recommendations")
    if not subject.has_plan:
        return [heading, *bullets(CHANGE_A_LIMIT)]
    plan, spend = subject.plan, whole_pounds(subject.content.spend_pence)
    first, second = subject.content.ledger.year, subject.content.ledger.year + 1
    lines = [f"Approve the plan, which spends {spend} in the academic year {first} to {second}."]
    if plan.scenario.reserve_pence:
        lines.append(f"Hold back {whole_pounds(plan.scenario.reserve_pence)} as a reserve.")
    unused = [
        f"{whole_pounds(grant.left_pence)} of the grant {grant.name}" for grant in _grants(subject) if grant.left_pence
    ]
    if unused:
        lines.append(f"Return, or agree another use of, {listed(unused)}.")
    if report is not None and subject.whole.within_reach >= LEAST:
        chance = risk_report.chance_in_words(report.risk.chance_of_overspending)
        lines.append(f"Note a chance of {chance} that the plan spends more than the budget: see Risks below.")
    if assumed.of_plan(plan).pence(ASSUMPTION):
        lines.append(CONFIRM)
    return [heading, *paragraphs("Members are asked to:"), *bullets(*lines, ASSESS)]


def financial(subject: Subject) -> list[Part]:
    """Return the financial implications: who pays, in which financial years, against today's spend, and VAT."""
    if not subject.has_plan:
        return []
    table = [] if subject.is_applicants else [_funding(subject)]
    lines = (_years(subject), _contingency(subject), _against_today(subject), VAT)
    return [ReportText("heading", "Financial implications"), *table, *paragraphs(*lines)]


def legal(subject: Subject) -> list[Part]:
    """Return the legal basis."""
    return [ReportText("heading", "Legal implications"), *paragraphs(*LEGAL)] if subject.has_plan else []


def _grants(subject: Subject) -> list[Purse]:
    """Return the grants; for applicants none, as what a grant pays could point to the few whom it may pay for."""
    if subject.is_applicants:
        return []
    grants = subject.plan.allocation.grants
    rows = zip(grants["grant"], grants["amount_pence"], grants["used_pence"], strict=True)
    return [Purse(formats.name(name), int(amount), int(used)) for name, amount, used in rows]


def _funding(subject: Subject) -> ReportTable:
    """Return who pays: each grant, the council's own money, and both."""
    grants, allocation = _grants(subject), subject.plan.allocation
    whole = Purse("Total", allocation.budget_pence, subject.content.spend_pence)
    of_grants = [sum(grant.amount_pence for grant in grants), sum(grant.used_pence for grant in grants)]
    own = Purse("The council's own money", whole.amount_pence - of_grants[0], whole.used_pence - of_grants[1])
    rows = tuple(purse.row() for purse in (*grants, own, whole))
    heads = ("Where the money comes from", "Budget", "Spend", "Left, or to return")
    return ReportTable("Funding", heads, rows, (6.0, 3.4, 3.4, 3.4), has_total=True)


def _years(subject: Subject) -> str:
    """Say how the spend falls over the two financial years."""
    ledger = subject.content.ledger
    months = [sum(column) for column in zip(*map(ledger.by_month, ledger.profiled()), strict=True)]
    if not months:
        return ""
    parts = [
        f"{whole_pounds(sum(months[n] for n in numbers))} in {year}"
        for numbers, year in zip((FIRST_YEAR, SECOND_YEAR), ledger.years, strict=False)
    ]
    by = "teaching days" if ledger.finance.profile == "teaching_days" else "equal months"
    part = "" if subject.is_applicants else ledger.part_year_in_words()
    if part:
        part += f" A whole academic year after it costs {whole_pounds(subject.content.spend_pence)}, before inflation."
    return f"Financial years, April to March. Spread by {by}, the plan spends {listed(parts)}. {part}".rstrip()


def _contingency(subject: Subject) -> str:
    held = sum(line.net_pence for line in subject.content.ledger.lines if line.kind == CONTINGENCY)
    return f"Contingency. {whole_pounds(held)} of what is left is held for what cannot be foreseen." if held else ""


def _against_today(subject: Subject) -> str:
    """Say what is spent today on support of these kinds, where the council has said it, and the growth or saving."""
    today = subject.content.ledger.finance.baseline_pence
    if today is None:
        return "Growth or saving. What is spent on such support today is not in the scenario."
    more = subject.content.spend_pence - today
    words = (
        f"growth of {whole_pounds(more)}" if more > 0 else f"a saving of {whole_pounds(-more)}" if more else "the same"
    )
    return f"Growth or saving. {whole_pounds(today)} a year is spent on such support today: the plan is {words}."
