"""What each column of a file is, for a person to confirm; and what else in the file only a person can settle."""

from collections.abc import Sequence

import streamlit as st

from eligibility.applicants import presets
from eligibility.applicants.headings import NO_SUCH_FACT, WIDER, ColumnMapping, Match
from eligibility.applicants.offers import OFFERS, questions
from screens import page
from screens.people import applicants
from screens.people.applicants import ApplicantFile

NOT_READ = ""
PERIODS = ("per week", "per month", "per year")
MOST_PICKERS = 24  # columns without a known heading that each have a choice of their own


def show(file: ApplicantFile, columns: ColumnMapping) -> None:
    """Show every column with what it is taken for, and ask about hidden rows and merged cells."""
    st.header("What each column is", anchor=False)
    _preset(columns)
    strange = [match for match in columns.columns if match.note == NO_SUCH_FACT and not match.is_repeated]
    doubtful = [m for m in columns.columns if (not m.target or not m.is_sure or m.is_repeated) and m not in strange]
    doubtful.sort(key=lambda match: not match.is_repeated)
    sure = [match for match in columns.columns if match not in (*doubtful, *strange)]
    with st.form("columns", border=True):
        st.markdown(
            f"{len(columns.taken)} of {len(columns.columns)} columns are read. Check these, which are not read, or "
            "whose headings are wider than a fact or only resemble a known one:"
            if doubtful or strange
            else f"All {len(columns.columns)} columns are read."
        )
        changed = _pickers(doubtful, columns)
        if strange:
            changed |= _strange(strange, columns)
        with st.expander(f"Columns whose headings are known: {len(sure)}"):
            changed |= _pickers(sure, columns)
        pressed = st.form_submit_button("Read the columns like this", key="columns_confirmed")
        wrong = "The columns cannot be read like this"
        if pressed and page.attempted(wrong, lambda: columns.by_hand(changed)) is not None:
            applicants.choose_columns(changed)
            st.rerun()
    _every_match(columns)
    _offers(file)


def _preset(columns: ColumnMapping) -> None:
    """Let a person choose what the columns of a system's export mean, and save what is confirmed."""
    fitting = presets.fitting(columns)
    if fitting and not applicants.preset():
        page.show_notes([f"This looks like an export of {fitting[0].title}: choose it here to have its columns read."])
    with st.expander("A preset: what the columns of one kind of export are"):
        names: dict[str, str] = {"": "None", **{preset.id: preset.title for preset in presets.shipped().values()}}
        key = f"{applicants.PREFIX}preset_{applicants.this_turn()}"
        now = applicants.preset()
        index = list(names).index(now.id) if now and now.id in names else 0
        picked = st.selectbox(
            "The system that made the file", list(names), index, format_func=names.__getitem__, key=key
        )
        own = st.file_uploader("Or a preset that was saved here (.toml)", type=["toml"], key=f"{key}_own")
        if own is not None:
            found = page.attempted("This preset cannot be read", lambda: presets.parse(own.getvalue(), own.name))
            if found is not None and found != now:
                applicants.choose_preset(found)
                st.rerun()
        elif picked != (now.id if now and now.id in names else ""):
            applicants.choose_preset(presets.find(picked) if picked else None)
            st.rerun()
        if now and now.about:
            st.caption(page.plain(now.about))
        text = presets.saved(columns, "our export")
        page.download("Save these columns as a preset", text, "preset.toml", "application/toml", key="save_preset")


def _strange(matches: Sequence[Match], columns: ColumnMapping) -> dict[str, str]:
    """Show the columns that no fact has a heading for: one line, and a choice for each that is wanted."""
    with st.expander(
        f"Not read, as no fact of this policy has such a heading: {len(matches)}", expanded=len(matches) <= 6
    ):
        if len(matches) <= MOST_PICKERS:
            return _pickers(matches, columns)
        st.markdown(page.plain(", ".join(match.heading for match in matches)))
        key = f"{applicants.PREFIX}strange_{applicants.this_turn()}"
        names = [match.heading for match in matches]
        wanted = st.multiselect("Columns to read all the same (then press Read the columns like this)", names, key=key)
        return _pickers([match for match in matches if match.heading in wanted], columns)


def _pickers(matches: Sequence[Match], columns: ColumnMapping) -> dict[str, str]:
    """Show a choice for each column; return by heading what was changed."""
    labels, changed = _labels(columns), dict[str, str]()
    if not matches:
        return changed
    place = st.grid(3, min_column_width=220)
    for match in matches:
        now = presets.choice(match, columns)
        shown = dict(labels)
        if match.how == WIDER:
            shown[now] = f"{columns.targets[match.target].label}: only its “no”"
        if match.beside:
            shown[now] = f"{columns.targets[match.beside].label}: beside another column"
        with place.container():
            picked = st.selectbox(
                match.heading,
                list(shown),
                index=list(shown).index(now),
                format_func=shown.__getitem__,
                key=f"{applicants.PREFIX}column_{applicants.this_turn()}_{match.heading}",
            )
            if match.is_repeated:
                st.caption("Repeats a heading: check which of the columns is meant.")
            elif match.how == WIDER:
                st.caption(page.plain(f"Is {match.note}"))
            elif match.beside:
                st.caption(page.plain(match.note))
            elif not match.is_sure:
                st.caption("Only resembles it: check.")
        if picked != now:
            changed[match.heading] = picked
    return changed


def _labels(columns: ColumnMapping) -> dict[str, str]:
    """Return what a column can be, in words: nothing, a fact, or money with one of its periods."""
    labels = {NOT_READ: "Not read"}
    for name, target in columns.targets.items():
        periods = [f" {period}" for period in PERIODS] if target.is_money else [""]
        labels |= {f"{name}{period}": f"{target.label}{',' if period else ''}{period}" for period in periods}
    return labels


def _every_match(columns: ColumnMapping) -> None:
    """List what is read from which column, the sure ones too, before anything is decided."""
    labels, lines = _labels(columns), []
    for match in columns.columns:
        if match.target:
            plain = columns.targets[match.target].label
            words = (
                f"{plain}: only its “no”" if match.how == WIDER else labels.get(presets.choice(match, columns), plain)
            )
            lines.append(f"- **{page.plain(match.heading)}** is read as {page.plain(words)}")
    with st.expander(f"What is read from which column: {len(lines)}"):
        st.markdown("\n".join(lines))
    if columns.missing:
        absent = ", ".join(page.plain(target.label) for target in columns.missing)
        with st.expander(f"Asked for by the rules, and in no column of the file: {len(columns.missing)}"):
            st.markdown(absent)


def _offers(file: ApplicantFile) -> None:
    """Ask about each thing in the file that only a person can settle."""
    for kind, question in questions(file.raw).items():
        st.markdown(page.plain(question))
        st.checkbox(
            OFFERS[kind],
            value=kind in file.raw.accepted,
            key=f"{applicants.PREFIX}offer_{kind}_{applicants.this_turn()}",
            on_change=applicants.accept,
            args=(kind,),
        )
