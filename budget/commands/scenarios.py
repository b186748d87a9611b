"""`python -m budget scenarios`: the library of scenarios, saved with versions, results and who did what.

SCENARIO is an address, as `list` shows it, or a name. The library is the user's own file, or the database that
DATABASE_URL names.
"""

import argparse
import datetime
import getpass
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from budget.commands.shared import add_shared
from budget.planning import plan as planning
from budget.scenarios import scenario_file
from budget.store import results as store_results
from budget.store import scenario_zip
from budget.store.entries import Action, VersionEntry
from budget.store.library import Library, open_library
from data import bundle
from data.command_line import DONE, NO_PLAN, check_output, print_json, print_result, say, show, write_output
from data.faults import InputError
from data.wording import counted, exact_pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `scenarios`, each with its options."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, (text, options, _) in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        for option, description in options:
            action.add_argument(option, **description)
        add_shared(action, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Run one action on the library. Raises InputError, also where another person saved first; nothing is lost then."""
    _, _, act = ACTIONS[arguments.action]
    with open_library() as library:
        return act(library, arguments)


def _author(arguments: argparse.Namespace) -> str:
    if arguments.author is not None:
        return arguments.author
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise InputError("--author", ["is needed: this machine does not say who is signed in."]) from None


# -- list, show, history, audit --


def _list(library: Library, arguments: argparse.Namespace) -> int:
    entries = library.list(deleted=arguments.deleted)
    if arguments.json:
        print_json({"library": library.place, "scenarios": [_json_values(entry) for entry in entries]})
    else:
        say(f"{counted(len(entries), 'scenario')} in {library.place}")
        show("\n".join(_line(entry, one_line(entry.name)) for entry in entries))
    return DONE


def _show(library: Library, arguments: argparse.Namespace) -> int:
    saved = library.get(library.find(arguments.scenario).id, arguments.version)
    if arguments.json:
        results = saved.results.model_dump(mode="json") if saved.results else None
        print_json(_json_values(saved) | {"results": results})
        return DONE
    say(_line(saved, one_line(saved.name)))
    if saved.note:
        say(f"Note: {one_line(saved.note)}")
    show(saved.text.rstrip("\n"))
    return DONE


def _history(library: Library, arguments: argparse.Namespace) -> int:
    entries = library.history(library.find(arguments.scenario).id)
    print_result(
        arguments.json,
        lambda: {"versions": [_json_values(entry) for entry in entries]},
        lambda: "\n".join(_line(entry, one_line(entry.note)) for entry in entries),
    )
    return DONE


def _audit(library: Library, arguments: argparse.Namespace) -> int:
    actions = library.audit(None if arguments.scenario is None else library.find(arguments.scenario).id)
    if arguments.json:
        print_json({"actions": [_json_values(action) for action in actions]})
        return DONE
    for action in actions:
        version = f" version {action.version}" if action.version else ""
        more = "".join(f"  {name}: {one_line(str(value))}" for name, value in (action.details or {}).items())
        show(
            f"{action.at:%Y-%m-%d %H:%M:%S %Z}  {one_line(action.who)} {action.action} {one_line(action.name)}"
            f" ({action.id}){version}{more}"
        )
    return DONE


# -- save, rename, duplicate, restore, delete --


def _save(library: Library, arguments: argparse.Namespace) -> int:
    if (arguments.over is None) != (arguments.expected_version is None):
        problem = "go together: say which scenario, and which version of it you began from, as `show` says it."
        raise InputError("--over and --expected-version", [problem])
    is_new, results = arguments.over is None, None
    scenario = (scenario_file.read_named if is_new else scenario_file.read)(arguments.file)
    if arguments.bundle is not None:
        county = bundle.load(arguments.bundle)
        results = store_results.results_of(planning.make(county, scenario, datetime.date.today()))
    entry = library.save(
        scenario,
        author=_author(arguments),
        note=arguments.note,
        results=results,
        id=None if is_new else library.find(arguments.over).id,
        expected_version=arguments.expected_version,
    )
    _report(arguments, entry, "Saved")
    if results is None or results.status != "infeasible":
        return DONE
    say(results.proof)
    return NO_PLAN


def _rename(library: Library, arguments: argparse.Namespace) -> int:
    entry = library.rename(library.find(arguments.scenario).id, arguments.name, author=_author(arguments))
    return _report(arguments, entry, "Renamed")


def _duplicate(library: Library, arguments: argparse.Namespace) -> int:
    id, author = library.find(arguments.scenario).id, _author(arguments)
    entry = library.duplicate(id, author=author, name=arguments.name, version=arguments.version)
    return _report(arguments, entry, "Copied to")


def _restore(library: Library, arguments: argparse.Namespace) -> int:
    id = library.find(arguments.scenario).id
    return _report(arguments, library.restore(id, arguments.version, author=_author(arguments)), "Restored")


def _delete(library: Library, arguments: argparse.Namespace) -> int:
    entry = library.find(arguments.scenario)
    library.delete(entry.id, author=_author(arguments))
    _report(arguments, entry, "Deleted")
    say(f"`restore {entry.id} --version {entry.latest}` brings it back.")
    return DONE


# -- export, import --


def _export(library: Library, arguments: argparse.Namespace) -> int:
    check_output(arguments.out, ".zip", "An exported scenario is a zip file.")
    id = library.find(arguments.scenario).id
    write_output(arguments.out, library.export(id, author=_author(arguments), version=arguments.version))
    return _report(arguments, library.get(id, arguments.version), "Exported")


def _import(library: Library, arguments: argparse.Namespace) -> int:
    with arguments.file.open("rb") as file:
        content = file.read(scenario_zip.MOST_BYTES + 1)
    return _report(arguments, library.import_file(content, _author(arguments)), "Imported")


# -- printing --


def _report(arguments: argparse.Namespace, entry: VersionEntry, done: str) -> int:
    print_result(
        arguments.json,
        lambda: _json_values(entry),
        lambda: f"{done} {one_line(entry.name)}, version {entry.version}, address {entry.id}",
    )
    return DONE


def _line(entry: VersionEntry, last: str) -> str:
    """Return a version as a line: address, version, when and by whom, the totals of its plan, and `last`."""
    totals = _totals(entry.summary)
    when = f"{entry.saved_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{entry.id}  v{entry.version:<3} {when}  {one_line(entry.author):<16} {totals:<44} {last}".rstrip()


def _totals(summary: Mapping | None) -> str:
    if summary is None:
        return "no results saved"
    if summary["status"] == "infeasible":
        return "no plan keeps every limit"
    spent = exact_pounds(summary["spent_pence"])
    reach = summary.get("within_reach")  # not known of results that an earlier version saved
    return f"{spent}, {summary['people']:,.2f} people" + ("" if reach is None else f", {reach:,.2f} within reach")


def _json_values(item: VersionEntry | Action) -> dict:
    """Return an entry or an action as JSON holds it: times in ISO 8601, without the results."""
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in asdict(item).items()
        if name != "results"
    }


def one_line(text: str) -> str:
    """Return text on one line without control characters, which a terminal would obey.

    >>> one_line("two" + chr(10) + "lines" + chr(27) + "[2J")
    'two lines�[2J'
    """
    return "".join(letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text)


Act = Callable[[Library, argparse.Namespace], int]
Option = tuple[str, dict[str, Any]]
SCENARIO: Option = ("scenario", {"metavar": "SCENARIO", "help": "its address or its name"})
VERSION: Option = ("--version", {"type": int, "help": "a version of it (the latest if absent)"})
AUTHOR: Option = ("--author", {"help": "who does this (the name you are signed in with, if absent)"})
ZIP = f"FILE{scenario_zip.SUFFIX}"
OUT: Option = ("--out", {"type": Path, "required": True, "metavar": ZIP, "help": "write it here"})
SAVE: list[Option] = [
    ("file", {"type": Path, "metavar": "FILE.toml", "help": "a scenario file"}),
    ("--note", {"default": "", "help": "what it is for"}),
    ("--over", {"metavar": "SCENARIO", "help": "save it as the next version of this one"}),
    ("--expected-version", {"type": int, "metavar": "N", "help": "with --over: the version you began from"}),
    ("--bundle", {"type": Path, "help": "a county bundle: plan with it and save the results as well"}),
    AUTHOR,
]
ACTIONS: dict[str, tuple[str, list[Option], Act]] = {
    "list": (
        "list the scenarios",
        [("--deleted", {"action": "store_true", "help": "list the deleted scenarios; `restore` brings one back"})],
        _list,
    ),
    "save": ("save a scenario file as a new scenario, or as the next version of a scenario", SAVE, _save),
    "show": ("print a scenario as a scenario file", [SCENARIO, VERSION], _show),
    "history": ("list the versions of a scenario", [SCENARIO], _history),
    "audit": (
        "list who did what to a scenario, or to all of them",
        [("scenario", {"metavar": "SCENARIO", "nargs": "?", "help": "its address or its name (all if absent)"})],
        _audit,
    ),
    "rename": (
        "give a scenario another name",
        [SCENARIO, ("name", {"metavar": "NAME", "help": "its new name"}), AUTHOR],
        _rename,
    ),
    "duplicate": (
        "save a copy of a scenario",
        [SCENARIO, VERSION, ("--name", {"help": "the name of the copy"}), AUTHOR],
        _duplicate,
    ),
    "restore": (
        "save an old version once more, as the latest",
        [SCENARIO, ("--version", {"type": int, "required": True, "help": "the version to save once more"}), AUTHOR],
        _restore,
    ),
    "delete": ("hide a scenario from the list; its versions stay", [SCENARIO, AUTHOR], _delete),
    "export": ("write a scenario with its results as one file", [SCENARIO, VERSION, OUT, AUTHOR], _export),
    "import": (
        "save a file that `export` wrote as a new scenario",
        [("file", {"type": Path, "metavar": ZIP, "help": "a file that `export` wrote"}), AUTHOR],
        _import,
    ),
}
