"""The parts that a report is made of, in the order they are read: text, tables and pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportText:
    """A title, heading, paragraph, bullet or note."""

    style: str  # a key of `document.STYLES`
    words: str


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with a caption, a heading row and, as its last row, a total where `has_total`."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]  # of the columns, in proportion
    words: int = 1  # how many columns from the left hold words; the others hold numbers
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG) with words for those who cannot see it."""

    png: bytes
    alt: str
    width_cm: float


@dataclass(frozen=True, slots=True)
class Pictures:
    """One or two pictures side by side, with one caption beneath."""

    caption: str
    pictures: tuple[Picture, ...]


Part = ReportText | ReportTable | Pictures


def paragraphs(*lines: str, style: str = "text") -> list[Part]:
    """Return a part for each line that is not empty."""
    return [ReportText(style, line) for line in lines if line]


def bullets(*lines: str) -> list[Part]:
    """Return a bullet for each line that is not empty."""
    return paragraphs(*lines, style="bullet")
