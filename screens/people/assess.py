"""Assess a file of applications: confirm its columns, show its errors, decide, and download the results."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from data.access import Right, needs
from data.faults import InputError
from data.wording import long_date
from eligibility.applicants.headings import ColumnMapping
from eligibility.commands.assess import counts
from eligibility.deciding.decide import OUTCOMES
from eligibility.letters import letters
from eligibility.letters.text import why_draft
from eligibility.runs.applications import Prepared, Run
from eligibility.runs.decisions_workbook import to_bytes
from eligibility.runs.lines import SINCE_TITLES, rules_used, since_lines
from eligibility.runs.tables import DECISIONS, ERRORS, decisions_table, grouped_errors, referral_reasons
from screens import page
from screens.people import applicants, choose_rules, outcome
from screens.people import columns as columns_screen
from screens.people.applicants import ApplicantFile
from screens.people.choose_rules import RuleChoice

SUFFIXES = ["csv", "txt", "tsv", "xlsx", "xlsm", "xls", "ods", "html", "htm", "mht", "mhtml", "xml"]
LETTERS = {  # ending of the file -> what it is, what makes it, its kind
    "zip": ("a file each", letters.letters_zip, "application/zip"),
    "docx": ("as one document", letters.letters_document, page.DOCX),
}
STEPS = 50  # of the bar that shows how many letters are written
FAULTS = f"{applicants.PREFIX}faults"
LAST_FAULTS = f"{applicants.PREFIX}last_faults"
OF_ROUNDS = ["since", "since_why", "officer_outcome", "officer", "officer_reason", "appeal_stage", "appeal_outcome"]
ON_SCREEN = [  # columns of the decisions on the screen; the workbook has them all
    *("row", "person_id", "name", "outcome", "in_words"),
    *OF_ROUNDS,
    *("sent_on", "decided_by", "refer_reasons", "needed", "contribution", "notes", "duplicate_of"),
]
GROUPED = {"rows": "Rows", **ERRORS, "which": "Which rows"}


@needs(Right.PEOPLE)
def show() -> None:
    """Show the screen."""
    st.title("Assess applications", anchor=False)
    basis = choose_rules.choose()
    if basis is None:
        return
    _upload()
    file = applicants.current()
    if file is None:
        return
    columns = applicants.mapping(file, basis)
    _columns(file, columns)
    _last_round()
    with st.spinner("Reading the file…"):
        ready = page.attempted("This file cannot be read as it is", lambda: applicants.prepared(file, columns, basis))
    if ready is None:
        return
    _errors(ready)
    _decide(file, columns, basis, ready)
    if run := applicants.decided(columns, basis):
        _results(run, basis)


def _upload() -> None:
    key = f"{applicants.PREFIX}upload_{applicants.this_turn()}"
    if applicants.current() is None:
        st.file_uploader(
            "A file of applications: one row of headings, one row an applicant (CSV or Excel)",
            type=SUFFIXES,
            key=key,
            on_change=_take,
            args=(key,),
        )
        st.caption(
            "The file stays in the memory of this session: nothing of it is stored, logged or put into the address of "
            "this page. Close the window or press Forget these applicants to delete it."
        )
    if st.session_state.get(FAULTS):
        page.show_faults("This file cannot be read", st.session_state[FAULTS])


def _take(key: str) -> None:
    if (uploaded := st.session_state[key]) is None:
        return
    try:
        applicants.take(uploaded.name, uploaded.getvalue())
    except InputError as error:
        applicants.forget()
        st.session_state[FAULTS] = error.faults


def _columns(file: ApplicantFile, columns: ColumnMapping) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{page.plain(file.name)}**: {len(file.raw.rows) + len(file.raw.broken):,} rows")
        st.button(
            "Forget these applicants", icon=":material/delete:", on_click=applicants.forget, key="forget_applicants"
        )
    columns_screen.show(file, columns)


def _last_round() -> None:
    """Offer to go on from the decisions of an earlier round, in which officers have filled in what they saw."""
    key, renewal = f"{applicants.PREFIX}since_{applicants.this_turn()}", f"{applicants.PREFIX}renewal"
    with st.expander("Go on from last round's decisions", expanded=applicants.last_round() is not None):
        st.caption(
            "The workbook of an earlier round: evidence filled in under *Evidence to request* is used, officers' own "
            "decisions and letters sent stand, and the new workbook says who changed and why."
        )
        st.file_uploader("Last round's decisions (Excel)", type=["xlsx"], key=key, on_change=_take_last, args=(key,))
        st.checkbox("It was for another year: take over only evidence that still holds", key=renewal)
    last = applicants.last_round()
    if last is not None:
        applicants.use_last_round(is_renewal=st.session_state[renewal])
        st.caption(f"Goes on from {len(last.decisions):,} decisions of the last round.")
    if st.session_state.get(LAST_FAULTS):
        page.show_faults("Last round's decisions cannot be read", st.session_state[LAST_FAULTS])


def _take_last(key: str) -> None:
    applicants.forget_last_round()
    st.session_state[LAST_FAULTS] = ()
    if (uploaded := st.session_state[key]) is None:
        return
    try:
        applicants.take_last_round(uploaded.name, uploaded.getvalue())
    except InputError as error:
        st.session_state[LAST_FAULTS] = error.faults


def _errors(ready: Prepared) -> None:
    st.header("What can be read", anchor=False)
    wrong, same = ready.errors["row"].nunique(), ready.duplicates["row"].nunique()
    st.markdown(
        f"**{ready.rows_in:,} rows: {len(ready.people):,} can be decided, {wrong:,} have errors.** "
        f"{same:,} may be the same as another row; none is left out for that."
    )
    page.show_notes(ready.how_read)
    if wrong:
        st.subheader("Errors", anchor=False)
        _error_tables(ready.errors)
    if same:
        st.subheader("Perhaps the same", anchor=False)
        headed = {"row": "Row of the file", "same_as": "May be the same as row", "what": "Because of the same"}
        _table(ready.duplicates.rename(columns=headed), f"{len(ready.duplicates)} pairs of rows that may be the same.")


def _error_tables(errors: pd.DataFrame) -> None:
    """Show the errors by kind, and beneath it every one; one by one alone where no two are alike."""
    kinds, every = grouped_errors(errors), errors.rename(columns=ERRORS)
    alt = f"{len(errors)} errors: row, column, value, what is wrong."
    if len(kinds) == len(errors):
        _table(every, alt)
        return
    _table(kinds.rename(columns=GROUPED), f"{len(kinds)} kinds of errors: rows, column, value, what is wrong.")
    with st.expander(f"Every one of the {len(errors):,} errors, row by row"):
        _table(every, alt)


def _table(table: pd.DataFrame, alt: str) -> None:
    page.show_rows(table, alt, **{"What is wrong": st.column_config.TextColumn(width=700)})


def _decide(file: ApplicantFile, columns: ColumnMapping, basis: RuleChoice, ready: Prepared) -> None:
    if ready.people.empty:
        st.error("No row can be decided. Look at the errors, and at what each column is.", icon=":material/error:")
        return
    if st.button(f"Decide about {len(ready.people):,} applicants", type="primary", key="decide_all"):
        with st.status("Deciding…") as status:
            applicants.decide(file, columns, basis, lambda stage: status.update(label=f"{stage.capitalize()}…"))
            status.update(label="Every row is accounted for.", state="complete")


def _results(run: Run, basis: RuleChoice) -> None:
    numbers = counts(run)
    with st.container(key="decided"):
        st.header("What was decided", anchor=False)
    page.move_focus(".st-key-decided h2", id(run), view=True)
    st.markdown(
        f"**{numbers['rows']:,} rows: {numbers['decided']:,} decided, {numbers['rows_with_errors']:,} in the error "
        "report.** "
        f"By {page.plain(basis.rules.policy.title)}, on {long_date(basis.decided_on)}. "
        "No estimate refuses anybody, and this tool never does so finally: an officer decides."
    )
    if len(run.groups) > 1:
        st.markdown(page.bullets(rules_used(run)))
    with st.grid(3, min_column_width=200):
        for name in OUTCOMES:
            st.metric(outcome.HEADLINES[name], f"{numbers['outcomes'][name]:,}", border=True, height="stretch")
    if told := since_lines({name: numbers[name] for name in SINCE_TITLES}):
        st.markdown(page.bullets(told))
    _downloads(run, basis)
    if len(why := referral_reasons(run)):
        st.subheader("Why some are referred", anchor=False)
        headed = why.rename(columns={"reason": "Reason", "people": "Applicants"})
        page.show_table(headed, f"{len(why)} reasons for a referral, with the number of applicants.")
    table = decisions_table(run)[ON_SCREEN]
    table["sent_on"] = table["sent_on"].map(long_date, na_action="ignore")
    empty = [name for name in (*OF_ROUNDS, "sent_on") if not table[name].fillna("").astype(str).any()]
    table = table.drop(columns=empty).rename(columns=DECISIONS)
    _table(table, f"{len(table)} decisions: row, reference, name, outcome, what decided it, evidence needed.")
    _explain_one(run)


def _downloads(run: Run, basis: RuleChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _download("Download the decisions", lambda: to_bytes(run, basis.county), "decisions", "xlsx", page.XLSX, basis)
        key = f"{applicants.PREFIX}kind"
        kind = st.radio("Letters", list(LETTERS), format_func=lambda kind: LETTERS[kind][0], horizontal=True, key=key)
        wanted = st.button(f"Make {len(run.people):,} letters", icon=":material/mail:", key="make_letters")
    if why := why_draft(run.rules):
        st.caption(why)
    words, make, mime = LETTERS[kind]
    if wanted:
        bar = st.progress(0.0, "Writing the letters…")

        def advance(done: int, of: int) -> None:
            if done % max(of // STEPS, 1) == 0 or done == of:
                bar.progress(done / of, f"Writing the letters… {done:,} of {of:,}")

        not_made: list[str] = []
        applicants.store_letters(run, kind, make(run, progress=advance, not_made=not_made))
        bar.empty()
        page.show_notes(not_made)
    content = applicants.letters(run, kind)
    if content is not None:
        _download(f"Download the letters, {words}", lambda: content, "letters", kind, mime, basis)


def _download(label: str, make: Callable[[], bytes], stem: str, kind: str, mime: str, basis: RuleChoice) -> None:
    page.download(label, make, f"{stem}-{basis.decided_on.isoformat()}.{kind}", mime, key=f"download_{kind}")


@st.fragment
def _explain_one(run: Run) -> None:
    st.subheader("Explain one decision", anchor=False)
    references = run.people["person_id"]
    row = st.selectbox(
        "Reference",
        references.index.tolist(),
        index=None,
        format_func=lambda number: f"{references[number]} (row {number})",
        placeholder="Choose an applicant",
        key=f"{applicants.PREFIX}explained",
    )
    if row is not None:
        outcome.show(run.decision(row), 0, lambda: None)
