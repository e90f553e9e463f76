"""Who published an article, and whom it took its text from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.attribution import (
    Attribution,
    attribute,
    default_outlets,
    domain_in_path,
    domain_of,
    key,
    outlets_from_csv,
)

OUTLETS = default_outlets()
BODY = "На берегу открыли новую переправу, движение по ней начнётся в среду"


def told(head: str, tail: str = "", *sources: str, url: str | None = None) -> Attribution:
    return attribute(head, tail, list(sources), OUTLETS, url=url)


@pytest.mark.parametrize(
    ("phrase", "outlet", "origin"),
    [
        ("передает BAQ.KZ.", "BAQ.KZ", None),
        ("передаёт корреспондент BAQ.KZ.", "BAQ.KZ", None),
        ("передает BAQ.KZ со ссылкой на газету «Известия».", "BAQ.KZ", "Известия"),
        ("передает Turantimes.kz со ссылкой на Reuters.", "Turantimes.kz", "Reuters"),
        ("сообщает Tengrinews.kz со ссылкой на пресс-службу МВД.", "Tengrinews.kz", "пресс-служба МВД"),
        ("передает МИА «Казинформ».", "Казинформ", None),
        ("сообщает агентство Рейтер.", None, "Reuters"),
        ("сообщает РИА Новости.", None, "РИА Новости"),
        ("пишет «Коммерсантъ».", None, "Коммерсантъ"),
        ("передает Степной Вестник.", "Степной Вестник", None),
        ("деп хабарлайды BAQ.KZ.", "BAQ.KZ", None),
        ("бұл туралы ТАСС-қа сілтеме жасап, Kazinform хабарлайды.", "Казинформ", "ТАСС"),
        ("деп жазады Егемен Қазақстан.", None, "Egemen Qazaqstan"),
        ("Reuters reports.", None, "Reuters"),
        (", Hill Gazette reports.", None, "Hill Gazette"),
        ("сообщает Nur.kz, ссылаясь на «Российскую газету».", "Nur.kz", "Российская газета"),
        ("говорится в статье, которая вышла в «Независимой газете».", None, "Независимая газета"),
        ('опубликована в российской газете "Известия".', None, "Известия"),
        ("сообщил министр Петров.", None, None),
        ("передает привет всем соседям.", None, None),
    ],
)
def test_phrases_of_attribution(phrase: str, outlet: str | None, origin: str | None) -> None:
    joint = "" if phrase.startswith(",") else ", "
    assert told(BODY + joint + phrase)[:2] == (outlet, origin)
    padding = "Очевидцы рады. " * 80
    assert told(padding, BODY + joint + phrase)[0] == outlet, "at the end as well"


@pytest.mark.parametrize(
    ("opening", "outlet"),
    [
        ("LONDON, Nov 18 (Reuters) - The ferry", "Reuters"),
        ("МОСКВА, 18 ноября — РИА Новости. Паром", "РИА Новости"),
        ("МОСКВА, 18 ноября. /ТАСС/. Паром", "ТАСС"),
        ("АСТАНА. КАЗИНФОРМ - Паром", "Казинформ"),
        ("ASTANA (Hill Gazette) — The ferry", "Hill Gazette"),
        ("Паром, который построили в мае, — лучший", None),
    ],
)
def test_datelines(opening: str, outlet: str | None) -> None:
    assert told(f"{opening} вышел на линию.").outlet == outlet


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("Источник - НГ", "Независимая газета"),
        ("Источник: «Известия»", "Известия"),
        ("Источник: газета «Известия»", "Известия"),
        ("Дереккөз: Егемен Қазақстан", "Egemen Qazaqstan"),
        ("Source: The Guardian", "The Guardian"),
        ("Источник: https://www.rg.ru/2025/11/11/statia.html", "Российская газета"),
        ("Источник — Заречные вести.", "Заречные вести"),
    ],
)
def test_source_lines(line: str, origin: str) -> None:
    assert told(BODY, "", line).origin == origin


def test_the_address_tells_the_outlet_and_who_speaks_becomes_the_origin() -> None:
    address = "Постоянный адрес статьи - https://centrasia.org/newsA.php?st=1"
    assert told(BODY, "", "Источник - НГ", address) == (
        "centrasia.org",
        "Независимая газета",
        "https://centrasia.org/newsA.php?st=1",
    )
    assert told(f"{BODY}, передает BAQ.KZ.", "", address)[:2] == ("centrasia.org", "BAQ.KZ")
    assert told(f"{BODY}, передает BAQ.KZ.", url="https://baq.kz/1")[:2] == ("BAQ.KZ", None)
    assert told(f"{BODY}, сообщает Степной Вестник.", url="https://stepnoy-vestnik.example/1")[0] == "Степной Вестник"
    assert told(BODY, url="https://www.nowhere.example/a?b=c").outlet == "nowhere.example"


@pytest.mark.parametrize(
    "form", ["Известия", "известий", "«Известиями»", '"Известиях"', "газета «Известия»", "iz.ru", "ИЗВЕСТИЯ"]
)
def test_inflected_and_quoted_names_come_back_to_one_form(form: str) -> None:
    assert OUTLETS.name(form) == "Известия"


@pytest.mark.parametrize(
    ("path", "domain"),
    [
        ("tengrinews.kz/2025/11/18/1.txt", "tengrinews.kz"),
        ("crawl/WWW.Mayak.example/1.txt", "mayak.example"),
        ("archive.org/news.mayak.example/2025-11-18/1.txt", "news.mayak.example"),
        ("mayak.example.zip!berega.example/1.txt", "berega.example"),
        ("mayak.example.zip!2025/1.txt", "mayak.example"),
        ("dumps/mayak.example.tar.gz!1.txt", "mayak.example"),
        ("mayak.example.jsonl.gz!17", "mayak.example"),
        ("вести.рф/1.txt", "вести.рф"),
        ("tengrinews.kz", None),
        ("a/tengrinews.kz.txt", None),
        ("2025.11.18/1.txt", None),
        ("batch.tar.gz!1.txt", None),
        ("feed.jsonl!1", None),
        ("mayak.example.gz", None),
        ("1.txt", None),
        ("v1.2/stage.old/.hidden/a..kz/-.kz/1.txt", None),
    ],
)
def test_a_folder_or_a_container_may_be_named_by_a_domain(path: str, domain: str | None) -> None:
    assert domain_in_path(path) == domain


def test_the_folder_tells_the_outlet_where_no_address_does() -> None:
    def at(head: str, folder: str, **told: str) -> Attribution:
        return attribute(head, "", [], OUTLETS, folder=folder, **told)

    assert at(BODY, "baq.kz") == Attribution("BAQ.KZ", None, None)
    assert at(BODY, "mayak.example") == Attribution("mayak.example", None, None)
    assert at(BODY, "mayak.example", url="https://baq.kz/1").outlet == "BAQ.KZ"
    assert at(BODY, "mayak.example", outlet="Степной Вестник").outlet == "Степной Вестник"
    # Who speaks on another's pages is whom they took it from.
    assert at(f"{BODY}, передает BAQ.KZ.", "mayak.example") == Attribution("mayak.example", "BAQ.KZ", None)
    assert at(f"{BODY}, передает BAQ.KZ.", "baq.kz") == Attribution("BAQ.KZ", None, None)


@pytest.mark.parametrize(
    "form", ["Российская газета", "Российской газете", "«Российскую газету»", "российской газетой", "РГ"]
)
def test_names_of_two_words(form: str) -> None:
    assert OUTLETS.name(form) == "Российская газета"


def test_a_user_extends_the_table_and_wins() -> None:
    own = outlets_from_csv(
        "name,kind,domains,aliases\nЗаречные вести,site,zv.example|zv2.example,ЗВ|Zarechye\n"
        "My Reuters,agency,reuters.com,Reuters\n",
        base=OUTLETS,
    )
    assert own.name("Заречных вестей") == "Заречные вести"
    assert own.name("Zarechye") == "Заречные вести"
    assert attribute(BODY, "", [], own, url="https://news.zv2.example/1").outlet == "Заречные вести"
    assert own.name("reuters") == "My Reuters"
    assert own.name("ТАСС") == "ТАСС"
    with pytest.raises(ValueError, match="name"):
        outlets_from_csv("a,b\n1,2\n")


def test_every_name_alias_and_domain_of_the_shipped_table_leads_to_its_row() -> None:
    for outlet in {*OUTLETS.by_key.values(), *OUTLETS.by_domain.values()}:
        assert OUTLETS.named(outlet.name) == outlet
        assert outlet.kind in {"agency", "paper", "site", "tv"}
    for domain, outlet in OUTLETS.by_domain.items():
        assert OUTLETS.at(f"https://www.{domain}/path") == outlet


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=60))
def test_no_text_fails_and_unknown_names_are_kept_as_found(head: str, tail: str, line: str) -> None:
    found = told(head, tail, line)
    assert found.origin is None or found.origin != found.outlet
    assert key(head) == key(head.upper().lower()) or not head.isascii()
    assert domain_of(head) == domain_of(head).casefold()
    assert OUTLETS.name("Заречье News") == "Заречье News"
