"""Say in a planner's words what the state of a county's data does to a plan made with it.

A bundle warns in the words of whoever builds it: columns, files, options, addresses. Those stay for the page about the
data. A planner is told what it means: what may be wrong in the plan, and for how many areas. The kind that a warning
carries (`data.faults.Noted`) says which of the effects below it has.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from data.bundle import County
from data.faults import Noted
from data.own_files import told
from data.wording import counted, miles

NONE = ""  # it changes no plan
# The effect of each kind of warning; names in braces are its parts.
EFFECTS: Mapping[str, str] = {
    "young_people_estimated": "How many young people live in each area is an estimate ({when}). The people and the "
    "money of this plan go up and down with it.",
    "low_income_estimated": "The share on a low income is an estimate. Who is counted in this plan, and where the "
    "money goes, follow it.",
    "column_estimated": NONE,  # no figure of a plan comes from it
    "source_passed_over": NONE,
    "low_income_percentile_unknown": "Where an area's low income stands among all of England's is not known: rules "
    "that ask for it settle no area.",
    "rural_urban_unknown": "Which areas are rural is not known, or not of all: an area that counts as isolated for "
    "that alone is missed.",
    "decile_unknown": NONE,
    "people_not_carried": "About {people} young people of {areas} areas of the Census of 2011 are left out, as nothing "
    "says which area of today they live in.",
    "not_weighted_centres": "In {some} of {all} areas, journeys begin in the middle of the area and not where most "
    "people live. In large country areas that can be a mile or more: an area near a limit may be wrongly in target or "
    "out of it.",
    "no_boundary": "{some} areas are drawn as points: how they are cut off by water is not seen on the map.",
    "areas_in_no_council": "Areas of this council may be missing: {areas} in no council in the files that were "
    "loaded.{districts}",
    "water_unknown": NONE,  # `budget.planning.water` tells what that does
    "across_water": "{some} of {all} areas have their nearest college or sixth form in a straight line across the sea "
    "or an estuary. The way round over land, or a ferry, counts for them{further}.",
    "lakes": "A straight line over {names} counts as one over land: {some} of {all} areas lie near, and a college or "
    "job on the other shore may seem close.{ways}",
    "scotland_beside": "A straight line across Scotland counts as one over land, and the colleges and jobs there are "
    "not known.",
    "over_the_border": "{country} is over the border: {some} of {all} areas are within {miles} of it in a straight "
    "line, perhaps over water. Known there: {known}. Whoever could go there may seem cut off.",
    "schools_without_ages": "Schools in {country} that may teach 16 to 18 year olds are left out: areas near the "
    "border may be nearer to college than the plan says. They are: {names}.",
    "no_colleges_loaded": "Where the colleges and sixth forms are is not known: this plan says nothing about reaching "
    "college.",
    "no_employment_loaded": "Where the jobs are is not known: this plan says nothing about reaching work.",
    "no_colleges_near": "No college or sixth form lies within {miles} of the council. The nearest are taken, which no "
    "daily journey reaches: {names}.",
    "no_colleges_left": "No college or sixth form is left within reach of {county}: a plan can bring nobody to "
    "college.",
    "no_destination_of_a_kind": "There is no {kind_of_place} within {miles} of the council.",
    "colleges_at_postcodes": "Colleges and sixth forms are placed at their postcodes, so that distances are a little "
    "out.",
    "colleges_of_2019": "Colleges and sixth forms are those of 2019, without how many students they have. One that has "
    "opened since is missing, and one that has closed still counts.",
    "colleges_at_one_site": "Colleges that are known at their main site alone: {names}. Whoever lives beside another "
    "site of theirs counts as far from college. Ask each where else it teaches 16 to 18 year olds, and add those "
    "places on the page Rules and data.",
    "sites_of_a_list": "College sites taken from {source}: {names}. It does not say whether 16 to 18 year olds are "
    "still taught there: check.",
    "providers_placed": "Placed at {where}, so that distances there are a little out: {names}.",
    "providers_missing": "Missing, as nobody knows where they stand: {names}. Whoever lives beside one counts as far "
    "from college. Add them on the page Rules and data.",
    "sites_left_out": "Further places of colleges may be missing: in {some} rows of the files the place cannot be "
    "right. Whoever lives beside one counts as far from college.",
    "timetables_not_used": "Timetables lie beside the data and are not used: journeys by bus and train are estimates. "
    "Measure them on the page Rules and data.",
    "own_file": "{told}",
    "no_postcodes_near": NONE,
    "no_figures_for_council": NONE,
    "file_not_used": NONE,
    "file_loaded_twice": NONE,
}
OPTIONS = re.compile(
    r" ?\((?:under Rules and data, or with )?(--[\w-]+)(, or the screen [^)]*)?\)| ?`?python -m [^`.]*`?"
    r"| of crossings\.toml|`"
)
TECHNICAL = re.compile(
    r"--\w|https?://|\b\w+\.(csv|xlsx?|ods|zip|toml|txt|parquet|json|geojson|gpkg)\b|\b[a-z]+_[a-z_]+\b"
)
COLUMN = re.compile(r"(?<![/.\w])[a-z]+(?:_[a-z]+)+\b(?!\.\w)")
MADE_UP = "This county is made up"  # told in the box on top


@dataclass(frozen=True, slots=True)
class DataEffects:
    """What is known of the data of a county."""

    on_plans: tuple[str, ...]  # sentences for a planner; the last counts what is told under the data alone
    noted: tuple[str, ...]  # every warning of the bundle, for whoever looks after the data


def of_county(county: County) -> DataEffects:
    """Return what a county's data do to plans, and all that its bundle warns of."""
    return in_words(told(county))


def in_words(warnings: Iterable[str]) -> DataEffects:
    """Return the effects of warnings. One without a known kind is told as it is where that is plain, else counted.

    >>> in_words(["Tea is served (--tea).", "Rows of tea.csv left out."]).on_plans[0]
    'Tea is served.'
    >>> in_words(["Rows of tea.csv left out."]).on_plans[0].partition(";")[0]
    '1 more note on the data may bear on this plan'
    """
    kept = [warning for warning in warnings if not warning.startswith(MADE_UP)]
    effects = [_effect(warning) for warning in kept]
    sentences = [effect for effect in dict.fromkeys(effects) if effect]
    if untold := effects.count(None):
        stand = "they stand, as they were" if untold > 1 else "it stands, as it was"
        sentences.append(
            f"{counted(untold, 'more note')} on the data may bear on this plan; {stand} written, with the sources of "
            "the data, in the app and the workbook."
        )
    return DataEffects(tuple(sentences), tuple(map(_plainly, kept)))


def _effect(warning: str) -> str | None:
    """Return what a warning does to a plan; None where that is not known and its own words are technical."""
    effect = EFFECTS.get(warning.kind) if isinstance(warning, Noted) else None
    if isinstance(warning, Noted) and effect is not None:
        parts = {**warning.parts, **({"miles": miles(float(warning.parts["km"]))} if "km" in warning.parts else {})}
        if _parts_of(effect) <= parts.keys():
            return re.sub(r"\b([\d,]+) of \1 areas", r"all \1 areas", effect.format(**parts))
    plain = OPTIONS.sub("", warning)
    return None if TECHNICAL.search(plain) else plain


def _parts_of(effect: str) -> set[str]:
    """Return the names of the parts in an effect: a bundle of another version may have other parts."""
    return {name for _, name, _, _ in Formatter().parse(effect) if name}


def _plainly(warning: str) -> str:
    """Return a warning without the options of a command line, and with the columns of a table in words."""
    return COLUMN.sub(lambda column: column[0].replace("_", " "), OPTIONS.sub("", warning))
