"""Published figures on the council as a whole: NEET and State of the Nation, where the bundle has them."""

import pandas as pd

from budget.report import formats
from data.bundle import County
from data.official.council_statistics import INDICES, NEET

MOST_NAMED = 3  # councils; of more only the range is given
LOW = 2  # groups of an index that are called unfavourable or worse, of seven
NOT_LOADED = {
    "neet": "Figures for young people not in education, employment or training (NEET) are not loaded.",
    "index": "The State of the Nation figures are not loaded.",
}
HOW = "Put their files with the others and build the bundle again to have them here."


def council_lines(county: County) -> list[str]:
    """Return a paragraph for each set of figures, or that it is not loaded."""
    table = county.council_statistics
    if table is None:
        return [" ".join([*NOT_LOADED.values(), HOW])]
    titles = {source.id: f"{source.publisher}, {source.vintage}" for source in county.manifest.sources}
    neet, index = table[table["measure"].isin(NEET)], table[table["measure"].isin(INDICES)]
    lines = [_neet(neet, titles) if len(neet) else f"{NOT_LOADED['neet']} {HOW}"]
    lines.append(_indices(index, titles) if len(index) else f"{NOT_LOADED['index']} {HOW}")
    return lines


def _source(rows: pd.DataFrame, titles: dict[str, str]) -> str:
    sources = [titles.get(source, source) for source in rows["source"].unique()]
    return f"Source: {formats.name('; '.join(sources), formats.LINE)}."


def _council(row: pd.Series) -> str:
    """Return a council's name, and the area of the figure where that is another."""
    same = row["of"].removesuffix(" CC").casefold() == row["council_name"].casefold()
    return formats.name(row["council_name"]) + ("" if same else f" (figure for {formats.name(row['of'])})")


def _neet(rows: pd.DataFrame, titles: dict[str, str]) -> str:
    wide = rows.pivot_table(index=["council_code", "council_name", "of"], columns="measure", values="value")
    wide = wide.reindex(columns=["neet", "not_known"]).reset_index().dropna(subset=["neet"])
    if wide.empty:
        return NOT_LOADED["neet"]
    if len(wide) > MOST_NAMED:
        low, high = (wide.loc[wide["neet"].idxmin()], wide.loc[wide["neet"].idxmax()])
        return (
            f"Across {len(wide):,} councils, the share of 16 and 17 year-olds not in education, employment or training "
            f"(NEET) runs from {low['neet']:.1f}% ({_council(low)}) to {high['neet']:.1f}% ({_council(high)}). "
            f"The middle council has {wide['neet'].median():.1f}%. {_source(rows, titles)}"
        )
    sentences = []
    for _, row in wide.iterrows():
        known = "" if pd.isna(row["not_known"]) else f" For another {row['not_known']:.1f}% this is not known."
        sentences.append(
            f"In {_council(row)}, {row['neet']:.1f}% of 16 and 17 year-olds are not in education, employment or "
            f"training (NEET).{known}"
        )
    return f"{' '.join(sentences)} {_source(rows, titles)}"


def _indices(rows: pd.DataFrame, titles: dict[str, str]) -> str:
    councils = rows["council_code"].nunique()
    if councils > MOST_NAMED:
        low = rows[rows["value"] <= LOW].groupby("measure")["council_code"].nunique()
        parts = [
            f"{INDICES[name].lower()}, {int(low.get(name, 0)):,}" for name in INDICES if name in set(rows["measure"])
        ]
        return (
            f"State of the Nation. Of {councils:,} councils, these are in the two least favourable of seven groups: "
            f"{'; '.join(parts)}. {_source(rows, titles)}"
        )
    sentences = []
    for _, own in rows.groupby("council_code", sort=True):
        parts = [
            f"{INDICES[row['measure']].lower()}, {formats.name(row['words']).lower()} (group {row['value']:.0f})"
            for _, row in own.iterrows()
        ]
        sentences.append(f"{_council(own.iloc[0])}: {'; '.join(parts)}.")
    return (
        "State of the Nation. The Social Mobility Commission puts each council in one of seven groups. Group 1 is the "
        f"least favourable. {' '.join(sentences)} {_source(rows, titles)}"
    )
