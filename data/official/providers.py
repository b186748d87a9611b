"""Read the colleges and sixth forms that young people may go to, from GIAS and the 16 to 18 performance tables.

GIAS is Get Information About Schools. Counted as `college`: further education colleges, with land-based and specialist
ones. Counted as `sixth_form`: sixth form colleges, 16 to 19 academies and free schools, and state-funded schools with a
sixth form, university technical colleges and studio schools among them. Not counted: independent schools, special
post-16 institutions (their places are named in a young person's plan), higher education, and providers in Wales, which
the tables do not have.
"""

import numpy as np
import pandas as pd

from data.official import cells, studies
from data.official.plain_names import plain_name
from data.official.tables import OfficialTable, faults_in, read

COLLEGE, SIXTH_FORM = "college", "sixth_form"
# Words in the types of establishments that are not counted.
NEVER = (
    *("independent", "special", "higher education", "welsh", "offshore", "overseas", "nursery", "pupil referral"),
    *("alternative provision", "secure", "service children", "miscellaneous", "online"),
)
OPEN = ("open", "open, but proposed to close")


def read_establishments(source: OfficialTable) -> pd.DataFrame:
    """Read GIAS: index urn; place (easting_m, northing_m, area, postcode), open, and what `wanted` below names.

    A row whose URN is no number, such as a line of totals at the end, is no establishment and is left out.
    """
    required = {
        "urn": "urn",
        "name": "establishmentname",
        "type": "typeofestablishment (name)",
        "status": "establishmentstatus (name)",
        "easting_m": "easting",
        "northing_m": "northing",
    }
    optional = {
        "la": "la (code)",
        "number": "establishmentnumber",
        "area": "lsoa (code)",
        "postcode": "postcode",
        "sixth_form": "officialsixthform (name)",
        "oldest": "statutoryhighage",
        "phase": "phaseofeducation (name)",
        "ukprn": "ukprn",
    }
    wanted = required | optional
    raw = _with_urn(read(source, wanted, optional=optional))
    table = pd.DataFrame({name: cells.text(raw[name]) if name in raw else pd.NA for name in wanted}).astype("string")
    with faults_in(source) as faults:
        for name in ("easting_m", "northing_m"):
            metres = cells.numbers(table[name], wanted[name], faults)
            table[name] = metres.where(metres > 0).astype("float64")  # GIAS writes 0 for not known
        table["oldest"] = cells.numbers(table["oldest"], "StatutoryHighAge", faults)
    table["open"] = table["status"].str.lower().isin(OPEN)
    return table.drop_duplicates("urn").set_index("urn")


def _with_urn(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose column urn holds a unique reference number, of five to seven digits."""
    return raw[cells.text(raw["urn"]).str.fullmatch(r"\d{5,7}", na=False).to_numpy()].copy()


def no_establishments() -> pd.DataFrame:
    """Return the table of read_establishments without a row, for where GIAS is not loaded."""
    texts = ["name", "type", "status", "la", "number", "area", "postcode", "sixth_form", "phase", "ukprn"]
    types = dict.fromkeys(texts, "string") | dict.fromkeys(["easting_m", "northing_m", "oldest"], "float64")
    empty = pd.DataFrame(columns=[*types, "open"], index=pd.Index([], name="urn", dtype="string"))
    return empty.astype(types | {"open": bool})


def read_performance(source: OfficialTable) -> pd.DataFrame:
    """Read the 16 to 18 performance tables: index urn; name, type, la, number, postcode, students, academic, technical.

    The national and local summary rows carry no URN and are left out; a suppressed count is NaN, never zero. What
    they study is as `studies.read_cohorts` says.
    """
    wanted = {
        "urn": "urn",
        "name": "schname",
        "type": "nftype/fesitype",
        "la": "lea",
        "number": "estab",
        "postcode": "pcode",
        "students": "tpup1618",
    }
    raw = read(source, wanted | studies.HEADERS, optional=studies.HEADERS)
    table = _with_urn(raw)
    for name in ("urn", "name", "type", "la", "number", "postcode"):
        table[name] = cells.text(table[name])
    table[list(studies.STUDIES)] = studies.read_cohorts(table, source)
    table = table.drop(columns=[header for header in studies.HEADERS if header in table])
    with faults_in(source) as faults:
        table["students"] = cells.numbers(table["students"], "TPUP1618", faults, least=0)
    return table.drop_duplicates("urn").set_index("urn")


def match(establishments: pd.DataFrame, performance: pd.DataFrame) -> pd.DataFrame:
    """Add to each provider of the performance tables the URN under which GIAS has it open now, missing if it has not.

    By URN; else by authority and establishment number, which a school keeps when it becomes an academy; else by
    authority and name.
    """
    running = establishments[establishments["open"]].reset_index()
    by_number = running.dropna(subset=["la", "number"]).drop_duplicates(["la", "number"])
    by_name = running.dropna(subset=["la", "name"]).assign(plain=lambda table: table["name"].map(plain_name))
    by_name = by_name.drop_duplicates(["la", "plain"], keep=False)
    names = performance["name"].map(plain_name, na_action="ignore")
    now = pd.Series(performance.index.where(performance.index.isin(running["urn"])), index=performance.index)
    for urns, keys in (
        (by_number.set_index(["la", "number"])["urn"], [performance["la"], performance["number"]]),
        (by_name.set_index(["la", "plain"])["urn"], [performance["la"], names]),
    ):
        now = now.fillna(pd.Series(urns.reindex(pd.MultiIndex.from_arrays(keys)).to_numpy(), index=now.index))
    taken = now.duplicated() & now.notna()  # two old providers that became one: the first keeps it
    return performance.assign(now=now.mask(taken))


def kind_of(gias_type: str, table_type: str, name: str) -> str | None:
    """Return college, sixth_form or None (not a destination for a planned subsidy) for one provider.

    `gias_type` and `table_type` are the types in GIAS and in the performance tables; "" where one is not loaded.
    """
    gias, table, name = gias_type.casefold(), table_type.casefold(), name.casefold()
    if any(words in gias for words in NEVER) or table == "ind":
        return None
    if "sixth form" in table or "sixth form" in name or "sixth form" in gias:
        return SIXTH_FORM
    if "college" in table or gias == "further education":
        return COLLEGE
    return SIXTH_FORM


def providers(
    establishments: pd.DataFrame, performance: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return the colleges and sixth forms of England, with notes and warnings.

    With performance tables a provider counts when they list it with students aged 16 to 18; a suppressed count is some.
    Without them, an open college counts, and a school when GIAS says it has a sixth form or teaches to 18.
    """
    if performance is None:
        return _by_gias_alone(establishments)
    matched = match(establishments, performance)
    with_students = matched[matched["students"] != 0]
    known = with_students[with_students["now"].notna()]
    table = establishments.loc[known["now"]].assign(
        table_type=known["type"].to_numpy(),
        urn=known["now"].to_numpy(),
        **{name: known[name].to_numpy() for name in ("students", *studies.STUDIES)},
    )
    unmatched = with_students[with_students["now"].isna()].reset_index().rename(columns={"type": "table_type"})
    alone = unmatched[["urn", "name", "la", "postcode", "students", *studies.STUDIES, "table_type"]]
    alone = alone.assign(type="", easting_m=np.nan, northing_m=np.nan, area=pd.NA)
    together = _with_kinds(pd.concat([table.reset_index(drop=True), alone], ignore_index=True))
    counted = together.dropna(subset=["kind"])
    renumbered = int((matched["now"].notna() & (matched["now"] != matched.index)).sum())
    notes = [
        f"{renumbered} providers in the performance tables now have another URN and were matched by number or name",
        f"{int(together['kind'].isna().sum())} independent or specialist providers left out",
        "a college with several sites is placed at its main one, the only one GIAS publishes",
        "providers in Wales and Scotland are not in these tables",
    ]
    return counted, notes, []


def adult_colleges(establishments: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return the open colleges of further education that `providers` did not count: for adults only, or merged."""
    adult = establishments[establishments["open"] & (establishments["type"].str.lower() == "further education")]
    return adult[~adult.index.isin(counted["urn"])]


def _with_kinds(table: pd.DataFrame) -> pd.DataFrame:
    """Add the kind of each provider, missing where it is no destination."""
    texts = table[["type", "table_type", "name"]].astype(object).where(table.notna(), "")
    return table.assign(kind=[kind_of(*map(str, row)) for row in texts.itertuples(index=False, name=None)])


def _by_gias_alone(establishments: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    running = establishments[establishments["open"]].reset_index().assign(students=np.nan, table_type="")
    running = _with_kinds(running)
    says = running["sixth_form"].str.lower().eq("has a sixth form").fillna(False)
    older = running["oldest"].ge(18) & running["sixth_form"].isna()
    only = running["phase"].str.lower().eq("16 plus").fillna(False) | running["type"].str.contains(
        "16|sixth", case=False
    )
    counts = running["kind"].eq(COLLEGE) | (running["kind"].eq(SIXTH_FORM) & (says | older | only.fillna(False)))
    warning = (
        "No 16 to 18 performance tables were loaded: the sizes of colleges and sixth forms are not known, and schools "
        "count as sixth forms by GIAS alone. Load the performance tables (KS5 final)."
    )
    counted = running[counts & running["kind"].notna()]
    return counted.join(studies.by_type(counted)), ["what is offered is read off the type, an estimate"], [warning]
