"""Every command and option of the three command lines has help and stands in docs/commands.md."""

import argparse
import re
from collections.abc import Iterator

import pytest

from budget import __main__ as budget_command
from budget.__main__ import make_parser as budget_parser
from data.__main__ import make_parser as data_parser
from eligibility.__main__ import make_parser as eligibility_parser
from tests import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
PARSERS = {"data": data_parser, "eligibility": eligibility_parser, "budget": budget_parser}


def commands_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser, str | None]]:
    """Yield each command of a parser that takes arguments: its words, its parser and its line of help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, command in action.choices.items():
                inner = list(commands_of(command))
                yield command.prog, command, helps.get(name)
                yield from inner


def arguments_of(command: argparse.ArgumentParser) -> list[argparse.Action]:
    skipped = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in command._actions if not isinstance(action, skipped)]


def written(action: argparse.Action) -> str:
    """Return an argument as the page names it: its option, or its metavar where it has a place of its own."""
    return action.option_strings[-1] if action.option_strings else str(action.metavar or action.dest)


def tables() -> dict[str, list[str]]:
    """Return the first cells of the table of each command on the page."""
    parts = re.split(r"^#+ `(python -m [^`]+)`$", PAGE, flags=re.MULTILINE)
    return {
        command: re.findall(r"^\| `([^` ]+)[^`]*` \|", text, flags=re.MULTILINE)
        for command, text in zip(parts[1::2], parts[2::2], strict=True)
    }


ALL = {prog: (command, line) for make in PARSERS.values() for prog, command, line in commands_of(make())}


def test_the_page_has_every_command_and_no_other():
    assert sorted(tables()) == sorted(ALL)


@pytest.mark.parametrize("prog", ALL)
def test_the_page_has_every_argument_of_a_command_and_no_other(prog):
    assert sorted(tables().get(prog, [])) == sorted(written(action) for action in arguments_of(ALL[prog][0]))


@pytest.mark.parametrize("prog", ALL)
def test_a_command_and_each_of_its_arguments_has_help(prog):
    command, line = ALL[prog]
    assert line
    assert [written(action) for action in arguments_of(command) if not action.help] == []


def test_limits_given_to_plan_are_answered_with_where_they_go(capsys):
    with pytest.raises(SystemExit) as left:
        budget_command.main(["plan", "--limits", "limits.toml"])
    assert left.value.code == 2 and "give that with --scenario" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["data", "journeys", "x", "--timetables", "y", "--on", "2026-09-15"], "--to PARQUET is missing: the matrix"),
        (["budget", "plan", "--limits", "x.toml"], "are written in its scenario file: give that with --scenario."),
        (["budget", "plan", "--bugdet", "3"], "--bugdet 3 is not known here. Did you mean --budget?"),
        (["budget", "plann"], "'plann' cannot be command. Write one of: plan, allocate,"),
        (["data"], "a command is missing. Write one of: build, files,"),
        (
            ["eligibility", "assess", "a.csv", "--policy", "p", "--out", "d.xlsx", "--on", "1/9"],
            "is not a day. Write it as",
        ),
    ],
)
def test_a_slip_on_the_command_line_is_told_first_and_then_where_to_read_more(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        PARSERS[words[0]]().parse_args(words[1:])
    first, *_, last = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2 and told in first
    assert last.endswith("--help` explains every argument; docs/commands.md has all commands.")
