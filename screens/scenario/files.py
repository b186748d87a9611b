"""The files of a plan that more than one page hands out: what they are called, and the workbook."""

import re

from budget.planning.plan import Plan
from budget.workbook import to_bytes
from screens import page
from screens.background.panel import made_beside
from screens.background.plan_cache import plan_identity

MOST_NAME = 60  # characters of a scenario's name in the name of a file


def download_workbook(plan: Plan, label: str = "Download the workbook") -> None:
    """Offer the workbook of a plan; it is made once, beside the page, for all who ask for it."""
    make = made_beside("workbook", to_bytes, plan, identity=plan_identity(plan, plan.scenario))
    page.download(label, make, file_name(plan), page.XLSX)


def file_name(plan: Plan, suffix: str = "xlsx") -> str:
    """Return the name of a file about a plan: its county, its scenario's name if it has one, its budget in pounds."""
    parts = [plan.county.manifest.name, plan.scenario.name[:MOST_NAME] if plan.scenario.is_named else ""]
    named = "-".join(filter(None, map(_simple, parts)))
    return f"farebridge-{named}-{plan.allocation.budget_pence // 100}.{suffix}"


def _simple(text: str) -> str:
    """Return a text with nothing in it that some computer refuses in the name of a file.

    >>> _simple("Agreed: March/April (2nd)")
    'agreed-march-april-2nd'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
