"""Documents to articles: dates and who wins, headers, titles, and a text that can be made again."""

from __future__ import annotations

import datetime
import hashlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import article, attribution, records, words
from transforms.read import Limits, read

OUTLETS = attribution.default_outlets()
HORIZON = datetime.date(2025, 11, 22)
FIRST = "Паромщик Ерлан с утра проверил канат и объявил, что в среду переправа через Тасты откроется для телег и велосипедов."
SECOND = (
    "Жители двух берегов ждали этого дня с весны, когда паводок сорвал старый помост и унёс его к плотине у мельницы."
)
BODY = f"{FIRST}\n\n{SECOND}"


def documents(
    *texts: str, path: str = "a.txt", modified: datetime.datetime | None = None, **told: str | None
) -> pl.DataFrame:
    landed = pl.DataFrame(
        [
            {
                "source_path": path,
                "modified_at": modified or datetime.datetime(2025, 11, 20, 22, 0),  # noqa: DTZ001
                "size": len(text.encode()),
                "bytes": text.encode(),
                "reason": None,
                "detail": None,
                **{f"told_{name}": told.get(name) for name in ("date", "title", "url", "outlet")},
            }
            for text in texts
        ],
        schema=records.LANDED,
    )
    return read(landed, limits=Limits(min_letters=1)).filter(pl.col("reason").is_null())


def parse(frame: pl.DataFrame, horizon: datetime.date = HORIZON, timezone: str = "Asia/Almaty") -> pl.DataFrame:
    return article.parse(frame, horizon=horizon, timezone=timezone, outlets=OUTLETS)


def one(text: str, **more: Any) -> dict[str, Any]:
    return parse(documents(text, **more)).row(0, named=True)


def when(found: dict[str, Any]) -> tuple[str, str]:
    return str(found["published_on"]), found["published_on_source"]


# --- the seeds --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "outlet", "origin", "day", "source"),
    [
        ("000", "BAQ.KZ", "Российская газета", "2025-11-11", "header"),
        ("001", "centrasia.org", "Независимая газета", "2025-11-18", "header"),
        ("002", "BAQ.KZ", "Российская газета", "2025-11-11", "header"),
        ("003", None, "Российская газета", "2025-11-11", "header"),
        ("004", "Turantimes.kz", "Известия", "2025-11-21", "modified"),
    ],
)
def test_the_real_files(seeds: Path, number: str, outlet: str | None, origin: str, day: str, source: str) -> None:
    found = one(next(seeds.glob(f"{number}_*")).read_text("utf-8"))
    assert (found["outlet"], found["origin"]) == (outlet, origin)
    assert when(found) == (day, source)


def test_the_real_file_with_page_chrome(seeds: Path) -> None:
    text = next(seeds.glob("001_*")).read_text("utf-8")
    found = one(text)
    # The headline, as its hash: the texts are others'.
    headline = "c07dd278158effa9eef84d85cc352eb6dea5ce093b167704e73c928f6c869bbb"
    assert hashlib.sha256(found["title"].encode()).hexdigest() == headline
    assert found["byline"] == "Лейли Ваисова"
    assert found["url"] == "https://centrasia.org/newsA.php?st=1763451540"
    assert found["published_at"] == datetime.datetime(2025, 11, 18, 5, 39)  # noqa: DTZ001
    cut = "".join(text[span["start"] : span["end"]] for span in found["chrome"])
    for piece in ("КРАСНЫЙ", "10:39", "Источник - НГ", "Постоянный адрес"):
        assert piece in cut
        assert piece not in found["text"]
    assert found["text"].startswith("Официальный визит")


# --- headers ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (" date 2025-11-18 ", None),
        (" date 2025-11-18T10:39:00+05:00 ", None),
        ("date 2025-11-18 ", None),
        ("\n date 2025-11-18\n", None),
        ("Переправа откроется date 2025-11-18 ", "Переправа откроется"),
        ("Ferry opens again date 2025-11-18 ", "Ferry opens again"),
        ("FERRY OPENS date 2025-11-18 ", "FERRY OPENS"),
        ("Brod je ponovo u SAD-a date 2025-11-18 ", "Brod je ponovo u SAD-a"),
        (
            f"Переправа откроется в среду. {SECOND} {SECOND} date 2025-11-18 ",
            f"Переправа откроется в среду. {SECOND} {SECOND}",
        ),
        ("---\ntitle: Переправа\ndate: 2025-11-18\nsource: BAQ.KZ\n---\n\n", "Переправа"),
        ('---\ntitle: "Переправа: начало"\ndate: 18 ноября 2025\ntags:\n  - a\n---\n', "Переправа: начало"),
        ("Title: Переправа\nDate: 18.11.2025\nURL: https://baq.kz/1\n\n", "Переправа"),
        ("Заголовок: Переправа\nДата: 18 ноября 2025 г.\n\n", "Переправа"),
        ("date: 2025-11-18\n\n", None),
    ],
)
def test_headers(header: str, title: str | None) -> None:
    found = one(header + BODY)
    assert when(found) == ("2025-11-18", "header")
    assert found["title"] == title
    assert found["text"] == BODY
    if "URL" in header or "source:" in header:
        assert found["outlet"] == "BAQ.KZ"


@pytest.mark.parametrize(
    "text",
    [
        "открылась в среду, и жители двух берегов собрались у причала.",
        "otworzono w środę, a mieszkańcy obu brzegów zebrali się na przystani.",
    ],
)
def test_a_text_may_begin_with_a_small_letter(text: str) -> None:
    found = one(f"Most date 2025-11-18 {text}")
    assert when(found) == ("2025-11-18", "header")
    assert (found["title"], found["text"]) == ("Most", text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Переправа откроется в среду date 2025-11-18 ", "Переправа откроется в среду"),
        ("Переправа откроется в среду date 2025-11-18 \nhttps://a.example/1\n", "Переправа откроется в среду"),
        ("Переправа откроется date 2025-11-18 © 2025 Все права защищены.\n\nПоделиться", "Переправа откроется"),
        ("title: Переправа откроется\ndate: 2025-11-18\n", "Переправа откроется"),
        (" date 2025-11-18 https://a.example/1\n", "https://a.example/1"),
        ("© 2025 Все права защищены.\nПоделиться\n", "© 2025 Все права защищены.\nПоделиться"),
        ("date: 2025-11-18\nurl: https://a.example/1\n", "date: 2025-11-18\nurl: https://a.example/1"),
        ("title: ***\ndate: 2025-11-18\n\nПоделиться\n", "Поделиться"),
    ],
)
def test_where_nothing_is_left_the_headline_is_the_text(text: str, left: str) -> None:
    found = one(text)
    assert found["text"] == left
    assert found["word_count"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "The release date 2025-11-18 was named by the ferryman, and nobody believed it until the rope was mended.",
        "Officials chose the launch date 2025-11-18 Wednesday for the ferry, which pleased both banks of the river.",
        f"{FIRST} The date 2025-11-18 was painted on the pier.",
        "The café on the pier named the day of its party, date 2025-11-18 included, and nobody came but the ferryman.",
        f"{FIRST}\ndate 2025-11-18 {SECOND}",
        "Note: the ferry does not run on Sundays, and nobody has complained about that since the spring of last year.",
    ],
)
def test_prose_is_no_header(text: str) -> None:
    found = one(text)
    assert found["published_on_source"] == "modified"
    assert "header" not in {span["kind"] for span in found["chrome"]}


# --- which day wins ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "day", "source"),
    [
        (f" date 2025-11-01 {BODY}\n\n02.11.2025", "2025/11/03/a.txt", "2025-11-01", "header"),
        (f"Переправа откроется в среду\n02.11.2025\n\n{BODY}", "2025/11/03/a.txt", "2025-11-02", "text"),
        (f"18 ноября 2025, 10:39\n{BODY}", "a.txt", "2025-11-18", "text"),
        (f"2025 жылғы 18 қараша\n{BODY}", "a.txt", "2025-11-18", "text"),
        (f"November 18, 2025\n\n{BODY}", "a.txt", "2025-11-18", "text"),
        (f"{BODY}\n\n18 ноября 2025", "a.txt", "2025-11-18", "text"),
        (f"{BODY}\n\nОпубликовано: 18.11.2025", "a.txt", "2025-11-18", "text"),
        (f"ТАСТЫ, 18 ноября 2025 — {BODY}", "a.txt", "2025-11-18", "text"),
        (BODY, "2025/11/03/a.txt", "2025-11-03", "path"),
        (BODY, "d.zip!2025-11-03/a.txt", "2025-11-03", "path"),
        (BODY, "a.txt", "2025-11-21", "modified"),  # 22:00 UTC is the next day in Almaty
        (f"{FIRST}\n\nДоговор подписали 18 ноября 2025 года.\n\n{SECOND}", "a.txt", "2025-11-21", "modified"),
        (f" date 2025-12-31 {BODY}", "2025/11/03/a.txt", "2025-11-03", "path"),
        (f" date 2025-02-30 {BODY}\n\n02.11.2025", "a.txt", "2025-11-02", "text"),
        (f"Обновлено: 05.11.2025\nОпубликовано: 02.11.2025\n{BODY}", "a.txt", "2025-11-02", "text"),
    ],
)
def test_the_order_of_belief(text: str, path: str, day: str, source: str) -> None:
    assert when(one(text, path=path)) == (day, source)


def test_days_that_cannot_win_are_told() -> None:
    found = one(
        f" date 2025-12-31 {BODY}\n\n31.02.2025",
        path="2026/01/01/a.txt",
        modified=datetime.datetime.fromisoformat("2027-01-01"),
    )
    assert when(found) == (str(HORIZON), "modified")
    assert found["refused_dates"] == [
        {"date": "2025-12-31", "source": "header", "why": "future"},
        {"date": "31.02.2025", "source": "text", "why": "impossible"},
        {"date": "2026-01-01", "source": "path", "why": "future"},
        {"date": "2027-01-01", "source": "modified", "why": "future"},
    ]
    assert found["text"] == BODY


def test_what_is_longer_than_a_headline_names_no_outlet() -> None:
    for length, outlet in ((200, "П" * 200), (201, None)):
        assert one(f"date: 2025-11-18\nsource: {'П' * length}\n\n{BODY}")["outlet"] == outlet


def test_what_a_record_tells_wins() -> None:
    found = one(
        f"Другой заголовок date 2025-11-18 {BODY}",
        date="2025-11-17T20:30:00Z",
        title="Переправа",
        url="https://www.baq.kz/1",
        outlet="«Известия»",
    )
    assert when(found) == ("2025-11-18", "header")
    assert found["published_at"] == datetime.datetime(2025, 11, 17, 20, 30)  # noqa: DTZ001
    assert (found["title"], found["url"], found["outlet"]) == ("Переправа", "https://www.baq.kz/1", "Известия")


def test_a_time_is_of_the_zone() -> None:
    text = f" date 2025-11-18 10:39 18.11.2025\n\n{BODY}"
    for zone, hour in (("UTC", 10), ("Asia/Almaty", 5), ("Europe/Moscow", 7)):
        found = parse(documents(text), timezone=zone).row(0, named=True)
        assert found["published_at"] == datetime.datetime(2025, 11, 18, hour, 39)  # noqa: DTZ001
    assert one(f" date 2025-11-18 {BODY}")["published_at"] is None
    assert one(f" date 2025-11-17 10:39 18.11.2025\n{BODY}")["published_at"] is None, "the time of another day"


# --- titles and authors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "byline"),
    [
        (f"Переправа откроется в среду\n\n{BODY}", "Переправа откроется в среду", None),
        (f"Переправа\n\n{BODY}", "Переправа", None),
        (f"Когда откроется переправа?\n\n{BODY}", "Когда откроется переправа?", None),
        (
            f"Главная\nНовости\nПереправа через Тасты откроется\nАйгуль Сеитова\n18.11.2025\n\n{BODY}",
            "Переправа через Тасты откроется",
            "Айгуль Сеитова",
        ),
        (f"Переправа откроется в среду\nBy Jane Hill\n\n{BODY}", "Переправа откроется в среду", "Jane Hill"),
        (f"{BODY}\n\nАвтор: Айгуль Сеитова", None, "Айгуль Сеитова"),
        (f" date 2025-11-18 Айгуль Сеитова\n\n{BODY}", None, None),
        (f"Переправа date 2025-11-18 Айгуль Сеитова\n\n{BODY}", "Переправа", "Айгуль Сеитова"),
        (BODY, None, None),
        (
            f"Хорошая весть для аулов\n\n18.11.2025\nWritten by: Jane Hill\n\n{BODY}",
            "Хорошая весть для аулов",
            "Jane Hill",
        ),
        # A headline may tell its day; a stamp with a town beside it is none.
        (f"Расписание парома на 18 ноября 2025 года\n\n{BODY}", "Расписание парома на 18 ноября 2025 года", None),
        (
            f"Расписание парома на 18 ноября 2025 года\nДата: 17.11.2025 10:39\nФото: Акорда\n\n{BODY}",
            "Расписание парома на 18 ноября 2025 года",
            None,
        ),
        (f"Тасты, Новости, 18 ноября 2025\n\n{BODY}", None, None),
        # A menu whose names blanks part, short or long.
        (
            f"Мир  Культура  Погода  Архив  Переправы\n{FIRST}\n\n{SECOND}",
            None,
            None,
        ),
        (
            "Происшествия\tОбщество\tНаша культура\tПогода\tСельское хозяйство\tЗдоровье и спорт\tАрхив\tОбъявления\t"
            f"Расписания\tО нас\tНаши партнёры\nПереправа откроется в среду\n\n{BODY}",
            "Переправа откроется в среду",
            None,
        ),
    ],
)
def test_titles_and_authors(text: str, title: str | None, byline: str | None) -> None:
    found = one(text)
    if byline is None and text.startswith(" date"):
        assert FIRST in found["text"]
        return
    assert (found["title"], found["byline"]) == (title, byline)
    assert found["text"] == BODY


def test_the_day_of_a_headline_counts_where_no_other_is_told() -> None:
    assert when(one(f"Расписание парома на 18 ноября 2025 года\n\n{BODY}")) == ("2025-11-18", "text")
    assert when(one(f"Расписание парома на 18 ноября 2025 года\n17.11.2025\n\n{BODY}")) == ("2025-11-17", "text")


# --- laws -------------------------------------------------------------------------------------------------------------------------


pieces = st.one_of(
    st.sampled_from(
        [
            FIRST,
            SECOND,
            "Переправа откроется в среду",
            "Главная",
            "Новости",
            "Поделиться",
            "Читайте также:",
            "Источник - НГ",
            "Фото: Акорда",
            "18.11.2025",
            "10:39 31.12.2031",
            "Айгуль Сеитова",
            "© 2025 Все права защищены",
            "https://a.example/1",
            "",
            "   ",
            " " * 700,
            "Комментарии",
            "передает BAQ.KZ со ссылкой на Reuters.",
        ]
    ),
    st.text(max_size=60),
)
starts = st.sampled_from(
    [
        "",
        " date 2025-11-18 ",
        "Заголовок date 2025-11-18 ",
        "---\ntitle: x\n---\n",
        "Дата: 2031-01-01\n\n",
        "date 2025-99-99 ",
    ]
)
texts = st.tuples(starts, st.lists(pieces, min_size=1, max_size=14)).map(lambda told: told[0] + "\n".join(told[1]))


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), st.integers(0, 6))
def test_one_article_a_document_whose_text_can_be_made_again(many: list[str], cut: int) -> None:
    frame = documents(*many)
    found = parse(frame)
    assert found.schema == records.ARTICLES
    assert found["article_id"].to_list() == frame["document_id"].to_list()
    for row, text in zip(found.iter_rows(named=True), frame["text"], strict=True):
        spans = [(span["start"], span["end"]) for span in row["chrome"]]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        kept, at = [], 0
        for start, end in spans:
            kept.append(text[at:start])
            at = end
        assert "".join([*kept, text[at:]]).strip() == row["text"] != ""
        assert row["published_on"] <= HORIZON
        assert row["published_on_source"] in records.DATE_SOURCES
        assert {span["kind"] for span in row["chrome"]} <= set(records.CHROME_KINDS)
        assert row["origin"] is None or row["origin"] != row["outlet"]
    assert found["word_count"].to_list() == words.count_words(found["text"]).to_list()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(article, "_brief", lambda *_: None)
        assert parse(frame).equals(found), "the short way of plain texts"
        patched.setattr(article, "COMPILED", False)
        patched.setattr(article.chrome, "COMPILED", False)
        assert parse(frame).equals(found), "without kernels"
    assert pl.concat([parse(frame[:cut]), parse(frame[cut:])]).equals(found), "how rows are cut into batches"
    assert parse(frame.reverse()).reverse().equals(found), "the order of rows"


def test_no_rows_give_no_rows() -> None:
    assert parse(documents()).schema == records.ARTICLES
