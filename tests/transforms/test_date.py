"""Dates as people write them."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import date

DAY = datetime.date(2025, 11, 18)


@pytest.mark.parametrize(
    "line",
    [
        "2025-11-18",
        "2025/11/18",
        "2025.11.18",
        "18.11.2025",
        "18/11/2025",
        "18.11.25",
        "11/18/2025",
        "18 ноября 2025",
        "18 Ноябрь 2025",
        "18 ноября 2025 г.",
        "18-ноября 2025 года",
        "2025 жылғы 18 қараша",
        "2025 жылдың 18 қарашасы",
        "18 қараша, 2025",
        "2025 ж. 18 қараша",
        "November 18, 2025",
        "Nov. 18, 2025",
        "18 November 2025",
        "18th of November 2025",
        "18 Nov 2025",
        "18 листопада 2025",
        "18 ноември 2025",
        "18 listopada 2025",
        "2025-11-18T10:39:00+05:00",
    ],
)
def test_a_day_is_found_in_each_of_its_forms(line: str) -> None:
    assert [told.day for told in date.find(line)] == [DAY]
    assert [told.day for told in date.find(f"Опубликовано {line}")] == [DAY]


@pytest.mark.parametrize("line", ["30.02.2025", "2025-13-40", "31 июня 2025", "2025-00-10", "0001-01-01", "18.11.0025"])
def test_impossible_days_are_found_and_said_to_be(line: str) -> None:
    assert [told.day for told in date.find(line)] == [None]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "20 января этого года",
        "телефон 8-800-2000-600",
        "в 2025 году 18 человек",
        "версия 1.2.3.4",
        "192.168.10.2025",
        "25 May be 2025",
    ],
)
def test_other_numbers_are_no_days(line: str) -> None:
    assert not [told for told in date.find(line) if told.day is not None]


@settings(deadline=None)
@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_comes_back_from_its_numbers(day: datetime.date) -> None:
    for line in (day.isoformat(), f"{day:%d.%m.%Y}", f"10:05 {day:%d.%m.%Y}"):
        assert [told.day for told in date.find(line)] == [day]
        stamps = date.stamp(line)
        assert stamps is not None
        assert [told.day for told in stamps] == [day]


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("10:39 18.11.2025", datetime.time(10, 39)),
        ("18.11.2025 10:39", datetime.time(10, 39)),
        ("18 ноября 2025, 10:39", datetime.time(10, 39)),
        ("Вторник, 18.11.2025", None),
        ("Опубликовано: 18 ноября 2025 г. в 10:39", datetime.time(10, 39)),
        ("18 November 2025 | 10:39 GMT", datetime.time(10, 39, tzinfo=datetime.UTC)),
        ("Tuesday, November 18, 2025", None),
        ("18 қараша 2025, сейсенбі", None),
        ("18.11.2025 10:39 Просмотров: 1204", datetime.time(10, 39)),
    ],
)
def test_a_stamp_is_a_line_of_nothing_but_dates(line: str, time: datetime.time | None) -> None:
    stamps = date.stamp(line)
    assert stamps is not None
    assert [(told.day, told.time) for told in stamps] == [(DAY, time)]


@pytest.mark.parametrize(
    "line",
    [
        "18 ноября 2025 года в городе открылся мост",
        "Курс на 18.11.2025",
        "Без даты",
        "Доллар 521,40",
        "Матч 3:1",
        "1204 1205",
    ],
)
def test_a_line_that_says_more_is_no_stamp(line: str) -> None:
    assert date.stamp(line) is None


@pytest.mark.parametrize(
    ("path", "days"),
    [
        ("2025/11/18/a.txt", [DAY]),
        ("news/2025-11-18/a.txt", [DAY]),
        ("20251118-bridge.txt", [DAY]),
        ("dump.zip!2025/11/18_1.txt", [DAY]),
        ("18.11.2025/a.txt", [DAY]),
        ("archive-2024-01-02/2025-11-18.txt", [DAY, datetime.date(2024, 1, 2)]),
        ("2025-02-30/a.txt", [None]),
        ("20253199.txt", []),
        ("123456789012345.txt", []),
        ("2025/a.txt", []),
    ],
)
def test_days_of_a_path_the_nearest_to_the_name_first(path: str, days: list[datetime.date | None]) -> None:
    assert [told.day for told in date.find_in_path(path)] == days


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("АСТАНА, 18 ноября 2025 — Мост открыли", True),
        ("18.11.2025 Мост открыли", True),
        ("Сегодня, 18 ноября 2025 года, мост открыли", True),
        ("18 ноября 2025 года открыли мост", False),
        ("Договор от 18 ноября 2025 года подписан", False),
        ("11-18 ноября 2025 года состоялся визит", False),
    ],
)
def test_a_day_that_opens_a_text_is_told_from_the_day_of_an_event(opening: str, told: bool) -> None:
    assert [found.day for found in date.leading(opening)] == [DAY] * told


@settings(deadline=None)
@given(st.text(max_size=120))
def test_no_line_fails(line: str) -> None:
    for told in (*date.find(line), *(date.stamp(line) or []), *date.leading(line), *date.find_in_path(line)):
        assert 0 <= told.start < told.end <= len(line)


STAMP_PIECES = st.sampled_from(
    [
        "18",
        "ноября",
        "2025",
        "года",
        "|",
        "2025",
        "жылғы",
        "18",
        "қараша",
        "|",
        "18-инде",
        "Қарашасы",
        "Обновлено",
        "Опубликовано:",
        "Паром",
        "река",
        "Nov",
        "November",
        "10:39",
        "18.11.2025",
        "1234.",
        "жылы",
        "года,",
        "18th",
        "of",
        "мартobr",
        "январьский",
        "18ноября2025",
        "2025года-18",
        "-",
        ",",
        "(",
    ]
)


@settings(deadline=None)
@given(st.lists(STAMP_PIECES, max_size=7), st.sampled_from([" ", " ", "", "-", ", "]))
def test_the_short_way_of_stamps_tells_the_same(pieces: list[str], between: str) -> None:
    line = between.join(pieces)
    told = date.stamp(line)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(date, "_LONG_WORD", re.compile(r"(?!)"))
        assert date.stamp(line) == told


@given(
    st.one_of(
        st.text(max_size=12),
        st.tuples(st.sampled_from(date._MONTH_STEMS), st.text(max_size=7)).map(lambda p: p[0][0] + p[1]),
    )
)
def test_a_month_is_a_stem_and_an_ending(word: str) -> None:
    folded = word.casefold()
    known = date._MONTH_SHORT.get(folded)
    stems = (number for stem, number in date._MONTH_STEMS if folded.startswith(stem) and len(folded) <= len(stem) + 5)
    assert date.month(word) == (known if known is not None else next(stems, None))
