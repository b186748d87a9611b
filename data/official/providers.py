"""Which colleges and sixth forms young people may go to: Get Information About Schools and the performance tables.

Counted as `college`: further education colleges, with land-based and specialist ones. Counted as `sixth_form`: sixth
form colleges, 16 to 19 academies and free schools, and state-funded schools with a sixth form, university technical
colleges and studio schools among them. Not counted: independent schools, special post-16 institutions (their places are
named in a young person's plan), higher education, and providers in Wales, for which the tables hold nothing.
"""

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.councils import plain_name
from data.official.recognise import Found, read

COLLEGE, SIXTH_FORM = "college", "sixth_form"
NEVER = (
    "independent",
    "special",
    "higher education",
    "welsh",
    "offshore",
    "overseas",
    "nursery",
    "pupil referral",
    "alternative provision",
    "secure",
    "service children",
    "miscellaneous",
    "online",
)
OPEN = ("open", "open, but proposed to close")


def read_establishments(found: Found) -> pd.DataFrame:
    """Read GIAS: index urn; name, type, la, number, easting_m, northing_m, area, postcode, sixth_form, oldest, open."""
    wanted = {
        "urn": "urn",
        "name": "establishmentname",
        "type": "typeofestablishment (name)",
        "status": "establishmentstatus (name)",
        "la": "la (code)",
        "number": "establishmentnumber",
        "easting_m": "easting",
        "northing_m": "northing",
        "area": "lsoa (code)",
        "postcode": "postcode",
        "sixth_form": "officialsixthform (name)",
        "oldest": "statutoryhighage",
        "phase": "phaseofeducation (name)",
    }
    optional = ["la", "number", "area", "postcode", "sixth_form", "oldest", "phase"]
    raw = read(found, wanted, optional=optional)
    table = pd.DataFrame({name: cells.text(raw[name]) if name in raw else pd.NA for name in wanted}).astype("string")
    faults: list[Fault] = []
    for name in ("easting_m", "northing_m"):
        metres = cells.numbers(table[name], wanted[name], faults)
        table[name] = metres.where(metres > 0).astype("float64")  # GIAS writes 0 for not known
    table["oldest"] = cells.numbers(table["oldest"], "StatutoryHighAge", faults)
    if faults:
        raise InputError(found.file, faults)
    table["open"] = table["status"].str.lower().isin(OPEN)
    return table.dropna(subset=["urn"]).drop_duplicates("urn").set_index("urn")


def no_establishments() -> pd.DataFrame:
    """Return the table of read_establishments without a row, for where GIAS is not loaded."""
    texts = ["name", "type", "status", "la", "number", "area", "postcode", "sixth_form", "phase"]
    empty = pd.DataFrame(columns=texts, index=pd.Index([], name="urn", dtype="string"), dtype="string")
    return empty.assign(
        easting_m=np.array([]), northing_m=np.array([]), oldest=np.array([]), open=np.array([], dtype=bool)
    )


def read_performance(found: Found) -> pd.DataFrame:
    """Read the 16 to 18 performance tables: index urn; name, type, la, number, postcode, students.

    The national and local summary rows carry no URN and are left out; a suppressed count is NaN, never zero.
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
    raw = read(found, wanted)
    table = raw[cells.text(raw["urn"]).str.fullmatch(r"\d{5,7}", na=False).to_numpy()].copy()
    for name in ("urn", "name", "type", "la", "number", "postcode"):
        table[name] = cells.text(table[name])
    faults: list[Fault] = []
    table["students"] = cells.numbers(table["students"], "TPUP1618", faults, least=0)
    if faults:
        raise InputError(found.file, faults)
    return table.drop_duplicates("urn").set_index("urn")


def match(establishments: pd.DataFrame, performance: pd.DataFrame) -> pd.DataFrame:
    """Add to each provider of the performance tables the URN under which GIAS has it open now, missing if it has not.

    By URN; else by authority and establishment number, which a school keeps when it becomes an academy; else by
    authority and name.
    """
    running = establishments[establishments["open"]]
    by_number = running.reset_index().dropna(subset=["la", "number"]).drop_duplicates(["la", "number"])
    by_number = by_number.set_index(["la", "number"])["urn"]
    named = running.reset_index().dropna(subset=["la", "name"])
    named = named.assign(plain=named["name"].map(plain_name)).drop_duplicates(["la", "plain"], keep=False)
    by_name = named.set_index(["la", "plain"])["urn"]
    now = pd.Series(performance.index.where(performance.index.isin(running.index)), index=performance.index)
    numbers = pd.MultiIndex.from_frame(performance[["la", "number"]])
    now = now.fillna(pd.Series(by_number.reindex(numbers).to_numpy(), index=now.index))
    plain = pd.MultiIndex.from_arrays([performance["la"], performance["name"].map(plain_name, na_action="ignore")])
    now = now.fillna(pd.Series(by_name.reindex(plain).to_numpy(), index=now.index))
    taken = now.duplicated() & now.notna()  # two old providers that became one: the first keeps it
    return performance.assign(now=now.mask(taken))


def kind_of(gias_type: str, table_type: str, name: str) -> str | None:
    """Return college, sixth_form or None (not a destination for a planned subsidy) for one provider.

    `gias_type` and `table_type` are the types in GIAS and in the performance tables; "" where one is not loaded.
    """
    gias, table, name = gias_type.casefold(), table_type.casefold(), name.casefold()
    if any(word in gias for word in NEVER) or table == "ind":
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
    with_students = matched[~(matched["students"] == 0)]
    known = with_students[with_students["now"].notna()]
    table = establishments.loc[known["now"]].assign(
        students=known["students"].to_numpy(), table_type=known["type"].to_numpy(), urn=known["now"].to_numpy()
    )
    unmatched = with_students[with_students["now"].isna()]
    alone = unmatched.reset_index()[["urn", "name", "postcode", "students"]]
    alone = alone.assign(
        type="", table_type=unmatched["type"].to_numpy(), easting_m=np.nan, northing_m=np.nan, area=pd.NA
    )
    together = pd.concat([table.reset_index(drop=True), alone], ignore_index=True)
    together["kind"] = [
        kind_of(blank(gias), blank(listed), blank(name))
        for gias, listed, name in zip(together["type"], together["table_type"], together["name"], strict=True)
    ]
    counted = together.dropna(subset=["kind"])
    adult = establishments[establishments["open"] & (establishments["type"].str.lower() == "further education")]
    adult = adult[~adult.index.isin(counted["urn"])]
    renumbered = int((matched["now"].notna() & (matched["now"] != matched.index)).sum())
    notes = [
        f"{renumbered} providers in the performance tables now have another URN and were matched by number or name",
        f"{int(together['kind'].isna().sum())} independent or specialist providers left out",
        f"{len(adult)} further education colleges are not in the performance tables (adults only, or merged) and were "
        f"left out: {', '.join(sorted(adult['name'])[:12])}",
        "a college with several sites stands at its main one, the only one GIAS publishes",
        "providers in Wales and Scotland are not in these tables",
    ]
    return counted, notes, []


def blank(value: object) -> str:
    """Return a cell as text, "" where it is missing."""
    return "" if pd.isna(value) else str(value)


def _by_gias_alone(establishments: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    running = establishments[establishments["open"]].reset_index().assign(students=np.nan, table_type="")
    running["kind"] = [kind_of(blank(t), "", blank(n)) for t, n in zip(running["type"], running["name"], strict=True)]
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
    return running[counts & running["kind"].notna()], [], [warning]
