"""The command line of who qualifies, and why: `python -m eligibility policies`, `show`, `check` and `assess`."""

import argparse
import sys
from datetime import date

from data.command_line import print_json, run
from eligibility.commands import assess, check
from eligibility.deciding import wording
from eligibility.rules import library
from eligibility.rules.policy import Policy


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 2 the input is wrong."""
    parsed = make_parser().parse_args(arguments)
    return run(parsed.command, parsed)


OUT_OF_DATE = "out of date: not for decisions"


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m eligibility", description="Who qualifies, and why.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    policies = commands.add_parser("policies", help="list the policies that come with Farebridge")
    policies.add_argument("--json", action="store_true", help="print one JSON object")
    policies.set_defaults(command=_policies)
    show = commands.add_parser("show", help="read one policy as prose")
    show.add_argument("policy", metavar="ID", help="the id of a policy, or the path of a policy file (.toml)")
    show.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="the day, as 2026-09-01; today unless given"
    )
    show.set_defaults(command=_show)
    check.register(commands)
    assess.register(commands)
    return parser


def _policies(arguments: argparse.Namespace) -> None:
    policies = library.shipped()
    if arguments.json:
        print_json({"policies": [_summary(policy) for policy in policies]})
        return
    for policy in policies:
        print(f"{policy.id}: {policy.title} ({policy.kind}, {policy.year})")
        if policy.terms.is_out_of_date(date.today()):
            print(f"  {OUT_OF_DATE}")
        print(f"  result: {policy.result}; reported with it: {', '.join(policy.parts) or 'nothing'}")
        for gap in policy.terms.not_seen:
            print(f"  not seen: {gap}")
        if policy.check_before_use:
            print(f"  check before use: {policy.check_before_use.strip()}")


def _summary(policy: Policy) -> dict:
    return {
        "id": policy.id,
        "title": policy.title,
        "kind": policy.kind,
        "year": policy.year,
        "out_of_date": policy.terms.is_out_of_date(date.today()),
        "covers": [day.isoformat() for day in policy.terms.covers or ()],
        "not_seen": list(policy.terms.not_seen),
        "sources": [source.url for source in policy.sources.values()],
        "result": policy.result,
        "parts": list(policy.parts),
        "check_before_use": policy.check_before_use.strip(),
        "sha256": policy.sha256,
    }


def _show(arguments: argparse.Namespace) -> None:
    policy = library.find(arguments.policy)
    day = arguments.on or date.today()
    if policy.terms.is_out_of_date(day):
        print(f"{OUT_OF_DATE[0].upper()}{OUT_OF_DATE[1:]} on {day}.")
    print("\n".join(wording.prose(policy, policy.on(day))))


if __name__ == "__main__":
    sys.exit(main())
