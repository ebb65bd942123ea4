"""Names of files made harmless: what somebody's computer called a file becomes a name that every computer can bear."""

import re
import unicodedata

from registrar.applications.files.kinds import ENDINGS, Kind

LONGEST_BYTES = 180
"""In UTF-8; file systems allow 255, and a browser adds " (1)"."""
LONGEST_MARKS = 4
UNNAMED = "file"
_FORBIDDEN = re.compile(r'[<>:"|?*%]')
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def harmless(name: str, kind: Kind) -> str:
    """Return the name without folders, invisible characters and what Windows cannot bear, with the kind's own ending.

    Letters of every script stay. What calls itself something else than it is gets its true ending.
    """
    stem = _stem(_visible(re.split(r"[/\\]", name)[-1]), kind)
    stem = _shortened(stem, LONGEST_BYTES - len(kind.ending) - 1).strip(" .") or UNNAMED
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem}.{kind.ending}"


def _visible(name: str) -> str:
    """Keep what can be seen: no control, direction, joining or unassigned characters, no stack of accents."""
    composed = _SPACES.sub(" ", unicodedata.normalize("NFC", name))
    kept, marks = [], 0
    for character in composed:
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if category[0] != "C" and category not in ("Zl", "Zp") and marks <= LONGEST_MARKS:
            kept.append(character)
    return _FORBIDDEN.sub("-", "".join(kept)).strip(" .")


def _stem(name: str, kind: Kind) -> str:
    """Drop the ending if it is the kind's, or that of another accepted kind; any other stays, before the true one."""
    stem, point, ending = name.rpartition(".")
    return stem if point and ending.lower() in ENDINGS | {kind.ending} else name


def _shortened(text: str, most_bytes: int) -> str:
    """Cut a text to so many bytes of UTF-8, between two characters."""
    return text.encode()[:most_bytes].decode(errors="ignore")
