"""How the workbook looks: named styles by what a cell is (role) and how it is written (format).

Inputs that a reader may change are blue on yellow; figures that came out of the model are grey; formulas are black on
white; totals are bold between lines. The Summary carries the key.
"""

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart._chart import ChartBase
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

FORMATS = {
    "money": '£#,##0.00;[Red]-£#,##0.00;"–"',  # nought is a dash everywhere
    "people": '#,##0.00;-#,##0.00;"–"',
    "access": '#,##0.000;-#,##0.000;"–"',
    "about": '#,##0;-#,##0;"–"',  # people and the score where a reader, not an auditor, looks
    "count": '#,##0;-#,##0;"–"',
    "share": '0.0%;-0.0%;"–"',
    "fine_share": '0.00%;-0.00%;"–"',
    "miles": '0.0;-0.0;"–"',
    "level": "0.0000",
    "number": "General",
    "text": "General",
    "wrapped": "General",
    "date": "d mmmm yyyy",
    "verdict": "General",
    "truth": '"TRUE";"TRUE";"FALSE"',  # where nothing makes LibreOffice compute it before it is shown: it would show 1
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
VERDICT_FILLS = {"TRUE": GREEN_FILL, "FALSE": RED_FILL}
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
TEXTS = ("text", "wrapped", "verdict", "truth")
INDENTED = ("text", "link", "head", "total", "input", "model", "calc")  # text keeps clear of a number on its left


def named_style(role: str, format: str) -> NamedStyle:
    """Return the style of a role and a format, under the name that Excel's list of cell styles shows."""
    style = NamedStyle(name=f"Plan {role} {format}".replace("_", " "))
    style.font = FONTS.get(role, PLAIN)
    if role in FILLS:
        style.fill = FILLS[role]
    style.number_format = FORMATS[format]
    style.alignment = Alignment(
        horizontal="center" if format in ("verdict", "truth") else "left" if format in TEXTS else "right",
        vertical="center" if role == "head" else "top",
        wrap_text=role == "head" or format == "wrapped",
        indent=1 if format in ("text", "wrapped") and role in INDENTED else 0,
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
    for titled in (chart, chart.x_axis, chart.y_axis):
        if titled.title is not None:
            titled.title.overlay = False  # Excel otherwise draws the title over the bars
    if len(chart.series) > 1:
        chart.legend.position, chart.legend.overlay = "b", False
    else:
        chart.legend = None
    for series, colour in zip(chart.series, CHART_COLOURS, strict=False):
        if isinstance(chart, LineChart):
            series.graphicalProperties.line.solidFill = colour
            series.smooth = False
        else:
            series.graphicalProperties.solidFill = colour
