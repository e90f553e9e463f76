"""What of a page is not its article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import chrome, records

PARAGRAPHS = [
    "Паромщик Ерлан с утра проверил канат и объявил, что в среду переправа через Тасты откроется для телег и велосипедов.",
    "Жители двух берегов ждали этого дня с весны, когда паводок сорвал старый помост и унёс его к плотине у мельницы.",
    "Билет будет стоить столько же, сколько прошлым летом, а школьников обещают возить бесплатно, если они не качают лодку.",
    "Осенью рядом с причалом поставят навес, под которым можно переждать дождь, и повесят расписание, написанное от руки.",
]


def kinds(page: list[str]) -> dict[str, str | None]:
    text = "\n".join(page)
    layout = chrome.layout(text, chrome.lines(text))
    return {text[line.start : line.end].strip(): kind for line, kind in zip(layout.lines, layout.kinds, strict=True)}


BRIEF = "Паром сегодня встал у правого берега."
FOOT = [*PARAGRAPHS[1:], *PARAGRAPHS[1:]]
LINKS = [
    "Как чинят паромы на малых реках",
    "Что берут с собой на переправу",
    "Почему канат меняют каждый год",
    "Кто считает билеты у причала",
]


def _kept(page: list[str]) -> set[str]:
    text = "\n".join(page)
    layout = chrome.layout(text, chrome.lines(text))
    return {text[line.start : line.end].strip() for line in layout.lines[layout.first : layout.last]}


def test_a_brief_item_below_its_headline_and_stamp_is_the_article_whatever_prose_stands_at_the_foot() -> None:
    head = ["На реке Тасты остановили паром", "18.11.2025 10:39", "212", BRIEF]
    assert BRIEF in _kept(["Главная", "Новости", *head, *LINKS, *FOOT])
    # Not where the stamp is missing, where it stands below other prose, and where there are several such places: a list.
    assert BRIEF not in _kept(["Главная", "Новости", head[0], BRIEF, *LINKS, *FOOT])
    assert BRIEF not in _kept([*FOOT, *LINKS, *head, *LINKS])
    assert BRIEF not in _kept(
        ["Главная", *head, *LINKS, *head[:2], "Паром встал опять, у левого берега.", *LINKS, *FOOT]
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Поделиться", "share"),
        ("Поделиться в Telegram", "share"),
        ("Подписывайтесь на наш канал в Telegram!", "share"),
        ("Если вы нашли ошибку, выделите её и нажмите Ctrl+Enter.", "share"),
        ("Share this article", "share"),
        ("Бөлісу", "share"),
        ("Читайте также: Как чинят паромы", "related"),
        ("ЧИТАЙТЕ ТАКЖЕ", "related"),
        ("Тағы оқыңыз: Өткел туралы", "related"),
        ("Read also: How ferries are mended", "related"),
        ("Мы используем файлы cookie, чтобы сайт работал лучше.", "cookies"),
        ("This website uses cookies to improve your experience.", "cookies"),
        ("Фото: Б. Ахметов", "credit"),
        ("Фото пресс-службы акимата", "credit"),
        ("Сурет: ашық дереккөз", "credit"),
        ("Photo by J. Hill", "credit"),
        ("A ferry on the Tasty. J. Hill/Reuters", "credit"),
        ("Источник - НГ", "source"),
        ("Дереккөз: BAQ.KZ", "source"),
        ("Постоянный адрес статьи - https://a.example/1", "source"),
        ("https://a.example/1", "source"),
        ("https://a.example/" + "%d0%bf%d0%b0%d1%80%d0%be%d0%bc-" * 9, "source"),
        ("Постоянный адрес статьи: https://a.example/" + "%D0%BF%D0%B0%D1%80%D0%BE%D0%BC-" * 9, "source"),
        ("10:39 18.11.2025", "timestamp"),
        ("Опубликовано: 18 ноября 2025, 10:39", "timestamp"),
        ("© 2025 Заречные вести. Все права защищены.", "other"),
        ("* * *", "other"),
        ("Барлық құқықтар қорғалған", "other"),
    ],
)
def test_lines_that_their_words_tell(line: str, kind: str) -> None:
    found = kinds([*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]])
    assert found[line] == kind
    assert [found[paragraph] for paragraph in PARAGRAPHS] == [None] * 4
    assert kind in records.CHROME_KINDS


@pytest.mark.parametrize(
    "line",
    [
        "Источник воды нашли у подножия холма.",
        "Фото на память сделали все, кто пришёл на причал.",
        "Комментарии экспертов разделились поровну, и спор продолжается.",
        "Популярные песни пели до утра, и никто не жаловался.",
        "Что будет дальше",
        "Приводим полный текст письма:",
        "— Нет, — ответил он.",
        "Related to the mayor by marriage, the ferryman denied everything.",
        "Доллар США — 521,40 тенге.",
        "Он читает далее газету «Время».",
    ],
)
def test_lines_of_an_article_that_look_a_little_like_chrome(line: str) -> None:
    assert kinds([*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]])[line] is None


def test_menus_above_and_lists_below_go() -> None:
    menu = ["Главная", "Новости", "Заречье", "Хозяйство и быт", "Погода", "Рус", "Қаз"]
    below = [
        "Теги: паром, река",
        "Другие новости",
        "В Заречье открыли мельницу",
        "Как варят сыр на хуторе",
        "Куда пропал мост",
        "Наверх",
    ]
    page = [*menu, "Переправа откроется в среду", *PARAGRAPHS, *below]
    text = "\n".join(page)
    layout = chrome.layout(text, chrome.lines(text))
    assert [text[layout.lines[i].start : layout.lines[i].end] for i in range(layout.first, layout.last)] == PARAGRAPHS
    assert all(kind is not None for kind in layout.kinds[layout.last :])


def test_teasers_below_an_article_go_with_their_heading() -> None:
    teaser = "На хуторе за рекой третий год варят сыр по старому рецепту, и очередь за ним стоит с рассвета до обеда."
    below = ["Последние новости", "Сыр с хутора", teaser, "Мельница", teaser.replace("хуторе", "мельнице")]
    found = kinds([*PARAGRAPHS, *below])
    assert all(found[line] is not None for line in below)
    assert all(found[line] is None for line in PARAGRAPHS)


@pytest.mark.parametrize("button", ["Комментарии", "Comments", "Коментарі", "Leave a comment"])
def test_a_button_above_an_article_is_no_end_of_it(button: str) -> None:
    promo = "Подпишитесь на нас, и вы будете узнавать о самом важном раньше всех, где бы вы ни были в этот день."
    readers = ["Иван П.", "Ничего подобного, всё было не так, я там был и видел это своими глазами.", "Ответить"]
    found = kinds([promo, button, *PARAGRAPHS, "Комментарии читателей", *readers])
    assert [found[paragraph] for paragraph in PARAGRAPHS] == [None] * 4
    assert None not in {found[line] for line in readers}


def test_an_article_goes_on_after_a_link_to_another() -> None:
    found = kinds([*PARAGRAPHS[:2], "Читайте также:", "Сыр с хутора за рекой", *PARAGRAPHS[2:]])
    assert [found[paragraph] for paragraph in PARAGRAPHS] == [None] * 4
    assert found["Читайте также:"] == "related"


def test_a_notice_of_rights_is_no_paragraph_of_the_article() -> None:
    notice = (
        "Использование материалов разрешается только при наличии активной гиперссылки, мнение редакции может не совпадать с "
        "мнением авторов, за содержание рекламы отвечает рекламодатель."
    )
    assert kinds([*PARAGRAPHS, notice])[notice] == "other"


def test_a_paragraph_that_ends_with_a_notice_is_the_articles() -> None:
    notice = "© 2025 Все права защищены."
    paragraph = f"{' '.join(PARAGRAPHS[:3])} {notice}"
    assert len(paragraph) <= chrome.NOTICE_LENGTH
    assert kinds([paragraph])[paragraph] is None
    assert kinds([*PARAGRAPHS, f"{notice} {PARAGRAPHS[0]}"])[f"{notice} {PARAGRAPHS[0]}"] == "other"


def test_a_text_without_a_page_around_it_is_left_whole() -> None:
    for page in (
        PARAGRAPHS,
        [*PARAGRAPHS, "Подпись без точки"],
        ["Строка без конца", "и другая строка"],
        [PARAGRAPHS[0], "Часть вторая", PARAGRAPHS[1]],
    ):
        assert set(kinds(page).values()) == {None}


lines = st.one_of(
    st.sampled_from(
        [
            *PARAGRAPHS,
            "Главная",
            "Поделиться",
            "10:39 18.11.2025",
            "Читайте также",
            "Заголовок из пяти слов тут",
            "",
            "  ",
            "© 2025",
        ]
    ),
    st.text(max_size=40).map(lambda text: text.replace("\n", " ")),
)


@settings(deadline=None)
@given(st.lists(lines, max_size=25))
def test_every_line_that_is_not_blank_gets_a_known_kind(page: list[str]) -> None:
    text = "\n".join(page)
    found = chrome.lines(text)
    assert [text[line.start : line.end] for line in found] == [line for line in text.split("\n") if line.strip()]
    layout = chrome.layout(text, found)
    assert {kind for kind in layout.kinds if kind is not None} <= set(records.CHROME_KINDS)
    assert 0 <= layout.first <= layout.last <= len(found)
    # What no notice can be in is not searched for one: both ways must agree.
    if not any(stem in text for stem in chrome.notice_stems()):
        assert chrome.lines(text, 0, False) == found


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Паром у причала. Фото автора", "credit"),
        ("Prom przy nowym pomoście (fot. Urząd Gminy)", "credit"),
        ("RELATED: Mill turns 100 with a cake the weight of a flour sack", "related"),
        ("Story continues below advertisement", "other"),
        ("Dalsza część artykułu pod materiałem wideo", "other"),
        ("Обновена: 18 ное 2025, 12:04 | 18 ное 2025, 10:39", "timestamp"),
        ("PUBLISHED: November 18, 2025 at 10:39 AM PST | UPDATED: November 18, 2025 at 12:04 PM PST", "timestamp"),
        ("Підписуйтесь на наш канал", "share"),
        ("Мәтіннен қате тапсаңыз, белгілеңіз", "share"),
        ("Vstoupit do diskuze (7)", "related"),
        ("Най-четени", "related"),
        ("Он принёс с собой фото автора книги, и все его узнали.", None),
        ("Мы в этом году сено привезли раньше, чем соседи.", None),
        ("Социальные сети заполнили снимки парома.", None),
        ("На чтение книг у паромщика остаётся зима.", None),
        ("— Хорошо.", None),
    ],
)
def test_lines_of_pages_in_the_languages_around(line: str, kind: str | None) -> None:
    assert kinds([*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]])[line] == kind


def test_links_between_short_paragraphs_go_and_the_paragraphs_stay() -> None:
    links = ["Сыр с хутора за рекой", "Мельница отмечает сто лет", "16 ноября 2025"]
    after = ["Билет стоит столько же, сколько летом.", "Школьников возят бесплатно."]
    below = ["Теги: паром", "Самое читаемое", "Куда пропал старый мост", "Почему воет ветер", "Наверх", "Контакты"]
    found = kinds([*PARAGRAPHS[:2], "Читайте также", *links, *after, *below])
    assert [found[line] for line in (*PARAGRAPHS[:2], *after)] == [None] * 4
    assert None not in [found[line] for line in (*links, *below)]


def test_a_headline_below_what_is_read_now_is_no_link() -> None:
    page = ["Сейчас читают", "Снег обещают на выходные", "18 ноября, 10:39", "Переправа откроется уже в среду"]
    assert kinds([*page, *PARAGRAPHS])[page[-1]] is None
