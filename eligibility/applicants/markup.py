"""Read tables that are saved as web pages, as Office XML of 2003 or as web archives, mostly under the ending .xls.

Council systems export these daily. Nothing is fetched, no entity of a file's own is resolved, and nothing is run.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from data import text_tables
from data.faults import InputError

if TYPE_CHECKING:  # the parsers are imported where they are used: in the child process, never by who only asks the kind
    import lxml.html
    from lxml import etree

SHEETS_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
EXCEL = "{urn:schemas-microsoft-com:office:excel}"
BEGINS_A_PAGE = re.compile(
    rb"<(?:!doctype html|html|head|body|table|meta|style|title|script|link|div|span|center|font|form|p|b|br|h[1-6])\b",
    re.IGNORECASE,
)
BEGINS_AN_ARCHIVE = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?content-type:\s*(?:multipart/|text/html)", re.IGNORECASE
)
CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
STYLE_CLASS = re.compile(r"\.([\w-]+)\s*$")  # that a rule is for, as in "tr.gone"
LOW = re.compile(r"(?:[01](?:\.\d*)?|\.\d+)(?:px|pt)?")  # the height of a row that nobody sees
APART = ("br", "p", "div", "li", "td", "th", "tr", "table")  # what begins a line, or a cell within a cell
SPACES = re.compile(r"[ \t\r\n]+")  # that a page shows as one
TICKS, WRITTEN = ("checkbox", "radio"), ("text", "date", "number", "tel", "email")  # types of boxes on a page
LOOKED_AT = 4096  # bytes in which the kind of a file shows
WIDEST, TALLEST = 16_384, 1_048_576  # columns and rows, as Excel has
MOST_TABLES = 2_000  # of a page, and pages of an archive
MOST_ROWS = 100_000  # of a page: one takes much more memory than one of a workbook
MOST_CELLS = 2_000_000  # a span or an index that claims more is a slip, or meant to exhaust the machine
AGAIN = "Open it in Excel or LibreOffice and save it as .xlsx."


@dataclass(slots=True)
class Table:
    """One table while it is read."""

    name: str
    rows: list[list] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # column from nought, first and last row
    is_hidden: bool = False
    cells: int = 0
    taken: dict[int, set[int]] = field(default_factory=dict)  # by row: columns that a cell above reaches down to

    def begin(self, number: int, *, hidden: bool) -> None:
        """Begin a row, numbered from 1."""
        if number > TALLEST:
            raise OverflowError
        if self.numbers and number <= self.numbers[-1]:
            raise ValueError("a row in the place of one above it")  # of which one would be lost
        self.rows.append([])
        self.numbers.append(number)
        if hidden:
            self.hidden.append(number)

    def put(self, value: object, column: int | None, across: int, down: int) -> None:
        """Put a cell at a column (from nought) of the last row, or at the next that is free."""
        row, number = self.rows[-1], self.numbers[-1]
        taken = self.taken.get(number, set())
        column = len(row) if column is None else column
        if column < len(row):
            raise ValueError("a cell in the place of one before it")
        while column in taken:
            column += 1
        self.cells += column + across - len(row)
        if column + across > WIDEST or self.cells > MOST_CELLS:
            raise OverflowError
        row += [""] * (column + across - len(row))
        row[column] = value
        down = min(down, TALLEST - number)
        if down:
            self.merged.append((column, number, number + down))
            self.cells += down * across
            for below in range(number + 1, number + down + 1) if self.cells <= MOST_CELLS else ():
                self.taken.setdefault(below, set()).update(range(column, column + across))

    def plain(self) -> list:
        """Return name, whether it is hidden, rows, their numbers, hidden rows and merged cells, as plain values."""
        last = max(self.numbers, default=0)
        merged = [[column, first, min(end, last)] for column, first, end in self.merged if first < last]
        width = max(map(len, self.rows), default=0)
        if width * len(self.rows) > MOST_CELLS:
            raise OverflowError
        rows = [row + [""] * (width - len(row)) for row in self.rows]
        return [self.name, self.is_hidden, rows, self.numbers, self.hidden, merged]


def kind_of(content: bytes) -> str:
    """Return "office xml", "web page" or "web archive" for a file that is one, "" for any other."""
    start = content[:LOOKED_AT].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \r\n\t")
    if start.startswith((b"<?xml", b"<Workbook", b"<ss:Workbook")) and SHEETS_2003 in start:
        return "office xml"
    if BEGINS_A_PAGE.match(start) or (start.startswith((b"<?xml", b"<!--")) and BEGINS_A_PAGE.search(start)):
        return "web page"
    return "web archive" if BEGINS_AN_ARCHIVE.match(start) else ""


def read_markup(content: bytes, name: str, limits: object = None) -> dict[str, list]:
    """Return {"sheets": [as `Table.plain`, …], "notes": […]} of a file that `kind_of` knows.

    `limits` is taken as by every task of a child process. Raises InputError where it cannot be read or has no table.
    """
    from lxml import etree

    del limits
    kind = kind_of(content)
    read, what = READERS[kind]
    try:
        tables, rows = read(content)
        sheets = [table.plain() for table in tables]
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise InputError(name, [f"is {what}, and damaged ({type(error).__name__}). {AGAIN}"]) from None
    except OverflowError as error:
        too_many = str(error) or "a cell that claims more places than a sheet has"
        raise InputError(name, [f"is {what} with {too_many}. {AGAIN}"]) from None
    if not sheets:
        raise InputError(name, [f"is {what} without a table. {_frames(content)}{AGAIN}"])
    notes = [f"The file is {what}, not a workbook, whatever its name says. Its table was read as it would be shown."]
    out = sum(len(table.rows) for table in tables)
    if out != rows:
        notes.append(f"The bytes of the file have {rows:,} rows, and {out:,} were read. Check that none is missing.")
    return {"sheets": sheets, "notes": notes}


def _frames(content: bytes) -> str:
    return "Its sheets are in other files beside it. " if b"<frame" in content.lower() else ""


def _office_xml(content: bytes) -> tuple[list[Table], int]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    rows = _few_enough(len(re.findall(rb"<(?:\w+:)?Row[\s/>]", content.replace(b"\x00", b""))))
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a document type, in which entities are made")
    tables = []
    for sheet in root.iterchildren(f"{SS}Worksheet"):
        visible = sheet.findtext(f"{EXCEL}WorksheetOptions/{EXCEL}Visible", "")
        table = Table(sheet.get(f"{SS}Name", ""), is_hidden=visible.startswith("Sheet") and visible != "SheetVisible")
        number = 0
        for row in sheet.iterfind(f"{SS}Table/{SS}Row"):
            number = _whole(row.get(f"{SS}Index"), number + 1)
            table.begin(number, hidden=row.get(f"{SS}Hidden") == "1" or _is_low(row.get(f"{SS}Height")))
            for cell in row.iterchildren(f"{SS}Cell"):
                column = _whole(cell.get(f"{SS}Index"), 0) - 1
                across, down = (_whole(cell.get(f"{SS}Merge{way}"), 0) for way in ("Across", "Down"))
                table.put(_value(cell.find(f"{SS}Data")), column if column >= 0 else None, 1 + across, down)
            number += _whole(row.get(f"{SS}Span"), 0)
        tables.append(table)
    return tables, rows


def _value(data: "etree._Element | None") -> object:
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{SS}Type")
    if kind == "Number":
        return float(text)
    if kind == "DateTime":
        return datetime.fromisoformat(text)
    return text == "1" if kind == "Boolean" else text


def _web_page(content: bytes) -> tuple[list[Table], int]:
    page = content.replace(b"\x00", b"") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content
    rows = _few_enough(_rows_in(page))
    return list(_tables(_decoded(content), "table")), rows


def _few_enough(rows: int) -> int:
    if rows > MOST_ROWS:
        raise OverflowError(f"{rows:,} rows; at most {MOST_ROWS:,} are read")
    return rows


def _decoded(content: bytes) -> str:
    """Return the text of a page by the encoding it names, or by what its bytes look like where it names none."""
    declared = CHARSET.search(content[:LOOKED_AT])
    encoding = text_tables.encoding_of(content)
    if declared and not encoding.startswith("utf-16") and (named := _codec(declared[1].decode())):
        encoding = named
    return content.decode(encoding, "replace")


def _codec(name: str) -> str:
    """Return Python's name of an encoding of text, "" where there is none. Latin-1 is Windows-1252 on the web."""
    try:
        found = codecs.lookup(name)
    except LookupError:
        return ""
    if not found._is_text_encoding:
        return ""
    return "cp1252" if found.name == "iso8859-1" else found.name


def _rows_in(page: bytes) -> int:
    """Count the rows of a page by its bytes; shares nothing with the parser that reads them."""
    return len(re.findall(rb"<tr[\s/>]", b"".join(_without_comments(page)), re.IGNORECASE))


def _without_comments(page: bytes) -> Iterator[bytes]:
    """Give a page without its comments, but for those that Excel writes about itself; no byte is looked at twice."""
    kept, at = 0, page.find(b"<!--")
    while at >= 0:
        if page.startswith(b"[if", at + 4):
            at = page.find(b"<!--", at + 4)
            continue
        yield page[kept:at]
        end = page.find(b"-->", at)
        if end < 0:
            return
        kept = end + 3
        at = page.find(b"<!--", kept)
    yield page[kept:]


def _tables(page: str, name: str) -> Iterator[Table]:
    import lxml.html

    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    page = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", page)
    root = lxml.html.document_fromstring(page, parser=parser)
    _mark_unseen(root)
    for unwanted in root.xpath("//script|//style"):
        unwanted.drop_tree()
    _as_shown(root)
    for place, element in enumerate(root.iter("table"), start=1):
        if place > MOST_TABLES:
            raise OverflowError(f"more than {MOST_TABLES:,} tables")
        table = Table(f"{name} {place}", is_hidden=_is_unseen(element))
        for number, row in enumerate(_own(element, "tr"), start=1):
            within = row.getparent()  # a tbody, of which all rows may be out of sight
            table.begin(number, hidden=_is_unseen(row) or (within is not element and _is_unseen(within)))
            for cell in row.iterchildren("td", "th"):
                across, down = (max(_whole(cell.get(f"{way}span"), 1), 1) for way in ("col", "row"))
                table.put(SPACES.sub(" ", cell.text_content()).strip(), None, across, down - 1)
        yield table


def _as_shown(root: "lxml.html.HtmlElement") -> None:
    """Part the texts that stand apart on the page, and write out what its boxes show: a tick is a yes."""
    for select in root.iter("select"):
        options = list(select.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        for option in options:
            if option not in chosen:
                option.drop_tree()
    for box in root.iter("input"):
        kind = box.get("type", "text").lower()
        ticked = "yes" if "checked" in box.attrib else ""
        shown = ticked if kind in TICKS else box.get("value", "") if kind in WRITTEN else ""
        box.tail = f" {shown} {box.tail or ''}"
    for block in root.iter(*APART):
        block.text, block.tail = f" {block.text or ''}", f" {block.tail or ''}"


def _own(table: "lxml.html.HtmlElement", tag: str) -> "Iterator[lxml.html.HtmlElement]":
    """Give the elements of a table that are not in a table within it."""
    return (each for each in table.iter(tag) if next(each.iterancestors("table")) is table)


def _mark_unseen(root: "lxml.html.HtmlElement") -> None:
    """Mark as hidden what has a class that the page's own styles put out of sight."""
    styles = " ".join(style.text_content() for style in root.iter("style"))
    rules = [rule.rpartition("{") for rule in styles.split("}")]
    of_these = [part for names, _, said in rules if UNSEEN.search(said) for part in names.split(",")]
    unseen = {found[1] for part in of_these if (found := STYLE_CLASS.search(part))}
    for element in root.iter("table", "thead", "tbody", "tr") if unseen else ():
        if unseen & set(element.get("class", "").split()):
            element.set("hidden", "")


def _is_unseen(element: "lxml.html.HtmlElement") -> bool:
    return "hidden" in element.attrib or bool(UNSEEN.search(element.get("style", ""))) or _is_low(element.get("height"))


def _is_low(height: str | None) -> bool:
    return bool(height and LOW.fullmatch(height.strip()))


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _web_archive(content: bytes) -> tuple[list[Table], int]:
    import email
    import email.policy
    from email.message import EmailMessage

    if content.count(b"\n--") > 2 * MOST_TABLES:  # lines that part two pages or files; pictures are among them
        raise OverflowError(f"more than {2 * MOST_TABLES:,} parts")
    message = email.message_from_bytes(content, policy=email.policy.default)
    tables, rows = list[Table](), 0
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            page = page if isinstance(page, bytes) else b""
            charset = part.get_content_charset()
            text = page.decode(charset, "replace") if charset else _decoded(page)
            place = str(part.get("Content-Location", "")).rpartition("/")[2]
            rows = _few_enough(rows + _rows_in(page))
            tables += _tables(text, place or "table") if text.strip() else []
    return tables, rows


READERS: dict[str, tuple[Callable[[bytes], tuple[list[Table], int]], str]] = {
    "office xml": (_office_xml, "Office XML of 2003"),
    "web page": (_web_page, "a web page"),
    "web archive": (_web_archive, "a web page kept as an archive (MHTML)"),
}
