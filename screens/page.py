"""What every screen shares: language, keys and style of the page, harmless text from outside, faults and downloads."""

import datetime
import re
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from data.faults import Fault

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WHO = "saved_who"  # the key in the session of the name last given
ICON = "🚌"
MENU = {
    "Get help": None,
    "Report a bug": None,
    "About": "Farebridge helps a council spend a fixed transport budget so that disadvantaged young people in isolated "
    "areas can reach college and work.",
}

# Streamlit calls the page American English, and reruns it at a single key press (r) or offers to clear a cache (c),
# which takes keys from people who steer by voice or keyboard: WCAG 2.2, 3.1.1 and 2.1.4.
_SCRIPT = """
<script>
document.documentElement.lang = "en-GB";
if (!window.farebridgeKeys) {
  window.farebridgeKeys = true;
  window.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable=true]");
    const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (alone && !typing && ["r", "R", "c", "C"].includes(event.key)) event.stopImmediatePropagation();
  }, true);
  const reachTables = () => {
    for (const box of document.querySelectorAll("[data-testid=stTable] > div:not([tabindex])")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table, scrolls sideways where it is wider than the page");
    }
  };
  new MutationObserver(reachTables).observe(document.body, { childList: true, subtree: true });
  reachTables();
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest(".farebridge-print")) window.print();
  });
}
</script>
"""

_STYLE = """
<style>
:focus-visible { outline: 3px solid #0b0c0c !important; outline-offset: 2px; }
[data-testid="stMain"] { scroll-padding-top: 4rem; } /* what has the focus is not hidden under the header */
[data-testid="stMainBlockContainer"] { padding-top: 3.25rem; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
[data-testid="stMetricLabel"] { min-height: 2.6rem; align-items: flex-end; }
[data-testid="stMetricLabel"] p { white-space: normal; }
/* 2.5.8: the parts of a date are big enough to be hit */
[data-testid="stDateInput"] [role="spinbutton"] {
  min-width: 24px; min-height: 24px; line-height: 24px; text-align: center;
}
@media (max-width: 640px) { /* a rule five groups deep still has most of a telephone's width */
  [data-testid="stMarkdownContainer"] li li { margin-left: 0.2rem; padding-left: 0; }
  [data-testid="stMarkdownContainer"] li ul { padding-left: 0.6rem; margin-left: 0; }
}
.farebridge-print { font: inherit; padding: 0.45rem 0.75rem; border: 1px solid #6f777b; border-radius: 0.5rem; }
.farebridge-print { background: #fff; color: #0b0c0c; cursor: pointer; min-height: 2.5rem; }
[class*="st-key-printed"] { display: none; }
@page { margin: 18mm; }
@media print { /* the answer and its reasons; no form, no buttons, and no box that cuts a long page off */
  html, body, #root, #root > *, [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; overflow: visible !important; height: auto !important; display: block !important;
  }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; }
  [data-testid="stHorizontalBlock"], [data-testid="stVerticalBlock"] { display: block !important; }
  [data-testid="stColumn"] { width: 100% !important; }
  header, [data-testid="stToolbar"], div[data-testid][class*="st-key-unprinted"], [class*="st-key-unprinted"] * {
    display: none !important;
  }
  [class*="st-key-printed"] { display: block !important; }
  li:not(:has(li)), tr, [data-testid="stAlert"] { break-inside: avoid; } /* a rule with those beneath it may be long */
  h2, h3 { break-after: avoid; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation-duration: 0.01ms !important; transition-duration: 0.01ms !important; }
}
</style>
"""


def set_up() -> None:
    """Set the page's language and style, and keep single keys from acting on it."""
    st.html(_STYLE)
    st.html(_SCRIPT, unsafe_allow_javascript=True)


def print_button() -> None:
    """Show a button that opens the browser's own printing; what it prints is in the style above."""
    st.html('<button type="button" class="farebridge-print">Print</button>')


def plain(text: object) -> str:
    """Return text from outside so that Markdown shows it as it is.

    >>> plain("St *Mary's* [A] $5")
    "St \\\\*Mary's\\\\* \\\\[A\\\\] \\\\$5"
    """
    return re.sub(r"([\\`*_{}\[\]()#+!|$<>~:-])", r"\\\1", str(text))


def bullets(lines: Iterable[object]) -> str:
    """Return lines from outside as a Markdown list."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def show_faults(title: str, faults: Iterable[Fault]) -> None:
    """Show every fault of an input as a list under a title."""
    st.error(f"**{title}**\n\n{bullets(faults)}", icon=":material/error:")


def show_notes(notes: Iterable[object]) -> None:
    """Show what a reader should know, a line each."""
    for note in notes:
        st.markdown(f":material/info: {plain(note)}")


def download(label: str, data: bytes | str | Callable[[], bytes | str], name: str, mime: str, **options: Any) -> None:
    """Show a button that hands out a file, made where `data` is a function once it is pressed."""
    st.download_button(label, data, name, mime, on_click="ignore", icon=":material/download:", **options)


def ask_who(key: str, label: str = "Your name, for the record of who did what", **options: Any) -> None:
    """Ask for the name of the person who does something; whoever has signed in is named already."""
    if key not in st.session_state:
        st.session_state[key] = who()
    st.text_input(label, key=key, disabled=is_signed_in(), **options)


def is_signed_in() -> bool:
    """Say whether somebody has signed in."""
    return bool(getattr(st.user, "is_logged_in", False))


def who() -> str:
    """Return the name of the person at work: as signed in, else as last given in this session."""
    if is_signed_in():
        return str(st.user.get("name") or st.user.get("email") or "")
    return st.session_state.get(WHO, "")


def long_date(day: datetime.date) -> str:
    """Return a day in words: 1 September 2026."""
    return f"{day.day} {day:%B %Y}"


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
