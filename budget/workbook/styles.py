"""How the workbook looks: named styles, by what a cell is (role) and how it is shown (format).

Inputs that a reader may change are blue on yellow; figures that came out of the model are grey; formulas are black on
white; totals are bold between lines. The Summary carries the key.
"""

from collections.abc import Iterator

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart._chart import ChartBase
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

FORMATS = {
    "money": "£#,##0.00;[Red]-£#,##0.00",
    "people": "#,##0.00",
    "access": "#,##0.000",
    "count": "#,##0",
    "share": "0.0%",
    "fine_share": "0.00%",
    "miles": "0.0",
    "level": "0.0000",
    "number": "General",
    "text": "General",
    "wrapped": "General",
    "date": "d mmmm yyyy",
    "verdict": "General",
}
ROLES = ("input", "model", "calc", "total", "text", "head", "title", "section", "note", "warning", "link", "figure")

INK = "FF1F2933"
INPUT_FILL = PatternFill("solid", fgColor="FFFFF7D6")
MODEL_FILL = PatternFill("solid", fgColor="FFF1F3F5")
HEAD_FILL = PatternFill("solid", fgColor="FF1D4E6B")
TOTAL_FILL = PatternFill("solid", fgColor="FFE4EEF4")
RED_FILL = PatternFill("solid", bgColor="FFF8D0CC")
GREEN_FILL = PatternFill("solid", bgColor="FFD8F0DC")
AMBER_FILL = PatternFill("solid", bgColor="FFFFE3A6")
HAIR = Side(style="hair", color="FF9AA5B1")
THIN = Side(style="thin", color="FF1D4E6B")

CHART_COLOURS = ("1D4E6B", "D9822B", "7FB2CC")

FONTS = {
    "input": Font(name="Calibri", size=11, color="FF0B3FB3"),
    "total": Font(name="Calibri", size=11, bold=True, color=INK),
    "head": Font(name="Calibri", size=11, bold=True, color="FFFFFFFF"),
    "title": Font(name="Calibri", size=18, bold=True, color="FF1D4E6B"),
    "section": Font(name="Calibri", size=13, bold=True, color="FF1D4E6B"),
    "note": Font(name="Calibri", size=11, italic=True, color="FF52606D"),
    "warning": Font(name="Calibri", size=11, bold=True, color="FFA61B1B"),
    "link": Font(name="Calibri", size=11, underline="single", color="FF0B3FB3"),
    "figure": Font(name="Calibri", size=14, bold=True, color=INK),
}
FILLS = {"input": INPUT_FILL, "model": MODEL_FILL, "head": HEAD_FILL, "total": TOTAL_FILL}
PLAIN = Font(name="Calibri", size=11, color=INK)
TEXTS = ("text", "wrapped", "verdict")
INDENTED = (
    "text",
    "link",
    "head",
    "total",
    "input",
    "model",
    "calc",
)  # so that text keeps clear of a number on its left


def named_style(role: str, shown: str) -> NamedStyle:
    """Return the style of a role and format; its name is what a reader sees in Excel's list of cell styles."""
    style = NamedStyle(name=f"Plan {role} {shown}".replace("_", " "))
    style.font = FONTS.get(role, PLAIN)
    if role in FILLS:
        style.fill = FILLS[role]
    style.number_format = FORMATS[shown]
    style.alignment = Alignment(
        horizontal="center" if shown == "verdict" else "left" if shown in TEXTS else "right",
        vertical="center" if role == "head" else "top",
        wrap_text=role == "head" or shown == "wrapped",
        indent=1 if shown in ("text", "wrapped") and role in INDENTED else 0,
    )
    style.protection = Protection(locked=role != "input")
    if role == "total":
        style.border = Border(top=THIN, bottom=THIN)
    elif role in ("input", "model"):
        style.border = Border(top=HAIR, bottom=HAIR, left=HAIR, right=HAIR)
    return style


def dress(chart: ChartBase) -> None:
    """Give a chart axes that show, a legend beneath, and colours that differ in lightness as well as in hue."""
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
    chart.y_axis.number_format = chart.y_axis.number_format or "£#,##0"
    if isinstance(chart, BarChart):
        chart.y_axis.scaling.min = 0  # a bar cut short makes little differences look large
    if len(chart.series) > 1:
        chart.legend.position = "b"
    else:
        chart.legend = None
    for series, colour in zip(chart.series, CHART_COLOURS, strict=False):
        if isinstance(chart, LineChart):
            series.graphicalProperties.line.solidFill = colour
            series.smooth = False
        else:
            series.graphicalProperties.solidFill = colour


def verdict_rules(passes: str) -> Iterator[FormulaRule]:
    """Yield the rules that make a verdict green where `passes` (a formula without its =) is true, red where it is not.

    `passes` must not be the coloured cell's own value: LibreOffice 7.4 crashes in print where a rule reads a formula's
    own cell before it was recalculated.
    """
    yield FormulaRule([passes], fill=GREEN_FILL)
    yield FormulaRule([f"NOT({passes})"], fill=RED_FILL)
