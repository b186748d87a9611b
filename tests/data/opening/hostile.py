"""Hostile and broken files, made here: each is small, and stands for one way to kill, stop or fool a reader."""

import gzip
import io
import zipfile

from tests.made import Made

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
HEAD = f'<row r="1">{TEXT.format("A1", "Reference")}{TEXT.format("B1", "DOB")}</row>'
PERSON = f'<row r="2">{TEXT.format("A2", "x")}{TEXT.format("B2", "1/1/2009")}</row>'
EXPANDING = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(rows: str = HEAD + PERSON, before: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """Return a workbook of one sheet with these rows; `before` stands before the outermost element of workbook.xml."""
    kinds = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    kinds += '<Default Extension="xml" ContentType="application/xml"/>'
    kinds += f'<Override PartName="/xl/workbook.xml" ContentType="{book}"/>'
    kinds += f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}"/>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>',
            "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'{before}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        }
        | (more or {})
    )


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def ods(rows: str) -> bytes:
    """Return an OpenDocument workbook of one sheet with these rows."""
    of = "urn:oasis:names:tc:opendocument:xmlns"
    names = f'xmlns:office="{of}:office:1.0" xmlns:table="{of}:table:1.0" xmlns:text="{of}:text:1.0"'
    table = f'<table:table table:name="S">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{of}:manifest:1.0">{entry}</manifest:manifest>'
    return packed(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest,
            "content.xml": f'<office:document-content {names} office:version="1.3">{body}</office:document-content>',
        }
    )


def ods_row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def ods_cell(text: str = "", times: int = 1) -> str:
    repeated = f'table:number-columns-repeated="{times}"'
    if not text:
        return f"<table:table-cell {repeated}/>"
    return f'<table:table-cell {repeated} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def number_cell(place: str, inside: str = "<v>1</v>") -> str:
    row = "".join(filter(str.isdigit, place))
    return f'<row r="{row}"><c r="{place}">{inside}</c></row>'


ODS_HEAD = ods_row(ods_cell("Reference"), ods_cell("DOB")) + ods_row(ods_cell("x"), ods_cell("1/1/2009"))

REFUSED = Made(lambda name: _MAKERS[name][0]())  # by name: the bytes
_MAKERS = {
    "a stray cell in the last corner": (lambda: xlsx(HEAD + PERSON + number_cell("XFD1048576")), "row 1,048,576"),
    "a stray cell in a far column": (lambda: xlsx(HEAD + PERSON + number_cell("XFD3")), "column 16,384"),
    "a stray cell at half the rows": (lambda: xlsx(HEAD + PERSON + number_cell("BZ900000")), "reaches over 900,000"),
    "a formula without a value far away": (
        lambda: xlsx(HEAD + PERSON + number_cell("A2000000000", "<f>1+1</f>")),
        "row 2,000,000,000",
    ),
    "an empty text far away": (
        lambda: xlsx(HEAD + '<row r="999999"><c r="ZZ999999" t="inlineStr"><is><t></t></is></c></row>'),
        "reaches over",
    ),
    "blanks of 200 MB": (lambda: xlsx(HEAD + PERSON + " " * 200_000_000), "times its size"),
    "entities that expand": (lambda: xlsx(before=EXPANDING), "document type"),
    "an entity outside": (lambda: xlsx(before=OUTSIDE), "document type"),
    "entities in the texts": (
        lambda: xlsx(more={"xl/sharedStrings.xml": f"{EXPANDING}<sst><si><t>&b;</t></si></sst>"}),
        "document type",
    ),
    "a zip in a zip": (lambda: packed({"applicants.xlsx": xlsx()}), "is an archive"),
    "a path that walks out": (lambda: xlsx(more={"../../etc/x.xml": "<a/>"}), "lead out"),
    "an absolute path": (lambda: xlsx(more={"/etc/x.xml": "<a/>"}), "lead out"),
    "a path of Windows": (lambda: xlsx(more={"C:\\x.xml": "<a/>"}), "lead out"),
    "a renamed program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + bytes(2_000), "neither text nor a workbook"),
    "an old workbook cut short": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be opened"),
    "20,000 columns": (lambda: (",".join(["Ref", *"a" * 20_000]) + "\n").encode() * 2, "20,001 cells"),
    "ods: a stray cell in the last corner": (
        lambda: ods(
            ODS_HEAD + ods_row(ods_cell(times=16_384), times=1_048_573) + ods_row(ods_cell(times=16_383), ods_cell("1"))
        ),
        "row 1,048,576",
    ),
    "ods: a text that repeats": (
        lambda: ods(ODS_HEAD + ods_row(ods_cell("1", times=16_000), times=1_000_000)),
        "has more than 2,000,000 cells",
    ),
    "ods: entities that expand": (
        lambda: packed({"mimetype": "x", "content.xml": f"{EXPANDING}<a>&b;</a>"}),
        "document type",
    ),
    "deep in each other": (lambda: xlsx("<a>" * 5_000 + "</a>" * 5_000), "within each other"),
    "compressed by gzip": (lambda: gzip.compress(bytes(50_000_000)), "neither text nor a workbook"),
    "a sheet many times over": (
        lambda: xlsx(
            more={
                "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
                '<sheet name="A" r:id="rId1"/><sheet name="B" r:id="rId1"/></sheets></workbook>'
            }
        ),
        "one and the same part",
    ),
    "a workbook cut short": (lambda: xlsx()[:700], "cannot be opened"),
}
WORDS = {name: words for name, (_, words) in _MAKERS.items()}
