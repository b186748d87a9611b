"""What a file is that is text and holds no table: to say so, in place of reading its lines as people."""

import re

KINDS = (  # how it begins, and what it is
    (re.compile(rb"\{\\rtf"), "a Word document (RTF)"),
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"<(?:\?xml|[a-z][\w.-]*:)", re.IGNORECASE), "XML of another kind than a spreadsheet of Office 2003"),
    (re.compile(rb"ID;P"), "SYLK, an old form of spreadsheet"),
    (re.compile(rb"TABLE\s+0,1\s"), "DIF, an old form of spreadsheet"),
    (re.compile(rb"[\[{]\s*[\[{\"]"), "JSON"),
)
LOOKED_AT = 4096  # bytes
REFUSED = "is {}, not a table that can be read. Save or copy its table as .xlsx or CSV UTF-8, or ask for it so."


def refusal(content: bytes) -> str:
    """Return what is wrong with a file of such a kind and what to do, "" for any other.

    >>> refusal(b'[{"Reference": "A1"}]')[:21], refusal(b"Reference,Name")
    ('is JSON, not a table ', '')
    """
    start = content[:LOOKED_AT].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \r\n\t")
    what = next((what for begins, what in KINDS if begins.match(start)), "")
    return REFUSED.format(what) if what else ""
