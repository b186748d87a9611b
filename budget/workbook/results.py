"""The sheets Districts and Profile: the plan's spend by place and by month."""

import pandas as pd

from budget.workbook.assumptions import TEACHING_DAYS, Assumptions, days_name
from budget.workbook.book import Book, Column, Formula, Grid
from budget.workbook.content import Content, pounds, ratio, total
from budget.workbook.offers_sheets import Grids, own_column

DISTRICTS = (
    Column("key", "District code", 13, "text"),
    Column("district", "District", 26, "text"),
    Column("cohorts", "Cohorts in target", 10, "model", "count"),
    Column("low_income", "Low-income young people in target", 15, "model", "people"),
    Column("funded", "Cohorts funded", 10, "calc", "count"),
    Column("reached", "Low-income young people in cohorts funded", 17, "calc", "people"),
    Column("covered", "Share in cohorts funded", 11, "calc", "share"),
    Column("takers", "Takers", 11, "calc", "people"),
    Column("cost", "Cost of offers", 16, "calc", "money"),
    Column("vehicle", "Share of vehicles", 15, "calc", "money"),
    Column("spend", "Spend", 16, "calc", "money"),
    Column("share", "Share of spend", 11, "calc", "share"),
    Column("access", "Access", 11, "calc", "access"),
    Column("access_share", "Share of access", 11, "calc", "share"),
)
PROFILE = (
    Column("period", "Period", 9, "text", "count"),
    Column("month", "Month", 18, "text"),
    Column("year", "Financial year", 14, "text"),
    Column("days", "Teaching days", 10, "calc", "count"),
    Column("share", "Share of the year", 10, "calc", "fine_share"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money"),
)
YEARS = (
    Column("label", "", 9, "text"),
    Column("months", "Months", 18, "text"),
    Column("year", "Financial year", 14, "text"),
    Column("days", "Teaching days", 10, "calc", "count"),
    Column("share", "Share of the year", 10, "calc", "fine_share"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money"),
)
MONTHS = tuple(TEACHING_DAYS)  # April to March
LAST_MONTH = "July"  # of the academic year: takes the odd pennies
BEFORE_SEPTEMBER = MONTHS.index("September")  # months of the second financial year that the academic year touches


def districts_grid(content: Content) -> Grid:
    """Lay out the sheet Districts."""
    return Grid("Districts", DISTRICTS, len(content.districts))


def profile_grid() -> Grid:
    """Lay out the months of the sheet Profile."""
    return Grid("Profile", PROFILE, len(MONTHS))


def years_grid() -> Grid:
    """Lay out the two financial years beneath the months."""
    return Grid("Profile", YEARS, 2, head=profile_grid().total_row + 3)


def write_districts(book: Book, grids: Grids, content: Content) -> None:
    """Write the sheet Districts."""
    sheet = book.sheet("Districts")
    sheet.heading(
        "Districts: where the money goes",
        "Sums of the rows of Plan by district. A vehicle's cost is shared by its takers, to the penny.",
    )
    grid, sums = districts_grid(content), by_district(content)
    whole = sums.sum(numeric_only=True)
    records = sums.reset_index().to_dict("records")
    rows = [_district_row(row, record, whole, grid, grids.plan) for row, record in enumerate(records, grid.first)]
    known = _known(whole.to_dict() if len(sums) else dict.fromkeys(sums.columns.drop("district"), 0), whole, sums)
    totals: dict[str, object] = {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", known[key])
        for key in ("cohorts", "low_income", "funded", "reached", "takers", "cost", "vehicle", "spend", "share")
        + ("access", "access_share")
    }
    totals["covered"] = _part(grid, grid.total_row, "reached", "low_income", known["covered"])
    sheet.table(grid, rows, totals=totals | {"key": "Total"}, empty="No cohort is in target.", name="ByDistrict")
    sheet.widths(DISTRICTS)
    sheet.page(freeze="C5", repeat="4:4")


def by_district(content: Content) -> pd.DataFrame:
    """Return the sums that the sheet shows: index key, money in pence, people in hundredths."""
    groups = content.funded.groupby("district_key")
    table = content.districts.copy()
    table["funded"] = groups.size()
    table["reached_100"] = (groups["low_income_people"].sum() * 100).round()
    for column in ("people_100", "cost_pence", "vehicle_pence", "whole_cost_pence"):
        table["takers_100" if column == "people_100" else column] = groups[column].sum()
    table["access"] = groups["access"].sum().astype(float).round(6)
    numbers = [column for column in table.columns if column != "district"]
    return table.fillna(dict.fromkeys(numbers, 0)).infer_objects()


def _known(record: dict, whole: pd.Series, sums: pd.DataFrame | None = None) -> dict[str, float]:
    spend, access = float(whole.get("whole_cost_pence", 0)), float(whole.get("access", 0.0))
    return {
        "cohorts": int(record["cohorts"]),
        "low_income": int(record["people_100"]) / 100,
        "funded": int(record["funded"]),
        "reached": int(record["reached_100"]) / 100,
        "covered": ratio(int(record["reached_100"]), int(record["people_100"])),
        "takers": int(record["takers_100"]) / 100,
        "cost": pounds(record["cost_pence"]),
        "vehicle": pounds(record["vehicle_pence"]),
        "spend": pounds(record["whole_cost_pence"]),
        "share": ratio(float(record["whole_cost_pence"]), spend),
        "access": float(record["access"]) if sums is None else total(sums["access"]),
        "access_share": ratio(float(record["access"]), access),
    }


def _district_row(row: int, record: dict, whole: pd.Series, grid: Grid, plan: Grid) -> tuple:
    known = _known(record, whole)
    key, code = grid.at("key", row), plan.column("district_key")

    def summed(column: str, name: str) -> Formula:
        return Formula(f"=SUMIFS({plan.column(column)},{code},{key})", known[name])

    def part(name: str, column: str) -> Formula:
        total_cell = f"{grid.letter(column)}${grid.total_row}"
        return Formula(f"=IF({total_cell}=0,0,{grid.at(column, row)}/{total_cell})", known[name])

    return (
        record["key"],
        record["district"],
        known["cohorts"],
        known["low_income"],
        Formula(f"=COUNTIFS({code},{key})", known["funded"]),
        summed("low_income", "reached"),
        _part(grid, row, "reached", "low_income", known["covered"]),
        summed("takers", "takers"),
        summed("cost", "cost"),
        summed("vehicle", "vehicle"),
        Formula(f"=ROUND({grid.at('cost', row)}+{grid.at('vehicle', row)},2)", known["spend"]),
        part("share", "spend"),
        summed("access", "access"),
        part("access_share", "access"),
    )


def _part(grid: Grid, row: int, part: str, whole: str, known: float) -> Formula:
    return Formula(f"=IF({grid.at(whole, row)}=0,0,{grid.at(part, row)}/{grid.at(whole, row)})", known)


def write_profile(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Profile."""
    sheet = book.sheet("Profile")
    sheet.heading(
        "Profile: the academic year's spend by month, April to March",
        "By teaching days (Assumptions), to the penny; July, the last month of the year, takes the odd pennies. August "
        "has no teaching. A pass or contract paid in advance is a prepayment at 31 March.",
    )
    grid = profile_grid()
    whole = _year(grids, content)
    months = known_months(content)
    first, second = financial_years(content)
    rows = []
    for number, month in enumerate(MONTHS):
        row = grid.first + number
        year = second if number < BEFORE_SEPTEMBER else first
        days = Formula(f"={assumptions.cell(days_name(month))}", TEACHING_DAYS[month])
        cells = [_month_cell(grid, row, key, month, *whole[key], months[key][number]) for key in ("gross", "income")]
        net = Formula(
            f"=ROUND({grid.at('gross', row)}-{grid.at('income', row)},2)",
            pounds(months["gross"][number] - months["income"][number]),
        )
        share = _of_days(grid, row, TEACHING_DAYS[month])
        rows.append((number + 1, _with_year(month, number, content), year, days, share, *cells, net))
    sums = {"days": sum(TEACHING_DAYS.values()), "share": 1.0, **{key: pounds(whole[key][1]) for key in whole}}
    sums["net"] = pounds(content.spend_pence)
    totals: dict[str, object] = {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", value)
        for key, value in sums.items()
    }
    sheet.table(grid, rows, totals=totals | {"period": "Year"})
    _write_years(sheet, content, months)
    sheet.widths(PROFILE)
    sheet.page(freeze="C5", repeat="4:4")


def academic_year(content: Content) -> int:
    """Return the year of the September in which the academic year of the plan's day begins."""
    day = content.plan.day
    return day.year if day.month >= 8 else day.year - 1


def financial_years(content: Content) -> tuple[str, str]:
    """Return the two financial years that the academic year falls in."""
    year = academic_year(content)
    return f"{year} to {year + 1}", f"{year + 1} to {year + 2}"


def _with_year(month: str, number: int, content: Content) -> str:
    """Return "April 2027": January to August fall in the calendar year after the September."""
    in_first = MONTHS.index("September") <= number <= MONTHS.index("December")
    return f"{month} {academic_year(content) + (0 if in_first else 1)}"


def _year(grids: Grids, content: Content) -> dict[str, tuple[str, int]]:
    """Return the year's gross and income: the formula part that reads them, and the pence."""
    plan, services = grids.plan, grids.services
    vehicles = int(content.services["cost_pence"].sum())
    return {
        "gross": (
            f"({plan.total('gross')}+{services.total('cost')})",
            int(content.funded["gross_pence"].sum()) + vehicles,
        ),
        "income": (plan.total("income"), int(content.funded["income_pence"].sum())),
    }


def known_months(content: Content) -> dict[str, list[int]]:
    """Return gross and income by month in pence: shares rounded half up, the last month what is left."""
    amounts = {
        "gross": int(content.funded["gross_pence"].sum()) + int(content.services["cost_pence"].sum()),
        "income": int(content.funded["income_pence"].sum()),
    }
    days, last = sum(TEACHING_DAYS.values()), MONTHS.index(LAST_MONTH)
    result = {}
    for key, pence in amounts.items():
        months = [(2 * pence * part + days) // (2 * days) for part in TEACHING_DAYS.values()]
        months[last] += pence - sum(months)
        result[key] = months
    return result


def _month_cell(grid: Grid, row: int, key: str, month: str, whole: str, pence: int, known: int) -> Formula:
    if month == LAST_MONTH:
        others = (
            f"SUM({grid.at(key, grid.first)}:{grid.at(key, row - 1)},{grid.at(key, row + 1)}:{grid.at(key, grid.last)})"
        )
        return Formula(f"=ROUND({whole}-{others},2)", pounds(known))
    days = f"{grid.letter('days')}${grid.total_row}"
    return Formula(f"=IF({days}=0,0,ROUND(ROUND({whole}*{grid.at('days', row)}/{days},8),2))", pounds(known))


def _of_days(grid: Grid, row: int, days: int) -> Formula:
    whole = f"{grid.letter('days')}${grid.total_row}"
    return Formula(f"=IF({whole}=0,0,{grid.at('days', row)}/{whole})", days / sum(TEACHING_DAYS.values()))


def _write_years(sheet, content: Content, months: dict[str, list[int]]) -> None:
    """Write the split over two financial years."""
    grid, by_month = years_grid(), profile_grid()
    sheet.put(grid.head - 1, 1, "Split over two financial years", "section")
    first, second = financial_years(content)
    split = (
        (first, "September to March", range(BEFORE_SEPTEMBER, len(MONTHS))),
        (second, "April to August", range(BEFORE_SEPTEMBER)),
    )
    rows = []
    days = list(TEACHING_DAYS.values())
    for row, (year, words, numbers) in enumerate(split, grid.first):
        known = {key: sum(values[number] for number in numbers) for key, values in months.items()}
        amounts = {
            "days": sum(days[number] for number in numbers),
            "share": sum(days[number] for number in numbers) / sum(days),
            "gross": pounds(known["gross"]),
            "income": pounds(known["income"]),
            "net": pounds(known["gross"] - known["income"]),
        }
        years, here = own_column(by_month, "year"), grid.at("year", row)
        cells = [
            Formula(f"=SUMIFS({own_column(by_month, key)},{years},{here})", value) for key, value in amounts.items()
        ]
        rows.append((None, words, year, *cells))
    whole = {
        "days": sum(days),
        "share": 1.0,
        "gross": pounds(sum(months["gross"])),
        "income": pounds(sum(months["income"])),
        "net": pounds(content.spend_pence),
    }
    totals: dict[str, object] = {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", value)
        for key, value in whole.items()
    }
    sheet.table(grid, rows, totals=totals | {"label": "Year"})
