"""What every screen shares: language, keys and style of the page, harmless text from outside, faults and downloads."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn, TypeVar

import pandas as pd
import streamlit as st
from streamlit import runtime
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from data import access
from data.documents.sheet_text import csv_cell
from data.faults import Fault, InputError
from screens.access import sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WHO = "saved_who"  # the key in the session of the name last given
PEOPLE = st.column_config.NumberColumn(format="%.1f")
POUNDS = st.column_config.NumberColumn(format="accounting")
MANY_PEOPLE = st.column_config.NumberColumn(format="%.0f")  # of a column that comes to a hundred: see `people`
PEOPLE_HEADINGS = ("Young people", "Young people on a low income", "Brought within reach", "Of college", "Of work")
SCORE_HEADINGS = ("Access score", "It would add to the access score", "No plan scores more than")
HIGHEST = 420  # pixels
ICON = "🚌"
MENU = {
    "Get help": None,
    "Report a bug": None,
    "About": "Farebridge helps a council spend a fixed transport budget so that disadvantaged young people in isolated "
    "areas can reach college and work.",
}

PAGES: dict[str, StreamlitPage] = {}  # by name, as streamlit_app.py has them: a screen opens another by its name

_HERE = Path(__file__).parent

# Markdown makes links of bare addresses, escaped or not. A mark without width after what begins one prevents it.
LIKE_AN_ADDRESS = re.compile(r"(?i)https?:/?|ftp:/?|mailto:|xmpp:|www(?=\.)|(?<=\S)@")
NO_BREAK = "\u2060"
Result = TypeVar("Result")


def open_page(name: str, query: Mapping[str, str] | None = None) -> NoReturn:
    """Go to another screen of the app, by its name in PAGES, with these answers in its address."""
    st.switch_page(PAGES[name], query_params=dict(query or {}))


def link_to(name: str, label: str, **options: Any) -> None:
    """Show a link to another screen of the app."""
    if name in PAGES:  # a screen that is run alone, as in a test, has no others
        st.page_link(PAGES[name], label=label, **options)


def keep(key: str) -> None:
    """Keep which tab is open, by its key, over runs that show no tabs: while a plan is worked out there are none.

    Other choices have `persist_state="session"` for that; tabs do not.
    """
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]


def set_up() -> None:
    """Set the page's language and style, and keep single keys from acting on it."""
    st.html(_HERE / "page.css")
    st.html(f"<script>\n{(_HERE / 'page.js').read_text('utf-8')}</script>", unsafe_allow_javascript=True)


def show_table(cells: dict | pd.DataFrame, alt: str, *, hide_header: bool = False) -> None:
    """Show a short table of Markdown texts whole; `alt` says what it holds."""
    st.table(pd.DataFrame(cells), hide_index=True, hide_header=hide_header, border="horizontal", alt=alt)


def show_rows(rows: dict | pd.DataFrame, alt: str, **formats: Any) -> None:
    """Show a long table that scrolls; headings that end in £ are money, and `formats` are those of other columns.

    The table can be saved as CSV with a button of its own, so a text that could become a formula has an apostrophe.
    """
    table = pd.DataFrame(rows)
    texts = table.select_dtypes(["object", "str"]).columns
    table = table.assign(**{name: table[name].map(csv_cell) for name in texts})
    known: dict[str, Any] = dict.fromkeys((name for name in table if str(name).endswith(", £")), POUNDS)
    known |= {name: PEOPLE for name in table if name in (*PEOPLE_HEADINGS, *SCORE_HEADINGS)}
    numbers = table.select_dtypes("number")
    known |= {name: MANY_PEOPLE for name in numbers if name in PEOPLE_HEADINGS and (numbers[name] >= 100).any()}
    height = min(HIGHEST, 36 * (len(table) + 1) + 4)
    st.dataframe(table, hide_index=True, height=height, placeholder="", column_config=known | formats, alt=alt)


def edit_table(table: pd.DataFrame, key: str, **options: Any) -> pd.DataFrame:
    """Show a table to be filled in, and return it as it is filled in; `options` are those of `st.data_editor`.

    It has no button that saves it as CSV (page.css): Streamlit would write what was typed as it is, formulas too.
    """
    with st.container(key=f"edited_{key}"):
        filled: pd.DataFrame = st.data_editor(table, key=key, hide_index=True, placeholder="", **options)
    return filled


def print_button() -> None:
    """Show a button that opens the browser's own printing; page.css says what it prints."""
    st.html('<button type="button" class="farebridge-print">Print</button>')


def move_focus(target: str, turn: int, *, view: bool = False) -> None:
    """Put the keyboard focus on what a CSS selector finds, once for each `turn`, and with `view` the page's view too.

    page.js does it.
    """
    more = ' data-view="true"' if view else ""
    st.html(f'<span hidden class="farebridge-focus" data-target="{target}" data-turn="{turn}"{more}></span>')


def copy_link_button(hint: str) -> None:
    """Show a button that copies the address of the page (page.js does it), with a hint for who rests on it."""
    shape = 'type="button" class="farebridge-print farebridge-copy" aria-live="polite"'
    st.html(f'<button {shape} title="{hint}">Copy link</button>')


def plain(text: object) -> str:
    """Return text from outside so that Markdown shows it as it is, without links where it holds addresses.

    >>> plain("St *Mary's* [A] $5")
    "St \\\\*Mary's\\\\* \\\\[A\\\\] \\\\$5"
    """
    return re.sub(r"([\\`*_{}\[\]()#+!|$<>~:-])", r"\\\1", LIKE_AN_ADDRESS.sub(rf"\g<0>{NO_BREAK}", str(text)))


def bullets(lines: Iterable[object]) -> str:
    """Return lines from outside as a Markdown list."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def show_faults(title: str, faults: Iterable[Fault]) -> None:
    """Show every fault of an input as a list under a title."""
    st.error(f"**{title}**\n\n{bullets(faults)}", icon=":material/error:")


def attempted(title: str, work: Callable[[], Result]) -> Result | None:
    """Return what `work` returns; where it raises InputError, show its faults under a title and return None."""
    try:
        return work()
    except InputError as error:
        show_faults(title, error.faults)
        return None


def was_asked(place: str, identity: object, label: str, **options: Any) -> bool:
    """Say whether work was asked for; show the button that asks for it where it was not.

    `place` is the key of the session for what was asked for last; `identity` stands for the work.
    """
    if st.session_state.get(place) == identity:
        return True
    st.button(label, on_click=st.session_state.update, args=({place: identity},), **options)
    return False


def show_notes(notes: Iterable[object]) -> None:
    """Show what a reader should know, a line each."""
    for note in notes:
        st.markdown(f":material/info: {plain(note)}")


def download(label: str, data: bytes | str | Callable[[], bytes | str], name: str, mime: str, **options: Any) -> None:
    """Show a button that hands out a file, made where `data` is a function once it is pressed."""
    content = sign_in.as_now(_kept(data, name, mime)) if callable(data) else data
    st.download_button(label, content, name, mime, on_click="ignore", icon=":material/download:", **options)


def _kept(make: Callable[[], bytes | str], name: str, mime: str) -> Callable[[], bytes]:
    """Return what makes a file as its button is pressed, and keeps it until this session's page runs next.

    Streamlit forgets a file made so as soon as the pages of any two sessions have run, even where the browser of the
    person who pressed the button has not fetched it yet. A file that is added for a session stays while the session's
    page does.
    """
    context = get_script_run_ctx(suppress_warning=True)

    def make_and_keep() -> bytes:
        made = make()
        content = made.encode() if isinstance(made, str) else made
        if context is not None and runtime.exists():
            files = runtime.get_instance().media_file_mgr
            add = partial(files.add, content, mime, f"made {name}", name, is_for_static_download=True)
            for_session = add_script_run_ctx(Thread(target=add), context)
            for_session.start()
            for_session.join()
        return content

    return make_and_keep


def ask_who(key: str, label: str = "Your name, for the record of who did what", **options: Any) -> None:
    """Ask for the name of the person who does something; whoever has signed in is named already."""
    who_acts = access.person()
    if who_acts is not None or key not in st.session_state:
        st.session_state[key] = who()
    st.text_input(label, key=key, disabled=who_acts is not None, **options)


def who() -> str:
    """Return the name of the person at work: as signed in, else as last given in this session."""
    return access.name_for(st.session_state.get(WHO, ""))


def one_decimal(number: float) -> str:
    """Return a number with one decimal.

    >>> one_decimal(1234.56)
    '1,234.6'
    """
    return f"{number:,.1f}"


def people(number: float) -> str:
    """Return an expected number of people: whole from 100 up, else with one decimal.

    >>> people(203.29), people(12.34)
    ('203', '12.3')
    """
    return f"{number:,.0f}" if number >= 100 else one_decimal(number)


def figure(value: Any) -> str:
    """Return a figure of an area for reading: a number with at most one decimal, a text as it is, "" where unknown.

    >>> figure(42.0), figure(7.25), figure("both"), figure(float("nan"))
    ('42', '7.2', 'both', '')
    """
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else f"{float(value):,.1f}".removesuffix(".0")
