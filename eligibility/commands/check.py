"""`python -m eligibility check`: one person from `name=value` pairs, decided and explained. Nothing is kept."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data import bundle, example
from data.command_line import day, print_json, say, show, write_whole
from data.faults import Fault, InputError
from data.wording import exact_pounds, long_date
from eligibility.deciding import schemes, wording
from eligibility.deciding.contribution import Contribution
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.deciding.one_person import check, entitlement_rules
from eligibility.deciding.schemes import OTHER_HELP, SchemeAnswer, check_all
from eligibility.letters.fields import FIELDS, checked_fields

HELP = "check one person; a value is not stored, and appears in nothing but the answer"


def add_arguments(parser: argparse.ArgumentParser, *, needs_policy: bool = True) -> None:
    """Add what both commands about people take: the policy, the day of its rules, that of the decision, the bundle."""
    words = "the id of a policy, or a policy file (.toml)"
    parser.add_argument("--policy", required=needs_policy, metavar="ID", help=words)
    parser.add_argument(
        "--on",
        type=day,
        metavar="DATE",
        help="the day whose rules are applied, as 2026-09-01; today unless given",
    )
    parser.add_argument(
        "--decided-on",
        type=day,
        metavar="DATE",
        help="the day of the decision, from which the days of an appeal are counted; today unless given",
    )
    parser.add_argument("--bundle", metavar="BUNDLE", help="the county; the made-up example unless given")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def register(commands: argparse._SubParsersAction) -> None:
    """Add `check` to the command line."""
    parser = commands.add_parser("check", help=HELP, description=HELP)
    add_arguments(parser, needs_policy=False)
    parser.add_argument(
        "--all",
        action="store_true",
        help="by every scheme that covers the home: the council's (that of --policy, else of the home's district), the "
        "plans of 16 to 25, the 16 to 19 Bursary Fund and the duties to care leavers",
    )
    parser.add_argument(
        "--fact",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help='as date_of_birth=31/01/2008 postcode="XM1 1AA" destination="Harrowmere College" uc_award=yes',
    )
    parser.add_argument(
        "--letter", metavar="FILE.docx", help="write the decision as a letter (Word) that can be edited"
    )
    add_letter_fields(parser)
    parser.set_defaults(command=check_command)


def add_letter_fields(parser: argparse.ArgumentParser) -> None:
    """Add what the council fills in on its letters."""
    names = ", ".join(FIELDS)
    parser.add_argument(
        "--letter-field",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME=TEXT",
        help=f"what stands in a field of the letters in place of its mark; names: {names}",
    )


def check_command(arguments: argparse.Namespace) -> None:
    """Decide about one person and say why."""
    if arguments.all:
        check_all_command(arguments)
        return
    if not arguments.policy:
        raise InputError("--policy", ["is not given. Name one, or ask for every scheme with --all."])
    rules = entitlement_rules(arguments.policy, arguments.on or date.today())
    decided_on = arguments.decided_on or date.today()
    out = Path(arguments.letter) if arguments.letter else None
    if out and out.suffix.lower() != ".docx":
        raise InputError("--letter", ["must end in .docx."])
    fields = checked_fields(pairs(arguments.letter_field, "--letter-field"))
    county = bundle.load(Path(arguments.bundle) if arguments.bundle else example.FOLDER)
    given = pairs(arguments.fact, "--fact")
    decision, notes = check(given, rules, county, decided_on=decided_on)
    for note in notes:
        say(note)
    if out:
        from eligibility.letters.letters import letter  # here: Word documents take time to start, and few ask for one
        from eligibility.letters.text import Recipient

        to = Recipient(given.get("person_id", ""), given.get("name", ""), notes)
        write_whole(out, letter(decision, rules, to, fields))
        say(f"Wrote {out.name}.")
    if arguments.json:
        print_json(as_json(decision))
    else:
        show("\n".join(in_words(decision)))


def check_all_command(arguments: argparse.Namespace) -> None:
    """Decide about one person by every scheme that covers the home, and answer once."""
    if arguments.letter:
        raise InputError("--letter", ["is about one scheme. Leave --all away, and name the policy."])
    county = bundle.load(Path(arguments.bundle) if arguments.bundle else example.FOLDER)
    given, today = pairs(arguments.fact, "--fact"), date.today()
    days = {"on": arguments.on or today, "decided_on": arguments.decided_on or today}
    answers = check_all(given, county, policy=arguments.policy or "", **days)
    for note in dict.fromkeys(note for answer in answers if answer.decision for note in answer.notes):
        say(note)
    if arguments.json:
        decided = [(each, as_json(each.decision) if each.decision else {"outcome": None}) for each in answers]
        print_json(
            {
                "schemes": [
                    {"policy": a.policy, "title": a.title, **found, "check": list(a.notes)} for a, found in decided
                ]
            }
        )
    else:
        show("\n".join(line for answer in answers for line in scheme_lines(answer)))


def scheme_lines(answer: SchemeAnswer) -> list[str]:
    """Return what one scheme says in some lines: the outcome, why, what would settle it, the charge, what it gives."""
    outcome, parts = schemes.in_words(answer)
    titled = f"{answer.title} ({answer.policy})" if answer.decision else answer.title
    return [titled, f"  {outcome}", *(f"  {title}: {text}" for title, text in parts), ""]


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """Return `name=value` pairs by name; raises InputError for what is none and for a name given twice.

    In a locale without our letters Python has the bytes of a letter in place of it: they are UTF-8.
    """
    faults, found = [], {}
    for number, pair in enumerate(given, start=1):
        text = pair.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            faults.append(Fault(f"{option}, number {number}", "is not of the form name=value."))
        elif name.strip() in found:
            faults.append(Fault(f"{option} {name.strip()}", "is given twice."))
        found[name.strip()] = value
    if faults:
        raise InputError("the command", faults)
    return found


def as_json(decision: Decision) -> dict:
    """Return a decision as plain values."""
    charge, stamp = decision.contribution, decision.stamp
    low, high = (charge.low_pence, charge.high_pence) if charge else (None, None)
    return {
        "outcome": decision.outcome,
        "subject_to": [fact.name for fact in decision.subject_to],
        "decisive": [step.criterion for step in decision.decisive],
        "needed": [fact.name for fact in decision.needed],
        "contribution_pence": low if low == high else None,
        "contribution": charge
        and {
            "label": charge.label,
            "low_pence": charge.low_pence,
            "high_pence": charge.high_pence,
            "text": charge.text,
            "steps": [_step(step) for step in wording.charge_steps(charge)],
            "sources": list(charge.sources),
        },
        "steps": [_step(step) for step in wording.top_down(decision.explanation.steps)],
        "stamp": {
            "policy": stamp.policy_id,
            "day": str(stamp.day),
            "sha256": stamp.sha256,
            "facts_sha256": stamp.facts_sha256,
            "council_values": dict(stamp.council_values),
            "measured": list(stamp.measured),
        },
        "decided_on": str(decision.decided_on),
        "refer_reasons": list(decision.refer_reasons),
        "evidence": [{"fact": fact.name, "label": fact.label, "evidence": fact.evidence} for fact in decision.needed],
        "contribution_needed": [fact.name for fact in decision.contribution_needed],
        "may_provide": [term.text for term in decision.may_provide],
        "exceptional_circumstances": decision.exceptional_circumstances,
        "appeal": [{"stage": a.stage, "text": a.text, "by": a.by and str(a.by)} for a in decision.appeal],
        "notes": list(decision.notes),
    }


def _step(step: Step) -> dict:
    seen, wanted = wording.seen_and_required(step)
    return {
        "criterion": step.criterion,
        "label": step.label,
        "observed": seen,
        "required": wanted,
        "verdict": step.verdict.name.lower(),
        "decisive": step.decisive,
        "doubt": wording.DOUBTS.get(step.doubt, ""),
        "ended": step.ended and str(step.ended),
        "source": str(step.source) if step.source else "",
        "address": step.source.address if step.source else "",
    }


def in_words(decision: Decision) -> list[str]:
    """Return a decision as lines for a person."""
    charge = decision.contribution
    only_charge = [fact for fact in decision.contribution_needed if fact not in decision.needed]
    needed, for_charge = ([f"{f.label}: {f.evidence}" for f in facts] for facts in (decision.needed, only_charge))
    help_title = OTHER_HELP if decision.is_excluded else "What may be provided"
    parts = [
        ("Outcome", [f"{decision.outcome} (decided on {long_date(decision.decided_on)})"]),
        ("Subject to sight of", [f"{fact.label}: {fact.evidence}" for fact in decision.subject_to]),
        ("Why an officer", decision.refer_reasons),
        ("Reasons", [line for line in wording.lines(decision.explanation) if not line.startswith("Still needed")]),
        ("Evidence that could still change the outcome", needed),
        ("Evidence that could still change the contribution", for_charge),
        ("Contribution", _charge_in_words(charge) if charge else []),
        (help_title, [term.text for term in decision.may_provide]),
        ("How it was measured", [str(measured) for measured in decision.measurement]),
        ("Exceptional circumstances", [decision.exceptional_circumstances]),
        ("Appeal", [f"{a.stage}: {a.text}{f' By {long_date(a.by)}.' if a.by else ''}" for a in decision.appeal]),
        ("Note", decision.notes),
    ]
    return [
        line for title, lines in parts if any(lines) for line in (title, *(f"  {text}" for text in lines if text), "")
    ]


def _charge_in_words(charge: Contribution) -> list[str]:
    steps = wording.relevant_steps(wording.charge_steps(charge))
    return [
        f"{_amount(charge.low_pence, charge.high_pence)}: {charge.text}",
        *(f"{'  ' * step.depth}{wording.step_line(step)}" for step in steps),
    ]


def _amount(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return exact_pounds(low) if low == high else f"{exact_pounds(low)} to {exact_pounds(high)}"
    if low is None and high is None:
        return "not known"
    return f"{'nothing' if low is None else exact_pounds(low)} or more, the most is not known"
