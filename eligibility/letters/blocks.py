"""The parts that a letter is made of: headings, paragraphs, bullets, tables, and fields that somebody must fill in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A place that somebody must fill in; shown marked, in square brackets."""

    words: str


Piece = str | Field


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a letter."""

    style: str  # "title", "heading", "text", "bullet"; "annex" and "officer" are headings that begin a page
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Block | Table


def text(*lines: tuple[Piece, ...]) -> list[Part]:
    """Return a paragraph for each line."""
    return [Block("text", line) for line in lines]


def section(heading: str, lines: Iterable[str]) -> list[Part]:
    """Return a heading and a paragraph for each line that says something."""
    return [Block("heading", (heading,)), *(Block("text", (line,)) for line in lines if line)]


def bullets(heading: str, lines: Iterable[str]) -> list[Part]:
    """Return a heading and a bullet for each line that says something, nothing where none does."""
    bullets: list[Part] = [Block("bullet", (line,)) for line in lines if line]
    return [Block("heading", (heading,)), *bullets] if bullets else []
