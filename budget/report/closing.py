"""The end of the report: what could go wrong, what rests on assumptions, and where the figures come from."""

from budget.planning import assumed, by_timetable, college_sites, data_effects, deadweight, dear, expired
from budget.report import formats
from budget.report.blocks import Part, ReportText, bullets, paragraphs
from budget.report.groups import HELPED
from budget.report.money import price_figure, sources_of_prices
from budget.report.subject import Subject
from budget.risk import risk_report
from budget.workbook.plan_sheets.sources_sheet import attribution
from data.figures import ASSUMPTION
from data.wording import listed
from eligibility.suppress import LEAST

RISK_FEW = "The plan reaches too few people for a range of outcomes to be shown without pointing to somebody."
NOT_FOR_APPLICANTS = (
    "Applicants have asked for help, so take-up is not in doubt. Prices are: they change the spend in proportion."
)
NO_SOURCE = "Prices and take-up. All are the council's own or assumptions."
REPLACE = "Replace assumptions with the council's own figures before the plan is agreed."

LONG = 3 * formats.LINE  # of a sentence with the names of several colleges, whose end says what to do


def risks(subject: Subject, report: risk_report.RiskReport | None) -> list[Part]:
    """Return what could go wrong, in sentences."""
    if not subject.has_plan:
        return []
    lines: list[str] = []
    if subject.is_applicants:
        lines.append(NOT_FOR_APPLICANTS)
    elif report is not None and subject.whole.within_reach < LEAST:
        lines.append(RISK_FEW)
    elif report is not None:
        lines += risk_report.sentences(report)
    if share := subject.plan.estimated_share:
        lines.append(
            f"{formats.share(share)} of the access score rests on estimated journey times. Real "
            "timetables may differ. Measure the journeys that decide most."
        )
    if told := by_timetable.in_words(subject.plan):
        lines.append(told)
    if colleges := college_sites.in_words(subject.plan, with_money=_may_name_sums(subject)):
        lines.append(subject.line(colleges, most=LONG))
    of_the_data = data_effects.in_words(subject.plan.county.manifest.warnings).on_plans
    lines += [
        *(subject.line(effect, most=LONG) for effect in of_the_data),
        *expired.sentences(subject.plan),
        *filter(None, [] if subject.is_applicants else [dear.in_words(subject.plan, _too_few(subject))]),
        *_could_go_today(subject),
        *_assumed(subject),
        *(subject.line(note) for note in subject.plan.allocation.notes),
    ]
    return [ReportText("heading", "Risks"), *bullets(*lines)]


def _too_few(subject: Subject) -> frozenset[str]:
    """Return the kinds of support whose takers are hidden: from a price a head they could be worked out."""
    return frozenset(row.label for row in subject.kinds.rows if row.hides(*HELPED))


def _may_name_sums(subject: Subject) -> bool:
    """Say whether the spend by college may be told: not where a sum would tell of fewer than five people."""
    helped = college_sites.at_one_site(subject.plan)["people"]
    return not subject.is_applicants and not helped.between(0, LEAST, inclusive="neither").any()


def _could_go_today(subject: Subject) -> list[str]:
    """Say how many takers reach a college today, and for how many only the fare stands in the way."""
    found = deadweight.of_plan(subject.plan)
    if subject.is_applicants or found.takers < LEAST:
        return []
    today, fare = (
        formats.people_or_few(round(people * formats.PERSON))
        for people in (found.reach_college, found.fare_only_college)
    )
    return [
        f"Of {formats.about(round(found.takers * formats.PERSON))} expected takers, {today} reach a college today "
        f"without support. For {fare} a bus or train is quick enough and only its fare is too high. Some of them may "
        "pay it already, and for those the support takes the place of their own money."
    ]


def _assumed(subject: Subject) -> list[str]:
    """Name the prices and take-up of what is bought that are assumptions."""
    catalogue = subject.plan.catalogue
    used = [kind for kind in catalogue.kinds if kind.label in {row.label for row in subject.kinds.rows}]
    figures = {"The price of": [(kind, price_figure(kind, catalogue)) for kind in used]}
    if not subject.is_applicants:
        figures["The take-up of"] = [(kind, catalogue.figures.figure(f"{kind.id}.take_up")) for kind in used]
    lines = []
    for what, pairs in figures.items():
        labels = [formats.name(kind.label) for kind, figure in pairs if figure.provenance == ASSUMPTION]
        if labels:
            lines.append(f"{what} {listed([label[:1].lower() + label[1:] for label in labels])} is an assumption.")
    share = formats.in_whole_pounds(_share_at_assumed_prices(subject))
    return [" ".join(filter(None, [*lines, share, REPLACE]))] if lines else []


def _share_at_assumed_prices(subject: Subject) -> str:
    """Return the share of the spend at assumed prices, "" where it would part the sum of the kinds that are hidden."""
    basis = assumed.of_plan(subject.plan)
    hidden = {row.label for row in subject.kinds.rows if row.hides("spend")}
    at_assumed = hidden & {each.label for each in basis.assumed}
    return assumed.share_in_words(basis) if at_assumed in (set(), hidden) else ""


def sources(subject: Subject) -> list[Part]:
    """Return where the figures come from, in small print; addresses are in the workbook."""
    return [ReportText("heading", "Sources"), *paragraphs(*_lines(subject), style="small")]


def _lines(subject: Subject) -> list[str]:
    plan = subject.plan
    manifest, stamp, policy = plan.county.manifest, plan.targeting.rules.stamp, plan.targeting.rules.policy
    prices = [
        f"Source {number}: {formats.name(title, formats.LINE)}, checked {formats.day(figure.source.checked)}"
        for number, (title, figure) in enumerate(sources_of_prices(plan.catalogue).items(), start=1)
        if figure.source
    ]
    titles = dict.fromkeys(formats.name(source.title, formats.LINE) for source in policy.sources.values())
    files: dict[str, list[str]] = {}
    for source in manifest.sources:
        of_publisher = files.setdefault(formats.name(source.publisher), [])
        of_publisher.append(f"{formats.name(source.title, formats.LINE)} ({formats.name(source.vintage)})")
    official = ". ".join(f"{publisher}: {'; '.join(dict.fromkeys(names))}" for publisher, names in files.items())
    return [
        f"Prices and take-up. {'; '.join(prices)}." if prices else NO_SOURCE,
        f"Areas in target. {formats.name(policy.title)}: policy {formats.name(stamp.policy_id)} as on {stamp.day}, "
        f"which rests on {'; '.join(titles)}.",
        f"Official figures. {official}." if files else "",
        " ".join(attribution(subject.plan)),
        f"Made by Farebridge from county bundle {manifest.checksum[:12] or 'not saved'}. The plan's workbook holds "
        "every figure, its formula and the addresses of all sources.",
    ]
