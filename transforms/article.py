"""Documents to articles: day and time of publication, title, byline, outlet, origin, address, and the text without
page chrome.

What belongs here: the order in which what a document tells of itself is believed. What does not: how a date is written
(transforms.date), what a line of chrome is (transforms.chrome), who an outlet is (transforms.attribution).

The article's text can be made again from the document's: cut the spans of `chrome` out of it, join what is left, and
strip blanks at
both ends.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from transforms import attribution, chrome, date, words
from transforms.attribution import Outlets
from transforms.records import ARTICLES

# A headline is one line and at most this long: the longest headlines of agencies are about 150 characters.
TITLE_LENGTH: Final = 200
# Lines at the top and at the bottom in which a date can be the day of publication; the chrome of a page stands above
# and below these.
TOP_LINES: Final = 12
BOTTOM_LINES: Final = 8

_DATE_LINE: Final = re.compile(
    r"\s*(?P<title>[^\n]{0,200}?)(?:(?<=\s)|^|(?<=\n))date[ \t]+(?P<date>\d{4}-\d{1,2}-\d{1,2})(?=\s|$)[ \t]*"
)
_NOT_A_TITLE: Final = re.compile(
    r"\b(?:the|a|an|this|that|its|their|due|release|launch|start|end|closing|expiry|effective|deadline|target|birth|to|of|by|no|new|"
    r"publication|election)$",
    re.IGNORECASE,
)
_KEYS: Final = {
    "date": "date published published_at pubdate дата күні datum data publication_date created",
    "title": "title headline заголовок название тақырып",
    "url": "url link permalink ссылка адрес сілтеме",
    "outlet": "source outlet publisher site источник издание дереккөз",
    "byline": "author authors byline by автор авторы",
}
_FIELD_OF: Final = {word: field for field, words in _KEYS.items() for word in words.split()}
_FIELD: Final = re.compile(r"(?P<key>[^\W\d][\w -]{1,24}?)[ \t]*:[ \t]*(?P<value>[^\n]*)\n?")


class _Head(NamedTuple):
    """What stands before the text: where it ends, and what its fields tell."""

    end: int
    fields: dict[str, str]


def parse(documents: pl.DataFrame, *, horizon: datetime.date, timezone: str, outlets: Outlets) -> pl.DataFrame:
    """Parses accepted documents.

    Takes DOCUMENTS (accepted rows), the greatest logical date that the warehouse knows, the name of the zone whose
    days and clocks the
    texts mean (IANA), and the table of outlets. Gives ARTICLES: one row a row, in the same order. Raises
    ZoneInfoNotFoundError for an
    unknown zone.
    """
    zone = ZoneInfo(timezone)
    rows = [
        _article(row, horizon, zone, outlets)
        for row in documents.select(
            "text", "source_path", "modified_at", "told_date", "told_title", "told_url", "told_outlet"
        ).iter_rows()
    ]
    names = [
        name for name in ARTICLES.names() if name not in {"article_id", "source_path", "modified_at", "word_count"}
    ]
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    data = {name: pl.Series(name, column, dtype=ARTICLES[name]) for name, column in zip(names, values, strict=True)}
    return pl.DataFrame(
        {
            **data,
            "article_id": documents["document_id"],
            "source_path": documents["source_path"],
            "modified_at": documents["modified_at"],
            "word_count": words.count_words(data["text"]),
        }
    ).select(ARTICLES.names())


def _article(row: tuple[Any, ...], horizon: datetime.date, zone: ZoneInfo, outlets: Outlets) -> tuple[Any, ...]:
    text, path, modified, told_date, told_title, told_url, told_outlet = row
    head = _head(text)
    fields = head.fields
    lines = chrome.lines(text, head.end)
    spans: list[tuple[int, int, str]] = [(0, head.end, "header")] if head.end else []
    days = _Days(horizon, zone)
    if told_date:
        days.offer_all("header", date.find(told_date), told_date)
    if "date" in fields:
        days.offer_all("header", date.find(fields["date"]), fields["date"])
    title = told_title or fields.get("title") or None
    byline = fields.get("byline") or None
    taken: set[int] = set()
    if title is None:
        title, number = _title(text, lines, bool(head.end))
        if number is not None:
            taken.add(number)
    if byline is None:
        byline, number = _byline(text, lines, taken)
        if number is not None:
            taken.add(number)
    for number, line in enumerate(lines):
        near = number < TOP_LINES or number >= len(lines) - BOTTOM_LINES
        if line.stamps and near:
            days.offer_all("text", line.stamps, "")
        if number in taken:
            spans.append(_span(text, line, "header"))
        elif line.kind != "text":
            spans.append(_span(text, line, line.kind))
    days.offer_all("path", date.find_in_path(path), "")
    day, source, published_at, refused = days.settle(modified)
    told = attribution.attribute(
        text,
        head.end,
        outlets,
        url=told_url or fields.get("url") or None,
        outlet=_outlet(told_outlet or fields.get("outlet"), outlets),
    )
    spans = _merged(spans)
    return (
        day,
        published_at,
        source,
        refused,
        title,
        byline,
        told.outlet,
        told.origin,
        told.url,
        without(text, spans),
        [{"start": start, "end": end, "kind": kind} for start, end, kind in spans],
    )


def without(text: str, spans: list[tuple[int, int, str]]) -> str:
    """The article's text: the document's without the spans, stripped."""
    if not spans:
        return text.strip()
    parts = []
    at = 0
    for start, end, _ in spans:
        parts.append(text[at:start])
        at = end
    parts.append(text[at:])
    return "".join(parts).strip()


def _span(text: str, line: chrome.Line, kind: str) -> tuple[int, int, str]:
    """A whole line as a span: with its end and the blank lines after it, so that nothing but the text around it is
    left."""
    end = line.end
    while end < len(text) and text[end] in "\n \t":
        end += 1
    if end < len(text):  # blanks at the beginning of the next line are its own
        end = max(text.rfind("\n", line.end, end) + 1, line.end)
    return line.start, end, kind


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    spans.sort()
    return [span for span in spans if span[0] < span[1]]


def _outlet(told: str | None, outlets: Outlets) -> str | None:
    if not told:
        return None
    hit = outlets.named(told)
    return hit.name if hit is not None else attribution.domain_of(told) if "://" in told else told.strip()


def _head(text: str) -> _Head:
    match = _DATE_LINE.match(text)
    if match is not None and _is_header(match, text):
        title = match["title"].strip()
        return _Head(match.end(), {"date": match["date"], **({"title": title} if title else {})})
    return _front_matter(text)


def _is_header(match: re.Match[str], text: str) -> bool:
    title = match["title"].strip()
    if not title:
        return True
    after = text[match.end() : match.end() + 1]
    if not title[-1].isascii() or not title[-1].isalpha():
        return not after.islower()
    return not after.islower() and _NOT_A_TITLE.search(title) is None


def _front_matter(text: str) -> _Head:
    """Fields at the very top: between lines of three dashes (YAML), or plain ones, of which one must be a date, a
    title or an address."""
    start = len(text) - len(text.lstrip())
    fenced = text.startswith("---\n", start)
    at = start + 4 if fenced else start
    fields: dict[str, str] = {}
    count = 0
    while (match := _FIELD.match(text, at)) is not None:
        field = _FIELD_OF.get(match["key"].strip().casefold().replace(" ", "_"))
        if field is None and not fenced:
            break
        value = match["value"].strip().strip("\"'")
        if field is not None and value:
            fields.setdefault(field, value)
        count += 1
        at = match.end()
    if fenced:
        end = text.find("\n---", at - 1)
        if end < 0 or not fields:
            return _Head(0, {})
        line_end = text.find("\n", end + 4)
        return _Head(len(text) if line_end < 0 else line_end + 1, fields)
    if (
        not fields
        or (count < 2 and "date" not in fields and "url" not in fields)
        or not fields.keys() & {"date", "title", "url"}
    ):
        return _Head(0, {})
    return _Head(at, fields)


_SENTENCE_END: Final = (".", "!", "?", "…", ".»", '."', ":", ";", ",")


def _title(text: str, lines: list[chrome.Line], dated: bool) -> tuple[str | None, int | None]:
    """The headline: the first line of the top that is text, short, ends no sentence, and is followed by something
    longer."""
    for number, line in enumerate(lines[:TOP_LINES]):
        if line.kind != "text":
            continue
        told = text[line.start : line.end].strip()
        if len(told) > TITLE_LENGTH or told.endswith(_SENTENCE_END[:1] + _SENTENCE_END[3:]) or len(lines) == 1:
            return None, None
        if dated and number == 0:
            return None, None
        return told, number
    return None, None


_PERSON: Final = re.compile(
    r"(?:(?:автор|by|авторы|author|мәтін|текст)\s*[:–—-]?\s*)?((?:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w'’-]+\.?\s*){2,3})$",
    re.IGNORECASE,
)


def _byline(text: str, lines: list[chrome.Line], taken: set[int]) -> tuple[str | None, int | None]:
    """The author: a line of two or three capitalised words near the top, after the title and before the first long
    line."""
    if not taken:
        return None, None
    for number in range(max(taken) + 1, min(len(lines), TOP_LINES)):
        line = lines[number]
        told = text[line.start : line.end].strip()
        if len(told) > TITLE_LENGTH:
            break
        match = _PERSON.fullmatch(told) if line.kind == "text" else None
        if match is not None and all(word[:1].isupper() for word in match[1].split()):
            return match[1].strip(), number
    return None, None


class _Days:
    """The days that a document tells, in the order of belief; `settle` says which one wins."""

    def __init__(self, horizon: datetime.date, zone: ZoneInfo) -> None:
        self._horizon = horizon
        self._zone = zone
        self._winner: tuple[datetime.date, str] | None = None
        self._at: datetime.datetime | None = None
        self._refused: list[dict[str, str]] = []

    def offer_all(self, source: str, dates: list[date.Told], told: str) -> None:
        """Offers dates of one source; `told` is reported where it has none at all."""
        for one in dates:
            self._offer(source, one)
        if not dates and told:
            self._refuse(told.strip()[:100], source, "impossible")

    def _offer(self, source: str, one: date.Told) -> None:
        day = one.day
        at: datetime.datetime | None = None
        if day is not None and one.time is not None:
            try:
                moment = datetime.datetime.combine(day, one.time)
                local = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
                day = local.astimezone(self._zone).date()
                at = local.astimezone(datetime.UTC).replace(tzinfo=None)
            except OverflowError:
                day = None
        if day is None:
            self._refuse(one.text, source, "impossible")
        elif day > self._horizon:
            self._refuse(day.isoformat(), source, "future")
        elif self._winner is None:
            self._winner, self._at = (day, source), at
        elif self._winner[0] == day and self._at is None:
            self._at = at

    def _refuse(self, told: str, source: str, why: str) -> None:
        refused = {"date": told, "source": source, "why": why}
        if refused not in self._refused:
            self._refused.append(refused)

    def settle(
        self, modified: datetime.datetime | None
    ) -> tuple[datetime.date, str, datetime.datetime | None, list[dict[str, str]]]:
        """The day, where it came from, the time in UTC where one is told, and the days that could not win."""
        if self._winner is not None:
            return self._winner[0], self._winner[1], self._at, self._refused
        day = self._horizon
        if modified is not None:
            try:
                day = modified.replace(tzinfo=datetime.UTC).astimezone(self._zone).date()
            except OverflowError:
                self._refuse(modified.isoformat(), "modified", "impossible")
        if day > self._horizon:
            self._refuse(day.isoformat(), "modified", "future")
            day = self._horizon
        return day, "modified", None, self._refused
