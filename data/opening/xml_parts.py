"""Read XML from outside in one pass: nothing is kept, no document type, no entity of its own, no other file."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

CHUNK = 1 << 18
DEEPEST = 200  # elements within each other; a workbook has some 20


class BadXml(Exception):
    """XML that is not read, with what is wrong with it."""


class XmlReader:
    """Handles what stands in an XML file. A subclass has the handlers that it needs."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; `tag` is its name without a prefix."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text."""


def read(file: IO[bytes], reader_of: Callable[[str], XmlReader | None]) -> None:
    """Read an XML file to its end. `reader_of` gives the handlers, by the name of the outermost element.

    Raises BadXml for what is no XML, has a document type (where entities are made), or is nested without end.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def first(tag: str, attributes: dict[str, str]) -> None:
        reader = reader_of(tag.rpartition(":")[2])
        parser.StartElementHandler = None
        if reader is not None:
            start, end = reader.start, reader.end

            def deeper(tag: str, attributes: dict[str, str]) -> None:
                nonlocal depth
                depth += 1
                if depth > DEEPEST:
                    raise BadXml(f"has more than {DEEPEST} elements within each other")
                start(tag.rpartition(":")[2] if ":" in tag else tag, attributes)

            def up(tag: str) -> None:
                nonlocal depth
                depth -= 1
                end(tag.rpartition(":")[2] if ":" in tag else tag)

            parser.StartElementHandler, parser.EndElementHandler = deeper, up
            parser.CharacterDataHandler = reader.text
            deeper(tag, attributes)

    parser.StartElementHandler = first
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise BadXml(f"is damaged ({type(error).__name__})") from None


def _refuse_document_type(*_: object) -> None:
    raise BadXml("has a document type, in which entities are made. No spreadsheet program writes one")
