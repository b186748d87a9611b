"""What people write for a home that has no ordinary postcode: each kind has its own sentence and a way to go on.

The pseudo-postcodes ZZ99 are those of the NHS Postcode Directory (ZZ99 3VZ: no fixed abode); BF1 is the armed forces'.
"""

import re
import unicodedata

from data.official.postcode_list import FULL, squeezed

MEASURED = "let an officer give a measured distance, with who, how and when"
WAY_ON = f"Or {MEASURED}: then the postcode stops nothing."
LEFT_EMPTY = f"Or leave it empty and {MEASURED}."
KINDS = (  # what the squeezed text is, and what to say of it
    (
        r"BFPO.*|BF1\d[A-Z]{2}",
        "This is an address of the armed forces (BFPO), which is no place in England. Ask where the home is.",
    ),
    (
        r"ZZ993VZ|N/?F/?A.*|(?:OF)?NOFIXED(?:ABODE|ADDRESS).*|.*HOMELESS.*|SOFA.*|STAYINGWITH.*|C/O.*|CARE?OF.*|.*HOSTEL.*|B(?:N|AND)?B"
        r"|NO(?:POSTCODE|ADDRESS|PERMANENT).*|DOES(?:NOT|N'?T)HAVE.*|TEMP(?:ORARY)?(?:ACC?OMM?ODATION|ADDRESS|HOUSING)?.*|HOTEL.*|BEDANDBREAKFAST",
        "No fixed abode is a home without a postcode, and no reason to refuse. Use the postcode of where the young "
        "person mostly stays, or of the council's office that knows them.",
    ),
    (
        r".*(?:REFUGE(?!E)|CONFIDENTIAL|WITHHELD|REDACTED|PROTECTED|UNDISCLOSED|NOTDISCLOSED|DONOTDISCLOSE).*"
        r"|SECRET|PRIVATE|SENSITIVE",
        "An address that is kept secret, as that of a refuge, is no reason to refuse, and is not to be written here. "
        "Use the postcode of the council's office that knows the young person.",
    ),
    (
        r".*(?:BOAT|CARAVAN|MOORING|TRAVELLER|GYPS(?:Y|IES)|SHOWM[AE]N).*",
        "A home that moves, or a site without a postcode of its own, is no reason to refuse. Use the postcode of the "
        "site or the mooring, or of the council's office that knows the family.",
    ),
    (
        r".*(?:PRISON|HMP|YOI|HOSPITAL|SECUREUNIT|CHILDREN'?S'?HOME|CAREHOME|FOSTER|PLACEMENT).*",
        "A placement, a hospital or custody may be in another council's area than that of the council responsible. "
        "Let an officer say which council is, and give the postcode of the place.",
    ),
    (
        r"ZZ99\d[A-Z]{2}",
        "This is a code of the health service (ZZ99) for a home abroad or not known. Ask for the postcode of the home.",
    ),
    (
        r"GX111AA|(?:ASCN|STHL|TDCU|BBND|BIQQ|FIQQ|PCRN|SIQQ|TKCA)1ZZ",
        "This postcode is in a territory overseas, outside the United Kingdom. Ask where the home in England is.",
    ),
    (
        r"(?:SAME|AS|SEE)+(?:ABOVE|BELOW|SIBLING|BROTHER|SISTER|TWIN|ROW|PREVIOUS).*|ABOVE|ROW\d+|DITTO|DTO|SAME(?:AS.*)?"
        r"|\"|''",
        "This points to another row. Write the postcode itself in every row.",
    ),
    (
        r"NEW(?:LY)?BUIL[DT].*|(?:PLOT|UNIT)\d+.*|NEWHOUSE|NEWHOME|NEWESTATE|NOTYETALLOCATED",
        "A home so new that it has no postcode yet: use that of a neighbour in the same street.",
    ),
    (
        r"[AC-FHKNPRTV-Y]\d[0-9W][0-9AC-FHKNPRTV-Y]{4}|(?!0+$)(?:\d{4,6}[A-Z]*|\d{9})|[A-Z]{1,2}\d{4,6}[A-Z]*"
        r"|[A-Z]\d[A-Z]\d[A-Z]\d|.*(?:OVERSEAS|ABROAD|OUTSIDE(?:OF)?(?:THE)?UK).*",
        "This looks like a postal code of another country. Write the postcode of the home in England.",
    ),
)
PATTERNS = tuple((re.compile(pattern), sentence) for pattern, sentence in KINDS)
SEVERAL = "There is more than one postcode here. Write that of the home where the young person mostly lives, alone."
MORE = (
    "There is more than a postcode here, if only a mark or a letter of another alphabet. Write the postcode alone, as "
    "in LN1 1AA."
)
LETTER_L = (
    "A letter l or a capital I may stand for 1 here, O for 0, S for 5, or Z for 2: no such postcode exists. Check it."
)
NEW = "The newest postcodes are in no list yet: for a new home use that of a neighbour in the same street."
LIKE_DIGITS = str.maketrans("LISZBO", "115280")
WITHIN = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}(?![A-Z0-9])")  # a postcode among other words


def is_known(written: object) -> bool:
    """Return whether a home is of a kind that has no ordinary postcode; a measured distance may stand in its place."""
    return _kind(written) != ""


def with_a_way_on(written: object, message: str) -> str:
    """Return what is wrong with a postcode and how to go on: of its kind where it is special, else the `message`."""
    if kind := _kind(written):
        return f"{kind} {WAY_ON}"
    special = sentence(written)
    return f"{special if special in (SEVERAL, MORE) else f'{message} {special}'.strip()} {LEFT_EMPTY}"


def _kind(written: object) -> str:
    text = re.sub(r"[^A-Z0-9/\"']", "", squeezed(_usual(written)))
    return next((words for pattern, words in PATTERNS if pattern.fullmatch(text)), "")


def _usual(written: object) -> str:
    """Return a text with the usual letters and figures in place of wide ones and the like."""
    return unicodedata.normalize("NFKC", str(written))


def sentence(written: object) -> str:
    """Return what to say of a postcode that was not found, as it was written; "" where nothing is special about it.

    >>> sentence("BFPO 57")[:38], sentence("XM15 1AA / XM1 1AA")[:32], sentence("LN99 9ZZ")[:32]
    ('This is an address of the armed forces', 'There is more than one postcode ', 'The newest postcodes are in no l')
    """
    if kind := _kind(written):
        return kind
    text = re.sub(r"[^A-Z0-9]", "", squeezed(_usual(written)))
    within = WITHIN.findall(" ".join(str(written).upper().split()))
    if len(within) > 1:
        return SEVERAL
    if (within and not FULL.fullmatch(text)) or (FULL.fullmatch(text) and squeezed(written) != text):
        return MORE
    if FULL.fullmatch(text):
        return f"{LETTER_L} {NEW}" if re.search(r"[LISZBO]", text[2:-2]) else NEW
    mended = text[:2] + text[2:-2].translate(LIKE_DIGITS) + text[-2:]
    return LETTER_L if FULL.fullmatch(mended) and re.search(r"\d", text) else ""
