"""Say in a planner's words what the state of a county's data does to a plan made with it.

A bundle warns in the words of whoever builds it: columns, files, options, addresses. Those stay for the page about the
data. A planner is told what it means: what may be wrong in the plan, and for how many areas.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data.bundle import County
from data.own_files import told

NONE = ""  # it changes no plan
# How a warning is written, and its effect; \1 and names in the effect are parts of the warning. The first that fits.
EFFECTS: tuple[tuple[str, str], ...] = (
    (
        r"young_people is an estimate: .*\((?P<when>[^()]*)\)\.$",
        r"How many young people live in each area is an estimate (\g<when>). The people and the money of this plan go "
        "up and down with it.",
    ),
    (
        r"low_income_rate is an estimate: ",
        "The share on a low income is an estimate. Who is counted in this plan, and where the money goes, follow it.",
    ),
    (r"low_income_rate: .* passed over", NONE),
    (
        r"low_income_percentile: ",
        "Where an area's low income stands among all of England's is not known: rules that ask for it settle no area.",
    ),
    (
        r"rural_urban: ",
        "Which areas are rural is not known, or not of all: an area that counts as isolated for that alone is missed.",
    ),
    (r"(idaci|education|geographical_barriers)_decile: ", NONE),
    (
        r"(?P<some>[\d,]+) of (?P<all>[\d,]+) areas are placed at a centre that is not population-weighted",
        r"In \g<some> of \g<all> areas, journeys begin in the middle of the area and not where most people live. In "
        "large country areas that can be a mile or more: an area near a limit may be wrongly in target or out of it.",
    ),
    (
        r"(?P<some>[\d,]+) areas have no boundary",
        r"\g<some> areas are drawn as points: how they are cut off by water is not seen on the map.",
    ),
    (r"Water is not known without boundaries", NONE),  # `budget.planning.water` tells what that does
    (
        r"Providers of 16 to 18 education without coordinates, placed at (?P<where>[^:]*): (?P<names>.*)\.$",
        r"\g<names>: placed at \g<where>, so that distances there are a little out.",
    ),
    (
        r"Providers of 16 to 18 education that could not be placed, and are missing: (?P<names>.*?)\. Add them",
        r"Missing, as nobody knows where they stand: \g<names>. Whoever lives beside one counts as far from college. "
        "Add them on the page Rules and data.",
    ),
    (
        r"Sites left out, as their place cannot be right: (?P<some>[\d,]+) of ",
        r"Further places of colleges may be missing: in \g<some> rows of the files the place cannot be right. Whoever "
        "lives beside one counts as far from college.",
    ),
    (
        r"Schools in (?P<country>\w+) within reach whose ages .*so left out: (?P<names>.*)$",
        r"Schools in \g<country> that may teach 16 to 18 year olds are left out: areas near the border may be nearer "
        r"to college than the plan says. They are: \g<names>",
    ),
    (r"The ONS Postcode Directory that was loaded has no postcode near", NONE),
    (
        r".* holds timetables: ",
        "Timetables lie beside the data and are not used: journeys by bus and train are estimates. Measure them on the "
        "page Rules and data.",
    ),
    (r"Stops that are nowhere in Great Britain", NONE),
    (r"(Not used|Loaded twice): ", NONE),
    (r".* has no figures for ", NONE),
)
OPTIONS = re.compile(r" ?\((--[\w-]+)(, or the screen [^)]*)?\)| ?`?python -m [^`.]*`?| of crossings\.toml|`")
TECHNICAL = re.compile(r"--\w|https?://|\b\w+\.(csv|xlsx?|ods|zip|toml|parquet|json|geojson|gpkg)\b|\b[a-z]+_[a-z_]+\b")
MADE_UP = "This county is made up"  # told in the box on top


@dataclass(frozen=True, slots=True)
class DataEffects:
    """What is known of the data of a county."""

    on_plans: tuple[str, ...]  # sentences for a planner
    noted: tuple[str, ...]  # every warning as the bundle has it, for whoever looks after the data


def of_county(county: County) -> DataEffects:
    """Return what a county's data do to plans, and all that its bundle warns of."""
    return in_words(told(county))


def in_words(warnings: Iterable[str]) -> DataEffects:
    """Return the effects of warnings; one of no known kind is told as it is, unless it has technical words in it.

    >>> in_words(["Stops that are nowhere in Great Britain: 1", "Tea is served (--tea)."]).on_plans
    ('Tea is served.',)
    """
    noted = tuple(warning for warning in warnings if not warning.startswith(MADE_UP))
    effects = [effect for warning in noted if (effect := _effect(warning))]
    return DataEffects(tuple(dict.fromkeys(effects)), noted)


def _effect(warning: str) -> str:
    for pattern, effect in EFFECTS:
        if found := re.match(pattern, warning, re.DOTALL):
            return re.sub(r"\b([\d,]+) of \1 areas", r"all \1 areas", found.expand(effect))
    plain = OPTIONS.sub("", warning)
    return NONE if TECHNICAL.search(plain) else plain
