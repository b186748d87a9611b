"""How minutes by published timetable name what they are from, and what a letter says of it.

The version of a measured fact is a text that decisions keep, such as "timetable of 2026-09-15, from the postcode".
"""

import re
from datetime import date

from data.wording import long_date

FROM_POSTCODE = "from the postcode"
FROM_MIDDLE = "from the middle of the area and a walk to it: at most"
NONE_WITHIN = ": no journey both ways within {:g} minutes"
VERSION = re.compile(
    rf"timetable of (\d{{4}}-\d\d-\d\d), (?:({FROM_MIDDLE})|{FROM_POSTCODE}"
    r"(?:: no journey both ways within (\S+) minutes)?)"
)
TIMES = "the bus and train times published for {}"
FOUND = (
    f"We worked this out from {TIMES}, from the postcode of the home. It is the longer of the way there and the way "
    "home. Nobody from the council has made the journey"
)
AT_MOST = (
    f"We worked this out from {TIMES}, from the middle of the neighbourhood. From the home it may be shorter, "
    "but not longer"
)
NONE = (
    f"We looked at {TIMES}, from the postcode of the home. We found no way there in time and home again that takes "
    "{} minutes or less each way"
)


def in_letter(version: str | None) -> str | None:
    """Return what a letter says of minutes by timetable, without its full stop; None where they are of another kind."""
    found = VERSION.fullmatch(version or "")
    if not found:
        return None
    day = date.fromisoformat(found[1])
    words = AT_MOST if found[2] else NONE if found[3] else FOUND
    return words.format(f"{day:%A} {long_date(day)}", found[3])
