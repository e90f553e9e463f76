"""Dates as people write them: found in a line, in a path or in a record's field, and judged.

What belongs here: forms of dates and times (ISO, numeric, Russian, Kazakh, English and neighbours' month names), and
which of them are
possible. What does not: where in an article a date counts (transforms.article).
"""

from __future__ import annotations

import datetime
import re
from typing import Final, NamedTuple

# Names of months by number: stems that inflected forms begin with. Russian, Kazakh, English, Ukrainian, Bulgarian,
# Belarusian, Polish, Czech.
_STEMS: Final = {
    1: "январ қаңтар january januar січ януар студзен styczn ledn leden",
    2: "феврал ақпан february februar лют февруар lut únor",
    3: "март наурыз march бер сакавік marc břez",
    4: "апрел сәуір april квіт април красавік kwie dub",
    5: "мая май мамыр may трав маі maj květ",
    6: "июн маусым june черв юни чэрвен czerw červ",
    7: "июл шілде july лип юли ліпен lip červenc července",
    8: "август тамыз august серп жнів sierp srp",
    9: "сентябр қыркүйек september верес септемвр верасн wrze září",
    10: "октябр қазан october жовт октомвр кастрычн paźdz říj",
    11: "ноябр қараша november листопад ноемвр лістапад listopad",
    12: "декабр желтоқсан december груд декемвр снежн grudn prosin",
}
_SHORT: Final = {
    1: "янв jan sty led яну січ қаң",
    2: "фев февр feb лют ақп únor",
    3: "мар mar бер нау",
    4: "апр apr кві сәу kwi dub",
    5: "май may кві тра maj мам kvě",
    6: "июн jun чер юни маус cze",
    7: "июл jul лип юли шіл lip",
    8: "авг aug сер там sie srp",
    9: "сен сент sep sept вер қыр wrz zář",
    10: "окт oct жов қаз paź říj",
    11: "ноя нояб nov лис ное қар lis",
    12: "дек dec гру жел gru",
}
_MONTH_STEMS: Final = sorted(
    ((stem, number) for number, stems in _STEMS.items() for stem in stems.split()), key=lambda pair: -len(pair[0])
)
_MONTH_SHORT: Final = {short: number for number, shorts in _SHORT.items() for short in shorts.split()}
_MONTH_BEGINNINGS: Final = frozenset(stem[:3] for stem, _ in _MONTH_STEMS)
# An inflected month is a stem and an ending of at most so many letters ("қараша" + "сында", "ноябр" + "я").
_MONTH_ENDING: Final = 5
# The first year that a day of publication may have: the oldest newspapers in newsrooms' archives; earlier ones are
# slips of the pen.
FIRST_YEAR: Final = 1800

_TIME: Final = (
    r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<z>Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b)?"
)
_FORMS: Final = (
    re.compile(
        r"(?<![\d./-])(?P<y>\d{4})(?P<p>[-./])(?P<m>\d{1,2})(?P=p)(?P<d>\d{1,2})(?![\d])(?:(?:T|,?\s+|\s*[|–—-]\s*)"
        + _TIME
        + ")?"
    ),
    re.compile(r"(?<![\d./-])(?P<d>\d{1,2})(?P<p>[./-])(?P<m>\d{1,2})(?P=p)(?P<y>\d{4}|\d{2})(?![\d/]|[.-]\d)"),
    re.compile(
        r"(?<![\d.,:–—-])(?P<d>\d{1,2})(?:st|nd|rd|th|-го|-шы|"
        r"-ші|\.)?[\s-]+(?:of\s+)?(?P<n>[^\W\d_]{3,})\.?,?[\s-]+(?P<y>\d{4})(?!\d)",
    ),
    re.compile(r"(?P<n>[^\W\d_]{3,})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<y>\d{4})\s*(?:жылғы|жылдың|жылы|жыл|ж\.|г\.|год[а]?,?)\s*,?\s*(?P<d>\d{1,2})(?:-\w+)?\s*(?P<n>[^\W\d_]{3,})"
    ),
)
_DIGIT: Final = re.compile(r"[0-9]")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NUMERIC: Final = _FORMS[:2]
_WORDED: Final = _FORMS[2:]
_NUMBERS: Final = re.compile(r"\d[./-]\d")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?:(?!\d)[^./-]|$)")
_CLOCK: Final = re.compile(r"(?<![\d:.])" + _TIME + r"(?![\d:])")


class Told(NamedTuple):
    """A date as a line tells it: its place, the day (None: impossible), and the time of day with its offset where
    told."""

    start: int
    end: int
    text: str
    day: datetime.date | None
    time: datetime.time | None


def month(word: str) -> int | None:
    """The number of a month from its name in any case, or None."""
    folded = word.casefold()
    known = _MONTH_SHORT.get(folded)
    if known is not None:
        return known
    if folded[:3] not in _MONTH_BEGINNINGS:
        return None
    for stem, number in _MONTH_STEMS:
        if folded.startswith(stem) and len(folded) <= len(stem) + _MONTH_ENDING:
            return number
    return None


def find(line: str) -> list[Told]:
    """The dates of a line, in their order; a time of day that stands alone in it belongs to the first of them."""
    if len(line) == 10 and _ISO.fullmatch(line) is not None:  # the form of nearly all headers
        return [Told(0, 10, line, possible(int(line[:4]), int(line[5:7]), int(line[8:])), None)]
    found: list[Told] = []
    # The forms are dear, and most lines hold none of their digits.
    forms = _NUMERIC if _NUMBERS.search(line) is not None else ()
    for form in (*forms, *_WORDED) if _YEAR.search(line) is not None else forms:
        for match in form.finditer(line):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            told = _told(match)
            if told is not None:
                found.append(told)
    found.sort()
    if found and found[0].time is None and ":" in line:
        for match in _CLOCK.finditer(line):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                time = _time(match)
                if time is not None:
                    found[0] = found[0]._replace(time=time)
                    break
    return found


def _told(match: re.Match[str]) -> Told | None:
    parts = match.groupdict()
    if "n" in parts:
        number = month(parts["n"])
        if number is None:
            return None
    else:
        number = int(parts["m"])
    year, day = int(parts["y"]), int(parts["d"])
    if len(parts["y"]) == 2:
        year += 2000
    # Numbers with slashes are day first, as in Europe, unless that is impossible and month first is not.
    if parts.get("p") == "/" and number > 12 >= day:
        number, day = day, number
    time = _time(match) if parts.get("h") else None
    return Told(match.start(), match.end(), match[0].strip(), possible(year, number, day), time)


def possible(year: int, number: int, day: int) -> datetime.date | None:
    """The day, or None where the calendar has none or where it lies before FIRST_YEAR."""
    try:
        return datetime.date(year, number, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None


def _time(match: re.Match[str]) -> datetime.time | None:
    zone: datetime.tzinfo | None = None
    told = match["z"]
    try:
        if told in {"Z", "UTC", "GMT"}:
            zone = datetime.UTC
        elif told:
            minutes = int(told[1:3]) * 60 + int(told[-2:])
            zone = datetime.timezone(datetime.timedelta(minutes=minutes if told[0] == "+" else -minutes))
        return datetime.time(int(match["h"]), int(match["mi"]), int(match["s"] or 0), tzinfo=zone)
    except ValueError:
        return None


_PATH_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_PATH_FORMS: Final = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<p>[-_./]?)(?P<m>\d{2})(?P=p)(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<p>[-_/])(?P<m>\d{1,2})(?P=p)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{2})(?P<p>[-_.])(?P<m>\d{2})(?P=p)(?P<y>(?:19|20)\d{2})(?!\d)"),
)


def find_in_path(path: str) -> list[Told]:
    """The dates of a path (2025/11/18, 2025-11-18, 20251118, 18.11.2025), the one nearest to the file's name first."""
    found: list[Told] = []
    if _PATH_YEAR.search(path) is None:
        return found
    for form in _PATH_FORMS:
        for match in form.finditer(path):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            day = possible(int(match["y"]), int(match["m"]), int(match["d"]))
            if day is None and not match["p"]:
                continue  # eight digits in a row are more often a number than an impossible date
            found.append(Told(match.start(), match.end(), match[0], day, None))
    found.sort(reverse=True)
    return found


_WEEKDAYS: Final = (
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "понеділок вівторок середа четвер пʼятниця субота неділя понеделник вторник сряда четвъртък петък събота неделя"
)
# What may stand in a line that is only a time stamp, next to dates, times and numbers.
_STAMP_WORDS: Final = frozenset(
    (
        _WEEKDAYS
        + " опубликовано опубликована опубликован дата публикации время обновлено обновлен обновлена изменено "
        "создано добавлено размещено г года год в от на сегодня вчера "
        "жарияланды жарияланған жаңартылды күні уақыты сағат жыл жылы ж "
        "published updated posted created modified date time on at last first by am pm utc gmt est edt msk мск астана алматы "
        "просмотров просмотры просмотра қаралым қаралды views view оновлено опубліковано публикувана обновена aktualizováno "
        "publikováno zveřejněno data publikacji aktualizacja dnia комментариев комментарии "
        "comments чтения мин минут минуты min read оқылды ago hour hours minute minutes назад час часа часов минуту годин обновен "
        "обновено pst pdt mst mdt cst cdt edt cet cest eet eest bst zaktualizowano opublikowano dodano vydáno zveřejněna"
    ).split()
)
WORD: Final = re.compile(r"[^\W\d_]+")
# A word of four letters or more that no sign joins to a number; those of them that are parts of dates beside the months (_FORMS).
_LONG_WORD: Final = re.compile(r"(?<![\w-])[^\W\d_]{4,}")
_KNOWN_WORDS: Final = _STAMP_WORDS | {"жылғы", "жылдың", "жылы", "года"}
# A time stamp is short: the longest seen are about this long ("Опубликовано: вторник, 18 ноября 2025 г., 10:39
# (обновлено 11:02)").
STAMP_LENGTH: Final = 100
STAMP_WORDS: Final = 18


# The commonest stamps: "10:39 18.11.2025", "18.11.2025 10:39".
_PLAIN: Final = re.compile(
    r"(?:(?P<h>\d{1,2}):(?P<mi>\d{2}),?\s+)?(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?P<s>(?!))?(?P<z>(?!))?"
)


def without(line: str, found: list[Told]) -> str:
    """The line without the dates that were found in it, in their order."""
    for told in reversed(found):
        line = line[: told.start] + " " + line[told.end :]
    return line


def stamp(line: str) -> list[Told] | None:
    """The dates of a line that holds nothing but a time stamp (an empty list: a time of day alone), or None for any
    other line."""
    if len(line) > STAMP_LENGTH or line.count(" ") > STAMP_WORDS or _DIGIT.search(line) is None:
        return None
    plain = _PLAIN.fullmatch(line)
    if plain is not None:
        day = possible(int(plain["y"]), int(plain["m"]), int(plain["d"]))
        return [Told(0, len(line), line, day, _time(plain) if plain["h"] else None)]
    # A word that is neither of a stamp nor of a date tells at once, without looking for dates.
    word = _LONG_WORD.search(line)
    if word is not None and (folded := word[0].casefold()) not in _KNOWN_WORDS and month(folded) is None:
        return None
    found = find(line)
    rest = without(line, found)
    if not found and _CLOCK.search(rest) is None:
        return None
    if all(word.casefold() in _STAMP_WORDS or month(word) for word in WORD.findall(rest)):
        return found
    return None


_OPENING: Final = re.compile(
    r"^\W*(?:[^\W\d_][\w .’'-]{1,40}[.,]?\s*|(?:сегодня|бүгін|today),?\s+)?\(?$", re.IGNORECASE
)
_TODAY: Final = re.compile(r"(?:сегодня|бүгін|today),?\s*$", re.IGNORECASE)


_YEAR_WORD: Final = re.compile(r"^\s*(?:г(?:ода|\.)?|ж(?:ыл\w*|\.)?)?(?!\w)\s*")


def leading(opening: str) -> list[Told]:
    """The date that opens a text: a stamp before the first sentence ("18.11.2025 ...", "ГОРОД, 18 ноября 2025 — ..."), or a day
    that the
    text calls today. Takes the beginning of the first line. A date that is part of a sentence is the day of an event, not of
    publication."""
    if _DIGIT.search(opening) is None:
        return []
    for told in find(opening)[:1]:
        before, after = opening[: told.start], _YEAR_WORD.sub("", opening[told.end :])
        if _TODAY.search(before):
            return [told]
        if _OPENING.match(before) is None:
            continue
        numeric = not any(map(str.isalpha, told.text.replace("T", "").replace("Z", "")))
        if after[:1] in tuple("–—-|)/:") or (
            numeric and not before.strip() and after[:1] not in tuple(",.;") and not after[:1].islower()
        ):
            return [told]
    return []
