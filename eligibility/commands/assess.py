"""`python -m eligibility assess`: decide about a file of applications and write a workbook. Nothing else is written.

Messages name rows, columns and facts, never a value: what an applicant wrote stays in the file and in the workbook.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from data import bundle, example
from data.command_line import print_json, say, write_whole
from data.faults import InputError
from data.opening.files import content_of
from data.wording import counted
from eligibility.applicants import headings, presets
from eligibility.applicants.applicant_file import RawTable, read_file
from eligibility.applicants.offers import OFFERS, questions
from eligibility.commands.check import add_arguments, add_letter_fields, pairs
from eligibility.deciding.decide import OUTCOMES
from eligibility.deciding.one_person import entitlement_rules
from eligibility.deciding.sight import SUBJECT_TO
from eligibility.letters.fields import checked_fields
from eligibility.letters.letters import letters_document, letters_zip
from eligibility.runs import rounds
from eligibility.runs.applications import Run, assess_file, check_mapping
from eligibility.runs.decisions_file import read_last_round
from eligibility.runs.decisions_workbook import to_bytes
from eligibility.runs.last_round import LastRound
from eligibility.runs.lines import SINCE_TITLES, mapping_lines, rules_used, since_lines

HELP = "decide about every row of a file; rows that cannot be read are in the workbook's error report"
ERRORS_NAMED = 5  # rows named on the screen; the workbook names them all


def register(commands: argparse._SubParsersAction) -> None:
    """Add `assess` to the command line."""
    parser = commands.add_parser("assess", help=HELP, description=HELP)
    parser.add_argument(
        "applicants", metavar="APPLICANTS", help="a CSV file, a workbook or a saved web page, one row an applicant"
    )
    add_arguments(parser)
    parser.add_argument("--out", required=True, metavar="DECISIONS.xlsx", help="the workbook to write")
    parser.add_argument(
        "--map",
        action="extend",
        nargs="+",
        default=[],
        metavar="HEADING=FACT",
        help='what a column is: "Family income=taxable_income per month"; "Notes=" is not read',
    )
    parser.add_argument(
        "--preset",
        metavar="ID",
        help=f"headings and codes of a system's export: {', '.join(presets.shipped())}, or a file that was saved",
    )
    parser.add_argument(
        "--save-preset", metavar="PRESET.toml", help="save how the columns are read, for the next file of this kind"
    )
    parser.add_argument(
        "--yes",
        action="extend",
        nargs="+",
        default=[],
        choices=list(OFFERS),
        metavar="WHAT",
        help="; ".join(f"{kind}: {what[0].lower()}{what[1:]}" for kind, what in OFFERS.items()),
    )
    parser.add_argument(
        "--letters",
        metavar="LETTERS.zip",
        help="write a letter (Word) a person: .zip for a file each, .docx for one document with a page break between",
    )
    add_letter_fields(parser)
    parser.add_argument(
        "--since",
        metavar="LAST.xlsx",
        help="last round's decisions, with what officers filled in: says who changed and why, and keeps what was sent",
    )
    parser.add_argument(
        "--renewal",
        action="store_true",
        help="the last round was for another year: evidence that still holds is taken over, and no decision",
    )
    parser.set_defaults(command=assess_command)


def assess_command(arguments: argparse.Namespace) -> int | None:
    """Assess a file, write the workbook and print the counts."""
    rules = entitlement_rules(arguments.policy, arguments.on or date.today())
    decided_on = arguments.decided_on or date.today()
    out = Path(arguments.out)
    if out.suffix.lower() != ".xlsx":
        raise InputError("--out", ["must end in .xlsx."])
    letters_out, fields = _letters(arguments)
    last = _last_round(arguments, out)
    county = bundle.load(Path(arguments.bundle) if arguments.bundle else example.FOLDER)
    raw = replace(read_file(arguments.applicants, headings.score), accepted=frozenset(arguments.yes))
    mapping = headings.propose(raw.headings, rules)
    fitting = [] if arguments.preset else presets.fitting(mapping)[:1]
    mapping = presets.applied(presets.find(arguments.preset), mapping) if arguments.preset else mapping
    mapping = mapping.by_hand(pairs(arguments.map, "--map"))
    check_mapping(mapping)
    for line in (*mapping_lines(mapping), *_offers(raw), *map(_fits, fitting)):
        say(line)
    if arguments.save_preset:
        write_whole(Path(arguments.save_preset), presets.saved(mapping, Path(arguments.save_preset).stem).encode())
    run = assess_file(
        raw, mapping, rules, county, decided_on=decided_on, progress=lambda stage: say(f"… {stage}"), last=last
    )
    for line in run.how_read:
        say(line)
    if run.people.empty:
        raise InputError(
            Path(arguments.applicants).name,
            ["has no row that can be read. Nothing was written.", *_first_errors(run)],
        )
    say("… writing the workbook")
    write_whole(out, to_bytes(run, county))
    if letters_out:
        write_letters(run, letters_out, fields)
    _report(run, out, arguments.json)
    return None


def _last_round(arguments: argparse.Namespace, out: Path) -> LastRound | None:
    if not arguments.since:
        if arguments.renewal:
            raise InputError("--renewal", ["is about last round's decisions. Give them with --since LAST.xlsx."])
        return None
    since = Path(arguments.since)
    if since.resolve() == out.resolve():
        raise InputError("--out", ["is last round's file, which is kept as it is. Give another name."])
    return read_last_round(content_of(since), since.name, is_renewal=arguments.renewal)


def _letters(arguments: argparse.Namespace) -> tuple[Path | None, Mapping[str, str]]:
    fields = checked_fields(pairs(arguments.letter_field, "--letter-field"))
    out = Path(arguments.letters) if arguments.letters else None
    if out and out.suffix.lower() not in (".zip", ".docx"):
        raise InputError("--letters", ["must end in .zip (a file a person) or .docx (one document)."])
    return out, fields


def write_letters(run: Run, out: Path, fields: Mapping[str, str]) -> None:
    """Write the letters of a run to a zip or to one document, by the ending of `out`."""
    make = letters_zip if out.suffix.lower() == ".zip" else letters_document
    say(f"… writing {len(run.people):,} letters")
    not_made: list[str] = []
    write_whole(out, make(run, fields, not_made=not_made))
    for line in not_made:
        say(line)
    say(f"Wrote {out.name}.")


def _offers(raw: RawTable) -> list[str]:
    return [
        f"{question} {'You said yes to it.' if kind in raw.accepted else f'{OFFERS[kind]}: --yes {kind}.'}"
        for kind, question in questions(raw).items()
    ]


def _fits(preset: presets.Preset) -> str:
    return f"The headings look like an export of {preset.title}: --preset {preset.id} knows more of its columns."


def _first_errors(run: Run) -> list[str]:
    rows = run.errors.head(ERRORS_NAMED)
    return [f"row {e.row}{f', {e.column}' if e.column else ''}: {e.problem}" for e in rows.itertuples()]


def counts(run: Run) -> dict:
    """Return where every row went, as plain values; the outcomes are those that stand."""
    stands = rounds.standing(run)
    return {
        "rows": run.rows_in,
        "decided": len(run.people),
        "rows_with_errors": run.rows_with_errors,
        "errors": len(run.errors),
        "outcomes": {name: int((stands["outcome"] == name).sum()) for name in OUTCOMES},
        "subject_to_sight": int(stands["in_words"].str.startswith(SUBJECT_TO).sum()),
        "possible_duplicates": int(run.duplicates["row"].nunique()),
        **rounds.counts(run, stands),
    }


def _report(run: Run, out: Path, as_json: bool) -> None:
    found = counts(run)
    outcomes = ", ".join(f"{count:,} {name}" for name, count in found["outcomes"].items())
    errors = f"{found['rows_with_errors']:,} in the error report"
    say(f"{counted(found['rows'], 'row')}: {found['decided']:,} decided, {errors}.")
    for line in rules_used(run) if len(run.groups) > 1 else ():
        say(line)
    say(f"{outcomes}. {counted(found['possible_duplicates'], 'row')} may be the same as another.")
    if found["subject_to_sight"]:
        say(f"{found['subject_to_sight']:,} of those eligible are subject to sight of evidence.")
    for line in since_lines({name: found[name] for name in SINCE_TITLES}):
        say(line)
    for line in _first_errors(run):
        say(f"  {line}")
    if len(run.errors) > ERRORS_NAMED:
        say(f"  … and {len(run.errors) - ERRORS_NAMED:,} more, in the sheet Errors.")
    say(f"Wrote {out.name}.")
    if as_json:
        stamp = run.rules.stamp
        about = {"policy": stamp.policy_id, "day": str(stamp.day), "sha256": stamp.sha256}
        about["facts_sha256"] = stamp.facts_sha256
        used = [{"from": str(g.rules.day), "to": str(g.until), "decided": len(g.rows)} for g in run.groups]
        columns = [{"heading": m.heading, "fact": m.target, "how": m.how} for m in run.mapping.columns]
        about_run = {"out": out.name, "decided_on": str(run.decisions.decided_on), "stamp": about, "rules_used": used}
        print_json(found | about_run | {"columns": columns, "how_measured": run.how_measured})
