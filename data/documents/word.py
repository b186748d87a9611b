"""Make Word documents whose bytes depend on their content alone: in British English, without author or time."""

import io
import zipfile
from datetime import date, datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn

LANGUAGE = "en-GB"
EARLIEST_YEAR = 1980  # a zip knows no earlier one


def new_document(title: str, day: date) -> Document:
    """Return an empty document with a title, in British English, dated `day`, without an author."""
    document = docx.Document()
    about, when = document.core_properties, datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a day, not an hour)
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title, about.language = title, LANGUAGE
    about.created = about.modified = when
    about.revision = 1
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    return document


def set_font(document: Document, style: str, name: str) -> None:
    """Give a style a font by name, in place of the theme's."""
    font = document.styles[style].font
    document.styles[style].element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
    font.name = name


def to_bytes(document: Document, day: date) -> bytes:
    """Return a document as bytes, its parts dated `day`."""
    saved, result = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            new.writestr(zip_entry(name, day), old.read(name), compresslevel=6)
    return result.getvalue()


def zip_entry(name: str, day: date) -> zipfile.ZipInfo:
    """Return a zip entry dated a day, without the time."""
    entry = zipfile.ZipInfo(name, (max(day.year, EARLIEST_YEAR), day.month, day.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
