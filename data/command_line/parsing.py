"""Read a command's arguments; what is wrong with them is told in a sentence first, then where to read more."""

import argparse
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

REQUIRED = "the following arguments are required: "
CHOICE = re.compile(r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)")


class CommandParser(argparse.ArgumentParser):
    """A parser of a command line, and of each command of it."""

    elsewhere: Mapping[str, str] = {}  # options that somebody may look for here: where what they ask for is said

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read arguments as argparse does; a command refuses at once what it does not know."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown and self._subparsers is None:
            self._refuse([self._not_known(unknown)])
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and end with status 2; `message` is argparse's."""
        if message.startswith(REQUIRED):
            self._refuse([self._missing(name) for name in message.removeprefix(REQUIRED).split(", ")])
        if found := CHOICE.fullmatch(message):
            self._refuse([f"{found[2]} cannot be {found[1]}. Write one of: {found[3].replace(chr(39), '')}."])
        self._refuse([f"{message.removeprefix('argument ').removesuffix('.')}."])

    def _refuse(self, problems: Sequence[str]) -> NoReturn:
        more = f"`{self.prog} --help` explains every argument; docs/commands.md has all commands."
        self.exit(2, "\n".join([*(f"{self.prog}: {problem}" for problem in problems), more]) + "\n")

    def _missing(self, name: str) -> str:
        """Say that an argument is missing, and what it is."""
        named = (each for each in self._actions if name in (*each.option_strings, each.metavar, each.dest))
        action = next(named, None)
        if isinstance(action, argparse._SubParsersAction):
            return f"a command is missing. Write one of: {', '.join(action.choices)}."
        if action is None or not action.help:
            return f"{name} is missing."
        written = f"{name} {action.metavar}" if action.option_strings and action.metavar else name
        return f"{written} is missing: {action.help.removesuffix('.')}."

    def _not_known(self, words: Sequence[str]) -> str:
        """Say that words are not known, with what may be meant, or where what they ask for is said."""
        options = [option for action in self._actions for option in action.option_strings]
        told = [f"{' '.join(words)} is not known here."]
        for option in (word.partition("=")[0] for word in words if word.startswith("-")):
            near = difflib.get_close_matches(option, options, 1)
            told += [self.elsewhere[option]] if option in self.elsewhere else [f"Did you mean {n}?" for n in near]
        return " ".join(told)
