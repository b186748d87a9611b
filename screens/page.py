"""What every screen shares: the browser's language and keys put right, and text from outside made harmless."""

import re
from collections.abc import Iterable

import streamlit as st

from data.faults import Fault

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


def put_right() -> None:
    """Give the page its language, keep single keys from acting, show focus, and respect a wish for less motion."""
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


def show_faults(title: str, faults: Iterable[Fault]) -> None:
    """Show every fault of an input as a list under a title."""
    lines = "\n".join(f"- {plain(fault)}" for fault in faults)
    st.error(f"**{title}**\n\n{lines}", icon=":material/error:")


def pounds(pence: int) -> str:
    """Return pence as pounds: whole pounds from £1,000 up, pence below.

    >>> pounds(74_861_689), pounds(99_950)
    ('£748,617', '£999.50')
    """
    return f"£{pence / 100:,.0f}" if abs(pence) >= 100_000 else f"£{pence / 100:,.2f}"


def exact_pounds(pence: int) -> str:
    """Return pence as pounds to the penny, with a sign before the pound sign where it is below nought.

    >>> exact_pounds(74_861_689), exact_pounds(-50)
    ('£748,616.89', '\u2212£0.50')
    """
    sign = "\u2212" if pence < 0 else ""
    return f"{sign}£{abs(pence) / 100:,.2f}"


def people(number: float) -> str:
    """Return an expected number of people: whole from 100 up, else with one decimal.

    >>> people(203.29), people(12.34)
    ('203', '12.3')
    """
    return f"{number:,.0f}" if number >= 100 else f"{number:,.1f}"
