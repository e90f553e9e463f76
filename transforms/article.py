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
import functools
import re
import string
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from transforms import attribution, chrome, date, words
from transforms import lines as kernels
from transforms.attribution import Outlets
from transforms.compiled import COMPILED
from transforms.records import ARTICLES

# A headline is one line and at most this long: the longest headlines of agencies are about 150 characters.
TITLE_LENGTH: Final = 200
# What stands before the date of a header may be the headline and what introduces it: of 5,506 real pages seven had more. No other
# language than English has the word "date" in its prose.
HEADER_LENGTH: Final = 1000
# A letter that is no ASCII in so many characters around a date tells another language; of English, names and loans have fewer.
_FOREIGN: Final = 100
# Dates of headers that are kept, as found: archives hold many articles of a day. About 1 MB.
_KEPT_DATES: Final = 4096
# Lines below an article in which its date can stand: a stamp, a source line and an address follow each other.
BOTTOM_LINES: Final = 4

# `[title] date YYYY-MM-DD text`: the word, the date and the blanks after it.
_DATE_LINE: Final = re.compile(
    r"date[ \t]+(?P<date>\d{4}-\d{1,2}-\d{1,2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)(?=\s|$)[ \t]*"
)
_BLANK: Final = re.compile(r"\s*")
_NOT_A_TITLE: Final = re.compile(
    r"\b(?:the|a|an|this|that|its|their|due|release|launch|start|end|closing|expiry|effective|deadline|target|birth|"
    r"to|of|by|no|new|"
    r"publication|election)$",
    re.IGNORECASE,
)
_LONGEST_NOT_A_TITLE: Final = len("publication")
_KEYS: Final = {
    "date": "date published published_at pubdate дата күні datum data publication_date created",
    "title": "title headline заголовок название тақырып",
    "url": "url link permalink ссылка адрес сілтеме",
    "outlet": "source outlet publisher site источник издание дереккөз",
    "byline": "author authors byline by автор авторы",
}
_FIELD_OF: Final = {word: field for field, words in _KEYS.items() for word in words.split()}
_FIELD: Final = re.compile(r"(?P<key>[^\W\d][\w -]{1,24}?)[ \t]*:[ \t]*(?P<value>[^\n]*)\n?")


_Span: TypeAlias = dict[str, int | str]  # as in ARTICLES, `chrome`

# What stands before the text: where it ends, and what its fields tell. A plain tuple, as all that is kept for each text of a batch:
# the garbage collector leaves these alone.
_Head: TypeAlias = tuple[int, dict[str, str]]


def parse(documents: pl.DataFrame, *, horizon: datetime.date, timezone: str, outlets: Outlets) -> pl.DataFrame:
    """Parses accepted documents.

    Takes DOCUMENTS (accepted rows), the greatest logical date that the warehouse knows, the name of the zone whose
    days and clocks the
    texts mean (IANA), and the table of outlets. Gives ARTICLES: one row a row, in the same order. Raises
    ZoneInfoNotFoundError for an
    unknown zone.
    """
    zone = ZoneInfo(timezone)
    texts, paths = documents["text"].to_list(), documents["source_path"].to_list()
    # Microseconds: a datetime is made only of the few that are asked for.
    times = documents["modified_at"].cast(pl.Int64).to_list()
    told = _told_rows(documents)
    heads = [_head(text) for text in texts]
    batch = kernels.batch(documents["text"])
    stems = _held(texts, batch)
    notices = np.array([not one.isdisjoint(_notices()) for one in stems], dtype=np.bool_)
    sheet = chrome.Sheet(texts, [end for end, _ in heads], notices, batch)
    ends = sheet.ends()
    rows, cuts, bare = [], [], []
    for i, (text, path, modified, row, sides) in enumerate(zip(texts, paths, times, told, ends, strict=True)):
        given = (text, path, modified, stems[i], heads[i][1])
        brief = _brief(*given, sides, horizon, zone, outlets) if sides is not None and row is _NOTHING else None
        if brief is None:
            found = sheet.lines(i)
            brief, cut = _article(*given, row, found, horizon, zone, outlets)
            cuts.append(cut)
            if len(cut) == len(found):
                bare.append(i)
        else:
            cuts.append(_NO_CUT)
        rows.append(brief)
    values = {name: list(map(itemgetter(at), rows)) for at, name in enumerate(_ROW)}
    data = {
        name: _structs(column, ARTICLES[name]) if name in _NESTED else pl.Series(name, column, dtype=ARTICLES[name])
        for name, column in values.items()
    }
    cut_texts = pl.DataFrame(dict(zip(("text", "chrome"), sheet.cut(cuts), strict=True)))
    if bare:
        left = [_left(texts[i], heads[i][0], values["title"][i]) for i in bare]
        whole = pl.DataFrame([bare, *zip(*left, strict=True)], schema={"row": pl.UInt32, **cut_texts.schema})
        cut_texts = cut_texts.with_row_index("row").update(whole, on="row")
    data["text"], data["chrome"] = cut_texts["text"], cut_texts["chrome"]
    return pl.DataFrame(
        {
            **data,
            "article_id": documents["document_id"],
            "source_path": documents["source_path"],
            "modified_at": documents["modified_at"],
            "word_count": words.count_words(data["text"]),
        }
    ).select(ARTICLES.names())


# The columns that a document is read for one by one.
_ROW: Final = (
    "published_on",
    "published_at",
    "published_on_source",
    "refused_dates",
    "title",
    "byline",
    "outlet",
    "origin",
    "url",
)
_NO_STEMS: Final[frozenset[str]] = frozenset()
_NO_CUT: Final[chrome.Cut] = ()
# What a row tells that is no record.
_NOTHING: Final = (None, None, None, None)


def _told_rows(documents: pl.DataFrame) -> Sequence[tuple[str | None, ...]]:
    """What records tell, which most batches hold nothing of."""
    told = documents.select("told_date", "told_title", "told_url", "told_outlet")
    if all(column.null_count() == len(column) for column in told):
        return [_NOTHING] * documents.height
    return told.rows()


_NESTED: Final = ("refused_dates",)


def _held(texts: list[str], batch: kernels.Batch) -> list[frozenset[str]]:
    """The words of notices and of attribution that each text holds at all, from one pass over the batch."""
    names, ready = _stems_of_cues()
    if COMPILED:
        held: list[frozenset[str]] = [_NO_STEMS] * len(texts)
        known: dict[tuple[int, ...], frozenset[str]] = {}  # a batch has few different ones
        rows, numbers = (places.tolist() for places in np.nonzero(kernels.held(batch, ready)))
        for row, pairs in groupby(zip(rows, numbers, strict=True), itemgetter(0)):
            which = tuple([number for _, number in pairs])
            if which not in known:
                known[which] = frozenset([names[number] for number in which])
            held[row] = known[which]
        return held
    small = (text.translate(_SMALL) for text in texts)
    return [frozenset(name for name in names if name.translate(_SMALL) in text) for text in small]


_SMALL: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@functools.cache
def _stems_of_cues() -> tuple[list[str], kernels.Stems]:
    names = sorted({*chrome.notice_stems(), *attribution.cue_stems()})
    return names, kernels.stems(names)


@functools.cache
def _notices() -> frozenset[str]:
    return frozenset(chrome.notice_stems())


def _structs(column: Sequence[Sequence[tuple[Any, ...]]], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Lists of tuples as a column of lists of structs: built flat, which is twenty times as fast as from dicts."""
    fields = cast("pl.Struct", cast("pl.List", dtype).inner).fields
    flat = [one for row in column for one in row]
    parts = zip(*flat, strict=True) if flat else [()] * len(fields)
    inner = pl.DataFrame(
        {field.name: pl.Series(part, dtype=field.dtype) for field, part in zip(fields, parts, strict=True)}
    ).to_struct()
    offsets = np.zeros(len(column) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in column], out=offsets[1:])
    return chrome.lists(offsets, inner)


def _left(text: str, head: int, title: str | None) -> tuple[str, list[_Span]]:
    """What is the text of a document without a line of its own, and what was cut: its headline, else all that stands below its
    head, or in it. So an article has words, and pages of a site that have nothing but what all of its pages have are not the
    same text."""
    begin, end = head if text[head:].strip() else 0, len(text)
    if title and any(map(str.isalnum, title)) and (at := text.find(title)) >= 0:
        begin, end = at, at + len(title)
    sides = ((0, begin, "header"), (end, len(text), "other"))
    cut: list[_Span] = [{"start": start, "end": stop, "kind": kind} for start, stop, kind in sides if start < stop]
    return text[begin:end].strip(), cut


@functools.lru_cache(maxsize=_KEPT_DATES)
def _dates(told: str) -> tuple[date.Told, ...]:
    return tuple(date.find(told))


def _brief(
    text: str,
    path: str,
    modified: int | None,
    stems: frozenset[str],
    fields: dict[str, str],
    ends: chrome.Ends,
    horizon: datetime.date,
    zone: ZoneInfo,
    outlets: Outlets,
) -> tuple[Any, ...] | None:
    """`_article` of a text that is nothing but paragraphs, of which nothing is cut; None where its first or its last one may be
    something else after all. Most texts are such, and this way costs a fifth."""
    title = fields.get("title")
    count, first_start, first_end, last_start, last_end, second_prose = ends
    if title is None:
        if count > 1 and second_prose and _stands_alone(text[first_start : min(first_end, first_start + _ASKED)]):
            return None
    elif text[first_start:first_end].strip().casefold() == title.casefold():
        return None
    byline = fields.get("byline")
    short = count > 1 and last_end - last_start <= NAME_LENGTH
    if byline is None and short and _author(text[last_start:last_end].strip(), False) is not None:
        return None
    header, dates = fields.get("date"), date.find_in_path(path)
    found = _dates(header) if header is not None else ()
    if len(found) == 1 and not dates and found[0].time is None and (day := found[0].day) is not None and day <= horizon:
        settled: _Settled = day, "header", None, _NONE_REFUSED
    else:
        days = _Days(horizon, zone)
        if header is not None:
            days.offer_all("header", found, header)
        if not days.told:
            days.offer_all("text", date.leading(text[first_start : min(first_end, first_start + LEAD)]), "")
        days.offer_all("path", dates, "")
        settled = days.settle(modified)
    day, source, published_at, refused = settled
    names = attribution.attribute(
        *_windows(text, first_start, last_end),
        [],
        outlets,
        stems=stems,
        url=fields.get("url"),
        outlet=_outlet(fields.get("outlet"), outlets),
        folder=attribution.domain_in_path(path),
    )
    return day, published_at, source, refused, title, byline, *names


def _article(
    text: str,
    path: str,
    modified: int | None,
    stems: frozenset[str],
    fields: dict[str, str],
    told: tuple[str | None, ...],
    lines: list[chrome.Line],
    horizon: datetime.date,
    zone: ZoneInfo,
    outlets: Outlets,
) -> tuple[tuple[Any, ...], chrome.Cut]:
    """What a document tells, in the order of _ROW, and the lines that are not its article's."""
    told_date, told_title, told_url, told_outlet = told
    page = chrome.layout(text, lines)
    days = _Days(horizon, zone)
    if told_date:
        days.offer_all("header", date.find(told_date), told_date)
    if "date" in fields:
        days.offer_all("header", _dates(fields["date"]), fields["date"])
    title, byline = told_title or fields.get("title") or None, fields.get("byline") or None
    kinds = page.kinds
    if kinds:
        title, byline = _furniture(text, page, title, byline, days)
    cut = tuple([(i, kind) for i, kind in enumerate(kinds) if kind is not None])
    days.offer_all("path", date.find_in_path(path), "")
    day, source, published_at, refused = days.settle(modified)
    names = attribution.attribute(
        *_body_windows(text, page),
        [text[lines[i].start : lines[i].end] for i, kind in cut if kind == "source"],
        outlets,
        stems=stems,
        url=told_url or fields.get("url") or None,
        outlet=_outlet(told_outlet or fields.get("outlet"), outlets),
        folder=attribution.domain_in_path(path),
    )
    return (day, published_at, source, refused, title, byline, *names), cut


def _furniture(
    text: str, page: chrome.Layout, title: str | None, byline: str | None, days: _Days
) -> tuple[str | None, str | None]:
    """Reads what stands above and below the article: title, author, stamps. Marks in `page.kinds` what of it is no text."""
    lines, kinds, first, last = page
    title_at = -1
    if title is None:
        title, title_at = _title(text, page)
    else:
        folded = title.casefold()
        for i in range(min(first + 1, len(lines))):
            if kinds[i] is None and text[lines[i].start : lines[i].end].strip().casefold() == folded:
                title_at, kinds[i] = i, "header"
    later: list[date.Told] = []
    # Below the title and above the text stands what belongs to this article; above the title, what belongs to the page.
    for i in (*range(title_at + 1, first), *range(title_at)) if first else ():
        line = lines[i]
        words = text[line.start : line.end].strip()
        if kinds[i] == "timestamp":
            _offer_stamps(days, later, words, line.stamps or [])
        elif kinds[i] is None:
            found = chrome.dated(words)
            if found:
                kinds[i] = "timestamp"
                _offer_stamps(days, later, words, found)
            elif (
                byline is None
                and i > title_at
                and (who := _author(words, title_at >= 0 or title is not None)) is not None
            ):
                byline, kinds[i] = who, "header"
    if title_at >= 0:
        _clear_above(text, page, title, title_at)
    elif first:
        _clear_top(page)
    if title_at >= 0 and not days.told:
        line = lines[title_at]
        days.offer_all("text", chrome.dated(text[line.start : line.end].strip()), "")
    if first < len(lines) and not days.told:
        line = lines[first]
        days.offer_all("text", date.leading(text[line.start : min(line.end, line.start + LEAD)]), "")
    end = last
    while end > first and kinds[end - 1] is not None:
        end -= 1
    bottom = range(end, len(lines))
    if bottom:
        _bottom_days(page, days, bottom)
    days.offer_all("text", later, "")
    if byline is None:
        for i in (*bottom[:BOTTOM_LINES], *range(max(first, last - 1), last)):
            line = lines[i]
            if i > first and line.end - line.start <= NAME_LENGTH and (kinds[i] is None or i >= last):
                who = _author(text[line.start : line.end].strip(), False)
                if who is not None:
                    byline, kinds[i] = who, "header"
                    break
    return title, byline


def _bottom_days(page: chrome.Layout, days: _Days, bottom: range) -> None:
    """Offers the dates below the article."""
    lines = page.lines
    stamps = [told for i in bottom for told in (lines[i].stamps or ())]
    near = [told for i in bottom[:BOTTOM_LINES] for told in (lines[i].stamps or ())]
    # Many dates below an article are those of other articles.
    days.offer_all("text", stamps if len({told.day for told in stamps}) == 1 else near[:1], "")


_UPDATED: Final = re.compile(r"обновл|измен[её]н|updated|modified|жаңарт|оновл|aktualiz", re.IGNORECASE)
# How much of the first line is looked at for a date that opens it: a town and a date.
LEAD: Final = 80


def _offer_stamps(days: _Days, later: list[date.Told], words: str, stamps: list[date.Told]) -> None:
    if _UPDATED.search(words) and len(stamps) == 1:
        later.extend(stamps)
    else:
        days.offer_all("text", stamps, "")


_STEM: Final = re.compile(r"[^\W\d_]{4,}")


def _stems(text: str) -> set[str]:
    """The beginnings of a text's longer words: enough to see two lines speak of the same, whatever the endings."""
    return {word[:5] for word in _STEM.findall(text.casefold())}


def _title(text: str, page: chrome.Layout) -> tuple[str | None, int]:
    """The headline: of the headings above the text the first that speaks of what the text speaks of."""
    lines, kinds, first, _ = page
    if not lines:
        return None, -1
    told = [i for i in range(first) if kinds[i] is None and lines[i].end - lines[i].start <= TITLE_LENGTH * 2]
    dated = [i for i in told if chrome.dated(text[lines[i].start : lines[i].end].strip())]
    told = [i for i in told if i not in dated]
    headings = [
        i
        for i in told
        if lines[i].looks == chrome.HEADING and _author(text[lines[i].start : lines[i].end].strip(), False) is None
    ]
    # A headline of up to three words counts where it stands right above the text, alone.
    labels = [i for i in told if lines[i].looks == chrome.LABEL] if told else told
    picked = headings[0] if headings else -1
    if len(headings) > 1:
        picked = _best_heading(text, page, headings)
    elif picked < 0 and dated and _speaks(text[lines[dated[0]].start : lines[dated[0]].end]):
        picked = dated[0]
    elif picked < 0 and len(labels) == 1 and labels[0] == first - 1:
        picked = labels[0]
    elif picked < 0 and first + 1 < len(lines) and kinds[first] is None:
        line = lines[first]
        if lines[first + 1].looks == chrome.PROSE and _stands_alone(
            text[line.start : min(line.end, line.start + _ASKED)]
        ):
            picked = first
    if picked < 0:
        return None, -1
    kinds[picked] = "header"
    return " ".join(text[lines[picked].start : lines[picked].end].split()), picked


def _speaks(line: str) -> bool:
    """Whether a line with a date is a headline that tells its day ("Rates of the central bank for 4 May 2026"): what stands beside
    the date of a stamp, a town or a rubric, has no further word in small letters."""
    beside = date.WORD.findall(date.without(line, date.find(line)))
    return any(len(word) >= _SPEAKING and word.islower() for word in beside[1:])


# Letters of such a word: shorter ones join names.
_SPEAKING: Final = 4


def _stands_alone(line: str) -> bool:
    """Whether a line above a paragraph, of at most _ASKED characters, is a headline for all that it looks like text: one that asks
    or exclaims, or a long one with commas."""
    words = line.strip()
    if not words or line[0] in "-–—" or len(words) > TITLE_LENGTH:
        return False
    return words[-1] in "?!" or (words[-1].isalnum() and words[0].isupper())


# How much of a line is looked at for a headline; beyond TITLE_LENGTH there can be blanks.
_ASKED: Final = 2 * TITLE_LENGTH


def _best_heading(text: str, page: chrome.Layout, headings: list[int]) -> int:
    """Of several headings above a text: the one that says most of what the text says and that the stamp, the share bar or the text
    follows. Directly below it may stand a second one, which sums up the text and so says more of it."""
    lines, kinds, first, _ = page
    body = _stems(text[lines[first].start : lines[first].start + TITLE_BODY])
    shared = {i: len(_stems(text[lines[i].start : lines[i].end]) & body) for i in headings}
    followed = {i: i + 1 == first or kinds[i + 1] is not None for i in headings}
    # Words beyond the fourth tell no more; what follows weighs as two of them; of equals the lowest stands nearest to the text.
    best = max(headings, key=lambda i: (min(shared[i], 4) + 2 * followed[i], i))
    above = best - 1
    apart = above > 0 and text.count("\n", lines[above - 1].end, lines[above].start) > 1
    if shared.get(above, 0) >= 1 and (apart or above - 1 not in shared):
        return above
    return best


# How much of a text is compared with its headings: the first paragraphs, which say what it is about.
TITLE_BODY: Final = 2000


def _clear_above(text: str, page: chrome.Layout, title: str | None, at: int) -> None:
    """Above the title all is the page's; below it, labels and what repeats the title."""
    folded = (title or "").casefold()
    for i in range(page.first):
        if page.kinds[i] is not None:
            continue
        line = page.lines[i]
        if i < at or line.looks == chrome.LABEL:
            page.kinds[i] = "menu"
        elif text[line.start : line.end].strip().casefold() == folded:
            page.kinds[i] = "header"


def _clear_top(page: chrome.Layout) -> None:
    """Without a title, labels and headings above the text go where they are many; a heading or two is the text's own."""
    open_ones = [i for i in range(page.first) if page.kinds[i] is None]
    labels = sum(page.lines[i].looks == chrome.LABEL for i in open_ones)
    chromes = page.first - len(open_ones)
    if len(open_ones) > 2 or chromes > 1 or labels == len(open_ones):
        for i in open_ones:
            if page.lines[i].looks == chrome.LABEL or i < page.first - 2:
                page.kinds[i] = "menu"


def _body_windows(text: str, page: chrome.Layout) -> tuple[str, str]:
    """The beginning and the end of the article's text, where attributions stand."""
    lines, kinds = page.lines, page.kinds
    if None not in kinds:
        return "", ""
    last = len(kinds) - 1
    while kinds[last] is not None:
        last -= 1
    return _windows(text, lines[kinds.index(None)].start, lines[last].end)


def _windows(text: str, start: int, end: int) -> tuple[str, str]:
    head = text[start : min(end, start + attribution.HEAD)]
    return head, text[max(start + len(head), end - attribution.TAIL) : end]


def _outlet(told: str | None, outlets: Outlets) -> str | None:
    if not told or len(told) > TITLE_LENGTH:
        return None  # what is longer than a headline names nobody
    hit = outlets.named(told)
    return hit.name if hit is not None else attribution.domain_of(told) if "://" in told else told.strip()


def _head(text: str) -> _Head:
    at = text.find("date", 0, 2 * HEADER_LENGTH)
    if at >= 0:
        start = cast("re.Match[str]", _BLANK.match(text)).end()
        at = text.find("date", start, start + HEADER_LENGTH + 4)
        while at >= 0 and text.find("\n", start, at) < 0:
            if (at == 0 or text[at - 1].isspace()) and (match := _DATE_LINE.match(text, at)) is not None:
                title = text[start:at].strip()
                if _is_header(title, text[match.end() : match.end() + TITLE_LENGTH]):
                    date_field = {"date": match["date"]}
                    return match.end(), {**date_field, "title": title} if title else date_field
                break
            at = text.find("date", at + 1, start + HEADER_LENGTH + 4)
    return _front_matter(text)


def _is_header(title: str, after: str) -> bool:
    """Whether what stands before and after a date makes it the one of a header, and not one in English prose."""
    if not title:
        return True
    if len(title) <= TITLE_LENGTH and not after[:1].islower():
        if not title[-1].isascii() or not title[-1].isalpha():
            return True
        if _NOT_A_TITLE.search(title, max(0, len(title) - _LONGEST_NOT_A_TITLE)) is None:
            return True
    around = title.rpartition(" ")[2] + after
    return _FOREIGN * sum(one.isalpha() and not one.isascii() for one in around) > len(around)


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
            return 0, {}
        line_end = text.find("\n", end + 4)
        return len(text) if line_end < 0 else line_end + 1, fields
    if (
        not fields
        or (count < 2 and "date" not in fields and "url" not in fields)
        or not fields.keys() & {"date", "title", "url"}
    ):
        return 0, {}
    return at, fields


_SAYS_AUTHOR: Final = re.compile(
    r"^\W*(?:автор(?:ы| текста| статьи| материала)?|текст|подготовил[аи]?|беседовал[аи]?|by|written by|author|"
    r"story by|мәтін|дайындаған|"
    r"әзірлеген|текст и фото|автор і|autor|tekst)\s*[:–—-]?\s+(?P<who>.+)$",
    re.IGNORECASE,
)
_UP: Final = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІЇЄÀ-ÖØ-Þ"
_PERSON: Final = re.compile(rf"[{_UP}](?:[\w’'-]+|\.)(?:\s*[{_UP}](?:[\w’'-]+|\.)){{1,3}}")
# A name stands alone, or before a post, a paper or a date.
_AFTER_NAME: Final = re.compile(r"\s*(?:[,|•·–—(/].*)?$")


# A line with an author, his post and his paper.
NAME_LENGTH: Final = 100


def _author(words: str, alone: bool) -> str | None:
    """The author that a line names: after a word that says so, or (`alone`) as a line that is nothing but a name."""
    told = _SAYS_AUTHOR.match(words) if len(words) <= NAME_LENGTH else None
    if told is not None:
        person = _PERSON.match(told["who"])
        if person is not None and len(told["who"]) <= TITLE_LENGTH:
            return told["who"].strip(" .") if len(told["who"].split()) <= 8 else person[0]
    if not alone or len(words) > NAME_LENGTH or words[-1] in ".:;!?":
        return None
    person = _PERSON.match(words)
    if person is None or _AFTER_NAME.fullmatch(words, person.end()) is None:
        return None
    return None if words.isupper() and len(words.split()) > 2 else person[0].strip()


_Settled: TypeAlias = tuple[datetime.date, str, datetime.datetime | None, tuple[tuple[str, str, str], ...]]
_NONE_REFUSED: Final[tuple[tuple[str, str, str], ...]] = ()
_UTC_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class _Days:
    """The days that a document tells, in the order of belief; `settle` says which one wins."""

    def __init__(self, horizon: datetime.date, zone: ZoneInfo) -> None:
        self._horizon = horizon
        self._zone = zone
        self._winner: tuple[datetime.date, str] | None = None
        self._at: datetime.datetime | None = None
        self._refused: list[tuple[str, str, str]] = []

    @property
    def told(self) -> bool:
        """Whether a day has won already."""
        return self._winner is not None

    def offer_all(self, source: str, dates: Sequence[date.Told], told: str) -> None:
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
        refused = (told, source, why)
        if refused not in self._refused:
            self._refused.append(refused)

    def settle(self, modified: int | None) -> _Settled:
        """The day, where it came from, the time in UTC where one is told, and the days that could not win."""
        if self._winner is not None:
            return self._winner[0], self._winner[1], self._at, tuple(self._refused)
        day = self._horizon
        if modified is not None:
            try:
                moment = _UTC_EPOCH + datetime.timedelta(microseconds=modified)
                day = moment.astimezone(self._zone).date()
            except OverflowError:
                self._refuse(str(modified), "modified", "impossible")
        if day > self._horizon:
            self._refuse(day.isoformat(), "modified", "future")
            day = self._horizon
        return day, "modified", None, tuple(self._refused)
