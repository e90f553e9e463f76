"""Untrusted text made safe to show: in a terminal, a log line, a page.

What belongs here: turning what cannot be seen, or what moves the things around it, into letters. What does not: HTML escaping (the
templates escape every value) and any change of what is stored: marts and exports hold texts as they were read.
"""

from __future__ import annotations

import re
import unicodedata

# Characters that steer instead of show. Unicode's own lists (UAX #9, UAX #44, UTS #39):
#   C0 and C1 controls with DEL (a terminal obeys them), the bidirectional controls (they show letters in another order than they
#   stand), line and paragraph separators (a log takes them for line ends), the invisible operators and fillers that hide letters,
#   interlinear annotation, tag characters (text that no one sees), lone surrogates and noncharacters (no codec writes them).
# Zero-width joiner and non-joiner stay: Persian and many Indic scripts, and emoji, are misspelt without them.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE = re.compile("[\t\n]")
# How many combining marks a letter may carry. Written languages need three at most (Vietnamese, Hebrew with cantillation); a
# stack of dozens paints over the lines above and below.
_MARKS = 4


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def visible(text: str) -> str:
    """The text with every steering character written as its escape (ESC as `\\x1b`) and piles of marks cut to four.

    Line ends and tabs stay. Takes any str, lone surrogates included; gives one that every UTF-8 writer takes.
    """
    text = _STEERING.sub(_escape, text)
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS:
            kept.append(character)
    return "".join(kept)


def one_line(text: str, limit: int | None = None) -> str:
    """As `visible`, on one line: line ends and tabs become blanks. Cut to `limit` characters, an ellipsis included, where given."""
    line = " ".join(_LINE.sub(" ", visible(text)).split(" ")).strip()
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def log_line(text: str) -> str:
    """As `visible`, with line ends and tabs escaped too: what a text says can never look like a log line of its own."""
    return _LINE.sub(_escape, visible(text))
