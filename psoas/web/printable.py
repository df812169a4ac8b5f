"""Any text -> text that the fonts inside Typst can show, and that fits between two margins."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST_WORD, PIECE = 24, 12
UNSEEN = "\N{WHITE SQUARE}"

# What the fonts inside Typst cover whole, in every weight; a character without a shape would stop PDF/UA-1.
# Marks over a letter are left out where they do not melt into it, since they do not stand over every letter.
COVERED = (
    (0x20, 0x4FF), (0x531, 0x589), (0x5D0, 0x5EA), (0x621, 0x63A), (0x640, 0x66C),
    (0x1E00, 0x1FFF), (0x2000, 0x2040), (0x20A6, 0x20BF), (0x2190, 0x22FF), (0x2500, 0x25FF),
)  # fmt: skip


def printable(value: Any) -> Any:
    """The same data with every text in it made printable; done twice it changes nothing more."""
    if isinstance(value, str):
        return breakable("".join(map(shape, unicodedata.normalize("NFC", value))))
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value


def shape(character: str) -> str:
    """The character, a space for a break, nothing for a control or a mark, or a square for what no font here has."""
    if character.isspace():
        return " " if character != "\u00a0" else character
    if unicodedata.category(character)[0] in "CM":
        return ""
    return character if any(low <= ord(character) <= high for low, high in COVERED) else UNSEEN


def breakable(text: str) -> str:
    """The text with places to break inside words too long for a line."""
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda found: in_pieces(found[0]), text)


def in_pieces(word: str) -> str:
    return "\u200b".join(word[start : start + PIECE] for start in range(0, len(word), PIECE))
