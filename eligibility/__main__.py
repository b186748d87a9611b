"""The command line of who qualifies, and why: `python -m eligibility policies`, `show`, `check` and `assess`."""

import argparse
import gc
import sys
from datetime import date
from typing import TYPE_CHECKING

from data.command_line import day, print_json, run
from data.command_line.parsing import CommandParser

if TYPE_CHECKING:
    from eligibility.rules.policy import Policy


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 2 the input is wrong."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = arguments[0] if arguments else ""
    gc.disable()  # modules stay: to look through them for garbage while they are imported takes a sixth of the time
    try:
        parsed = make_parser(command).parse_args(arguments)
        if command != "check":  # which is over before there is any garbage to speak of
            gc.enable()
        return run(parsed.command, parsed)
    finally:
        gc.enable()


OUT_OF_DATE = "out of date: not for decisions"


def make_parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser of all commands; of `check` alone where that is the `command`, which starts sooner."""
    from eligibility.commands import check

    parser = CommandParser(prog="python -m eligibility", description="Who qualifies, and why.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    policies = commands.add_parser("policies", help="list the policies that come with Farebridge")
    policies.add_argument("--json", action="store_true", help="print one JSON object")
    policies.set_defaults(command=_policies)
    show = commands.add_parser("show", help="read one policy as prose")
    show.add_argument("policy", metavar="ID", help="the id of a policy, or the path of a policy file (.toml)")
    show.add_argument("--on", type=day, metavar="DATE", help="the day, as 2026-09-01; today unless given")
    show.set_defaults(command=_show)
    check.register(commands)
    if command != "check":
        from eligibility.commands import assess  # here: workbooks and letters take time to start

        assess.register(commands)
    return parser


def _policies(arguments: argparse.Namespace) -> None:
    from eligibility.rules import library

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


def _summary(policy: "Policy") -> dict:
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
    from eligibility.deciding import wording
    from eligibility.rules import library

    policy = library.find(arguments.policy)
    day = arguments.on or date.today()
    if policy.terms.is_out_of_date(day):
        print(f"{OUT_OF_DATE[0].upper()}{OUT_OF_DATE[1:]} on {day}.")
    print("\n".join(wording.prose(policy, policy.on(day))))


if __name__ == "__main__":
    sys.exit(main())
