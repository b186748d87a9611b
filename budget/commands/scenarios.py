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

from budget.planning import plan as planning
from budget.scenarios import scenario_file
from budget.store import results as store_results
from budget.store import scenario_zip
from budget.store.entries import Entry
from budget.store.library import Library, open_library
from budget.store.results import Results
from data import bundle
from data.command_line import DONE, NO_PLAN, check_folder, print_json, say, show, write_whole
from data.faults import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `scenarios`."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, (text, add, _) in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        add(action)
        action.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Do what is asked with the library. Raises InputError, also where another saved first (nothing is lost then)."""
    _, _, act = ACTIONS[arguments.action]
    with open_library() as library:
        return act(library, arguments)


def _which(action: argparse.ArgumentParser) -> None:
    action.add_argument("scenario", metavar="SCENARIO", help="its address or its name")


def _who(action: argparse.ArgumentParser) -> None:
    action.add_argument("--author", help="who does this (the name you are signed in with, if absent)")


def _which_version(action: argparse.ArgumentParser) -> None:
    _which(action)
    action.add_argument("--version", type=int, help="a version of it (the latest if absent)")


def _author(arguments: argparse.Namespace) -> str:
    if arguments.author is not None:
        return arguments.author
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise InputError("--author", ["is needed: this machine does not say who is signed in."]) from None


# -- list, show, history, audit --


def _add_list(action: argparse.ArgumentParser) -> None:
    action.add_argument("--deleted", action="store_true", help="those that were deleted; `restore` brings one back")


def _list(library: Library, arguments: argparse.Namespace) -> int:
    found = library.list(deleted=arguments.deleted)
    if arguments.json:
        print_json({"library": library.place, "scenarios": [_plain(entry) for entry in found]})
    else:
        say(f"{len(found):,} {'scenario' if len(found) == 1 else 'scenarios'} in {library.place}")
        show("\n".join(_line(entry, one_line(entry.name)) for entry in found))
    return DONE


def _show(library: Library, arguments: argparse.Namespace) -> int:
    saved = library.get(library.find(arguments.scenario).id, arguments.version)
    if arguments.json:
        results = saved.results.model_dump(mode="json") if saved.results else None
        print_json(_plain(saved) | {"results": results})
        return DONE
    say(_line(saved, one_line(saved.name)))
    if saved.note:
        say(f"Note: {one_line(saved.note)}")
    show(saved.text.rstrip("\n"))
    return DONE


def _history(library: Library, arguments: argparse.Namespace) -> int:
    found = library.history(library.find(arguments.scenario).id)
    if arguments.json:
        print_json({"versions": [_plain(entry) for entry in found]})
    else:
        show("\n".join(_line(entry, one_line(entry.note)) for entry in found))
    return DONE


def _add_audit(action: argparse.ArgumentParser) -> None:
    action.add_argument("scenario", metavar="SCENARIO", nargs="?", help="its address or its name (all if absent)")


def _audit(library: Library, arguments: argparse.Namespace) -> int:
    found = library.audit(None if arguments.scenario is None else library.find(arguments.scenario).id)
    if arguments.json:
        print_json({"actions": [_plain(action) for action in found]})
        return DONE
    for action in found:
        version = f" version {action.version}" if action.version else ""
        more = "".join(f"  {name}: {one_line(str(value))}" for name, value in (action.details or {}).items())
        show(
            f"{action.at:%Y-%m-%d %H:%M:%S %Z}  {one_line(action.who)} {action.action} {one_line(action.name)}"
            f" ({action.id}){version}{more}"
        )
    return DONE


# -- save, rename, duplicate, restore, delete --


def _add_save(action: argparse.ArgumentParser) -> None:
    action.add_argument("file", type=Path, metavar="FILE.toml", help="a scenario file")
    action.add_argument("--note", default="", help="what it is for")
    action.add_argument("--over", metavar="SCENARIO", help="save it as the next version of this one")
    action.add_argument("--expected-version", type=int, metavar="N", help="with --over: the version you began from")
    action.add_argument("--bundle", type=Path, help="a county bundle: plan with it and keep the results as well")
    _who(action)


def _save(library: Library, arguments: argparse.Namespace) -> int:
    if (arguments.over is None) != (arguments.expected_version is None):
        problem = "go together: say which scenario, and which version of it you began from, as `show` says it."
        raise InputError("--over and --expected-version", [problem])
    is_new = arguments.over is None
    scenario = (scenario_file.read_named if is_new else scenario_file.read)(arguments.file)
    results = None
    if arguments.bundle is not None:
        county = bundle.load(arguments.bundle)
        results = store_results.of(planning.make(county, scenario, datetime.date.today()))
    entry = library.save(
        scenario,
        author=_author(arguments),
        note=arguments.note,
        results=results,
        id=None if is_new else library.find(arguments.over).id,
        expected_version=arguments.expected_version,
    )
    _report(arguments, entry, "Saved")
    return _status(results)


def _status(results: Results | None) -> int:
    if results is None or results.status != "infeasible":
        return DONE
    say(results.proof)
    return NO_PLAN


def _add_rename(action: argparse.ArgumentParser) -> None:
    _which(action)
    action.add_argument("name", metavar="NAME", help="its new name")
    _who(action)


def _rename(library: Library, arguments: argparse.Namespace) -> int:
    entry = library.rename(library.find(arguments.scenario).id, arguments.name, author=_author(arguments))
    return _report(arguments, entry, "Renamed")


def _add_duplicate(action: argparse.ArgumentParser) -> None:
    _which_version(action)
    action.add_argument("--name", help="the name of the copy")
    _who(action)


def _duplicate(library: Library, arguments: argparse.Namespace) -> int:
    there = library.find(arguments.scenario)
    more = {"name": arguments.name, "version": arguments.version}
    return _report(arguments, library.duplicate(there.id, author=_author(arguments), **more), "Copied to")


def _add_restore(action: argparse.ArgumentParser) -> None:
    _which(action)
    action.add_argument("--version", type=int, required=True, help="the version to save once more")
    _who(action)


def _restore(library: Library, arguments: argparse.Namespace) -> int:
    id = library.find(arguments.scenario).id
    return _report(arguments, library.restore(id, arguments.version, author=_author(arguments)), "Restored")


def _add_delete(action: argparse.ArgumentParser) -> None:
    _which(action)
    _who(action)


def _delete(library: Library, arguments: argparse.Namespace) -> int:
    there = library.find(arguments.scenario)
    library.delete(there.id, author=_author(arguments))
    _report(arguments, there, "Deleted")
    say(f"`restore {there.id} --version {there.latest}` brings it back.")
    return DONE


# -- export, import --


def _add_export(action: argparse.ArgumentParser) -> None:
    _which_version(action)
    action.add_argument("--out", type=Path, required=True, metavar=f"FILE{scenario_zip.SUFFIX}", help="write it here")
    _who(action)


def _export(library: Library, arguments: argparse.Namespace) -> int:
    if arguments.out.suffix != ".zip" or arguments.out.is_dir():
        raise InputError("--out", [f"{arguments.out} is no name of a zip file. Name one that ends in .zip."])
    check_folder(arguments.out.parent, f"--out {arguments.out}")
    there = library.find(arguments.scenario)
    write_whole(arguments.out, library.export(there.id, author=_author(arguments), version=arguments.version))
    say(f"Wrote {arguments.out}.")
    return _report(arguments, library.get(there.id, arguments.version), "Exported")


def _add_import(action: argparse.ArgumentParser) -> None:
    action.add_argument("file", type=Path, metavar=f"FILE{scenario_zip.SUFFIX}", help="what `export` wrote")
    _who(action)


def _import(library: Library, arguments: argparse.Namespace) -> int:
    with arguments.file.open("rb") as file:
        content = file.read(scenario_zip.MOST_BYTES + 1)
    return _report(arguments, library.import_file(content, _author(arguments)), "Imported")


# -- what is printed --


def _report(arguments: argparse.Namespace, entry: Entry, what: str) -> int:
    if arguments.json:
        print_json(_plain(entry))
    else:
        show(f"{what} {one_line(entry.name)}, version {entry.version}, address {entry.id}")
    return DONE


def _line(entry: Entry, last: str) -> str:
    """Return a version as a line: address, version, when and by whom, what its plan comes to, and `last`."""
    totals = _totals(entry.summary)
    when = f"{entry.saved_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{entry.id}  v{entry.version:<3} {when}  {one_line(entry.author):<16} {totals:<44} {last}".rstrip()


def _totals(summary: Mapping | None) -> str:
    if summary is None:
        return "no results saved"
    if summary["status"] == "infeasible":
        return "no plan keeps every limit"
    return f"£{summary['spent_pence'] / 100:,.2f}, {summary['people']:,.2f} people, access {summary['access']:,.2f}"


def _plain(item: object) -> dict:
    """Return an entry or an action as JSON holds it: times in ISO 8601, the results apart."""
    values = {name: value for name, value in asdict(item).items() if name != "results"}
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in values.items()
    }


def one_line(text: str) -> str:
    """Return text for a terminal: one line, nothing in it that a terminal would obey.

    >>> one_line("two" + chr(10) + "lines" + chr(27) + "[2J")
    'two lines�[2J'
    """
    return "".join(letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text)


Add, Act = Callable[[argparse.ArgumentParser], None], Callable[[Library, argparse.Namespace], int]
ACTIONS: dict[str, tuple[str, Add, Act]] = {
    "list": ("the scenarios there are", _add_list, _list),
    "save": ("save a scenario file as a new scenario, or as the next version of one", _add_save, _save),
    "show": ("print one as a scenario file", _which_version, _show),
    "history": ("the versions of one", _which, _history),
    "audit": ("who did what to one, or to all", _add_audit, _audit),
    "rename": ("give one another name", _add_rename, _rename),
    "duplicate": ("save a copy of one", _add_duplicate, _duplicate),
    "restore": ("save an old version once more, as the latest", _add_restore, _restore),
    "delete": ("hide one from the list; its versions stay", _add_delete, _delete),
    "export": ("write one with its results as one file", _add_export, _export),
    "import": ("take in a file that `export` wrote", _add_import, _import),
}  # fmt: skip
