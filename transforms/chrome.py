"""Page chrome: the lines of a page that are not its article.

What belongs here: rules that tell, document by document and the same way each time, which lines are menus, share bars,
cookie
notices, "read also" blocks, time stamps, photo credits and source lines. What does not: what recurs over many pages
(transforms.fingerprint), and what the cut lines say (transforms.article, transforms.attribution).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from transforms.date import Told, stamp


class Line(NamedTuple):
    """A line that is not blank: its place in the text (half-open, without its end), and its kind: `text` or one of
    CHROME_KINDS."""

    start: int
    end: int
    kind: str
    stamps: list[Told] | None


# Lines longer than this are prose or a block that was joined, never a label.
LABEL_LENGTH: Final = 160

_RULES: Final = (
    (
        "credit",
        re.compile(
            r"^\W*(?:фото|фотография|фотографии|снимок|иллюстрация|сурет|суретті|видео|скриншот|коллаж|photo|photograph|"
            r"image|picture|"
            r"photo credit|getty images|foto|снимка|світлина)\b(?:\s*[:–—-]|\s+(?:by|пресс-служб\w*|с сайта|из|автора|"
            r"courtesy|credit)\b|\s*©|$)",
            re.IGNORECASE,
        ),
    ),
    ("source", re.compile(r"^\W*(?:источник\w*|дереккөз\w*|source|джерело)\s*[-–—:]", re.IGNORECASE)),
    (
        "source",
        re.compile(
            r"^\W*(?:постоянный адрес|адрес статьи|ссылка на (?:статью|оригинал)|permalink|url)\b.*$|^https?://\S+$",
            re.IGNORECASE,
        ),
    ),
    (
        "related",
        re.compile(
            r"^\W*(?:читайте также|читать также|читайте ещ[её]|смотрите также|по теме|материалы по теме|"
            r"похожие (?:новости|материалы|статьи)|"
            r"ранее (?:по теме|мы писали)|тағы оқыңыз|сондай-ақ оқыңыз|оқи отырыңыз|read (?:also|more|next)|see also|"
            r"related|you may also like|"
            r"more (?:on this|stories)|recommended|читайте теж|прочетете още|viac|čtěte také|czytaj (?:też|także|więcej))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "share",
        re.compile(
            r"^\W*(?:поделиться|поделитесь|share|бөлісу|бөлісіңіз|поширити|сподели|sdílet|udostępnij|tweet|"
            r"подписывайтесь|подпишитесь|"
            r"жазылыңыз|follow us|subscribe|нашли ошибку|нравится|распечатать|print|версия для печати)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "cookies",
        re.compile(r"\b(?:cookies?|куки|файлы cookie|кукилер)\b", re.IGNORECASE),
    ),
    (
        "other",
        re.compile(r"^\W*(?:©|\(c\)|copyright|все права защищены|барлық құқықтар|all rights reserved)", re.IGNORECASE),
    ),
)


def lines(text: str, start: int = 0) -> list[Line]:
    """The lines of a text from `start` on that are not blank, each with its kind; `header` is left to
    transforms.article."""
    found: list[Line] = []
    at = start
    while at < len(text):
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        line = text[at:end]
        if line and not line.isspace():
            found.append(_line(line, at, end))
        at = end + 1
    return found


def _line(line: str, start: int, end: int) -> Line:
    if len(line) > LABEL_LENGTH:
        return Line(start, end, "text", None)
    stamps = stamp(line)
    if stamps is not None:
        return Line(start, end, "timestamp", stamps)
    for kind, rule in _RULES:
        if rule.search(line):
            return Line(start, end, kind, None)
    words = line.split()
    if (
        len(words) > 1
        and line.isupper()
        and line[-1:] not in '.!?…»"'
        and all(word.isalpha() for word in words)
        and len(words) <= 6
    ):
        return Line(start, end, "menu", None)
    return Line(start, end, "text", None)
