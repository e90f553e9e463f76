"""report.html and the quality page: what they say, that they keep to themselves, and how they look in a real browser."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import pages, quality, report
from flows.text_safety import one_line, visible
from tests.flows.presentation.browser import Browser
from tests.flows.presentation.conftest import HOSTILE
from transforms.records import REUSE_KINDS, SEVERITIES
from warehouse.errors import WarehouseError

TEMPLATES = resources.files("flows") / "templates"
MEGABYTE = 1_000_000
# What the audit's details look like (flows.quality.details_of), hostile where texts stand.
DETAILS = {
    "sentences": {"articles.dated": f"Every article has its day {HOSTILE['script']}"},
    "offenders": {
        "articles.dated": {
            "columns": ["article_id", "title"],
            "rows": [[name, trick] for name, trick in HOSTILE.items()] + [["none", None]],
            "query": f"SELECT '{HOSTILE['closing']}'",
        }
    },
    "results": {
        "articles": {
            "results": [
                {
                    "success": False,
                    "expectation_config": {"type": "no_rows", "meta": {"rule": "articles.dated"}},
                    "result": {"observed_value": 3, "seen": HOSTILE["script"]},
                }
            ]
        }
    },
}


@pytest.fixture(scope="session")
def made(
    tmp_path_factory: pytest.TempPathFactory, sample_marts: Path, hostile_marts: Path, empty_marts: Path
) -> dict[str, Path]:
    """The pages of the three marts, by name."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, marts in (("sample", sample_marts), ("hostile", hostile_marts), ("empty", empty_marts)):
        out = folder / f"{name}.html"
        details = DETAILS if name == "hostile" else None
        found[name] = report.build_report(marts, out, quality_href=f"{name}-quality.html", checks=details)
        found[f"{name}-quality"] = quality.build_quality(
            marts, folder / f"{name}-quality.html", details=details, report_href=out.name
        )
    return found


PAGES = ("sample", "hostile", "empty", "sample-quality", "hostile-quality", "empty-quality")


# -- without a browser -------------------------------------------------------------------------------------------------


def test_every_label_is_told_in_three_languages() -> None:
    table = tomllib.loads((TEMPLATES / "labels.toml").read_text(encoding="utf-8"))
    for key, words in table.items():
        assert set(words) == set(pages.LANGUAGES), key
        assert all(word.strip() for word in words.values()), key
        filled = {language: sorted(re.findall(r"\{(\w+)\}", word)) for language, word in words.items()}
        assert len({tuple(names) for names in filled.values()}) == 1, key


def test_every_word_of_the_records_has_its_label() -> None:
    told = pages.labels()["en"]
    assert {f"kind_{kind}" for kind in ("first", *REUSE_KINDS)} <= set(told)
    assert {f"severity_{severity}" for severity in SEVERITIES} <= set(told)
    assert {f"reason_{kind}" for kind in REUSE_KINDS} <= set(told)


def test_every_locale_tells_the_same() -> None:
    told = pages.locales()
    assert set(told) == set(pages.LANGUAGES)
    assert len({tuple(sorted(locale["languages"])) for locale in told.values()}) == 1
    assert all(len(locale["months"]) == len(locale["short"]) == 12 for locale in told.values())


def test_the_charts_speak_known_labels(made: dict[str, Path]) -> None:
    titles = re.findall(r'"title": ?"§(\w+)"', made["sample"].read_text(encoding="utf-8"))
    assert titles
    assert set(titles) <= set(pages.labels()["en"])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_and_asks_for_nothing(made: dict[str, Path], name: str) -> None:
    text = made[name].read_text(encoding="utf-8")
    assert len(text.encode()) < 3 * MEGABYTE
    markup = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)
    assert not re.search(r"(?i)<(script|iframe|object|embed|img|video|audio|base|form)\b", markup)
    addresses = set(re.findall(r'(?i)(?:src|href|action|data|poster|srcset)="([^"]*)"', markup))
    other = f"{name}-quality.html" if "quality" not in name else f"{name.removesuffix('-quality')}.html"
    assert addresses <= {"#content", "data:,", other}


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_names_the_scripts_and_nothing_else(made: dict[str, Path], name: str) -> None:
    text = made[name].read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    named = set(re.findall(r"'sha256-[^']+'", policy))
    held = {pages._source(body) for body in re.findall(r"(?s)<(?:script|style)>(.*?)</(?:script|style)>", text)}
    assert held == named
    # The rest of the scripts is data, which no policy has to let run.
    assert re.findall(r"<script\b([^>]*)>", text).count(' type="application/json" id="told"') == 1


def test_the_same_marts_give_the_same_page(made: dict[str, Path], sample_marts: Path, tmp_path: Path) -> None:
    again = report.build_report(sample_marts, tmp_path / "again.html", quality_href="sample-quality.html")
    digest = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (made["sample"], again)]
    assert digest[0] == digest[1]


def test_the_numbers_are_those_of_the_marts(made: dict[str, Path], sample_marts: Path) -> None:
    text = made["sample"].read_text(encoding="utf-8")
    tiles = dict(
        re.findall(r'<dt><span data-t="(\w+)">[^<]*</span></dt><dd class="number"><data data-n value="(\d+)">', text)
    )
    with duckdb.connect(str(sample_marts), read_only=True) as connection:
        day = connection.execute(
            "SELECT max(published_on) FROM articles WHERE published_on_source <> 'modified'"
        ).fetchall()[0][0]
        articles, first, words, outlets = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE is_first_print), sum(word_count), count(DISTINCT outlet)"
            " FROM articles WHERE published_on = ?",
            [day],
        ).fetchall()[0]
        kinds = dict(
            connection.execute(
                "SELECT kind, count(*) FROM reuse WHERE published_on = ? GROUP BY ALL",
                [day],
            ).fetchall()
        )
    assert tiles == {
        "articles": str(articles),
        "first_prints": str(first),
        "reposts": str(articles - first),
        "excerpts": str(kinds.get("excerpt", 0)),
        "quotes": str(kinds.get("quote", 0)),
        "translations": str(kinds.get("translation", 0)),
        "outlets": str(outlets),
        "words": str(words),
    }


def test_a_failing_check_shows_its_rows(made: dict[str, Path]) -> None:
    for name in ("hostile", "hostile-quality"):
        text = made[name].read_text(encoding="utf-8")
        assert "articles.dated" in text
        assert '<td class="text"><bdi>spreadsheet</bdi></td>' in text


class Tags(HTMLParser):
    """The elements of a page, in order, and what it says inside <bdi>."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")
        self._inside = tag == "bdi"

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.said.append(data)


def quality_of(text: str) -> Tags:
    check = {"rule": text, "table": text, "severity": "error", "success": False, "observed": text, "offending_rows": 1}
    more = {"columns": [text], "rows": [[text]], "query": text, "sentence": text, "expectation": text}
    values = {
        "version": {"version": text, "logical_day": "2025-11-20", "articles": 1, "stories": 1},
        "content_hash": text,
        "checks": [check | more],
        "checks_failed": [check | more],
        "tables": {text: [check | more]},
        "report_href": None,
    }
    found = Tags()
    found.feed(pages.render(pages.Page("quality", "title_quality", {"version": text}, values), "en"))
    found.close()
    return found


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(codec=None), min_size=1) | st.text("<>&\"'/!-={}%`script\n", min_size=1))
def test_no_text_becomes_markup(text: str) -> None:
    plain, found = quality_of("text"), quality_of(text)
    assert found.tags == plain.tags
    assert text.strip() == "" or visible(text).replace("\r", "") in "".join(found.said)


def test_marts_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is published"):
        report.build_report(tmp_path / "marts.duckdb", tmp_path / "report.html")
    (tmp_path / "marts.duckdb").write_bytes(b"no database")
    with pytest.raises(WarehouseError, match="does not read as marts"):
        report.build_report(tmp_path / "marts.duckdb", tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_an_unknown_language_is_refused(sample_marts: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no labels in 'de'"):
        report.build_report(sample_marts, tmp_path / "report.html", language="de")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_in_the_light_and_in_the_dark() -> None:
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", style)
    )
    assert set(light) == set(dark)
    for theme in (light, dark):
        for back in ("back", "card"):
            for ink in ("ink", "soft", "accent", "bad", "good", *(f"c{n}" for n in range(1, 9))):
                assert _contrast(theme[ink], theme[back]) >= 4.5, (ink, back)
        assert _contrast(theme["ink"], theme["mark"]) >= 4.5
        for mark in ("line", "heat0", "heat1"):
            assert _contrast(theme[mark], theme["back"]) >= 3, mark


# -- in Chromium -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_complaint_and_without_the_network(
    made: dict[str, Path], browser: Browser, name: str
) -> None:
    browser.open(made[name])
    charts = json.loads(
        browser.value("JSON.stringify(Object.keys(JSON.parse(document.getElementById('told').textContent).charts))")
    )
    assert browser.value("document.querySelectorAll('.chart svg').length") == len(charts)
    assert browser.complaints() == []
    assert browser.requests() == [made[name].as_uri()]
    # Headings go down one step at a time: readers of the screen go by them.
    levels = [1, *browser.value("[...document.querySelectorAll('h1, h2, h3, h4')].map(e => +e.tagName[1])")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_charts_hold_marks(made: dict[str, Path], browser: Browser) -> None:
    browser.open(made["sample"])
    marks = ".mark-rect path, .mark-symbol path"
    empty = browser.value(f"[...document.querySelectorAll('.chart')].filter(c => !c.querySelector('{marks}')).length")
    assert empty == 0


@pytest.mark.parametrize(
    ("name", "language"), [("hostile", "en"), ("hostile", "ru"), ("hostile", "kk"), ("hostile-quality", "kk")]
)
def test_hostile_texts_stay_text(made: dict[str, Path], browser: Browser, name: str, language: str) -> None:
    browser.open(made[name], language=language)
    browser.value("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.complaints() == []
    assert browser.requests() == [made[name].as_uri()]
    assert "owned" not in browser.value("document.title")
    assert browser.value("document.querySelectorAll('main :is(img, b, i, script, iframe, style, title)').length") == 0
    # No attribute of any element is a handler, and no link goes where a text wants it to.
    assert (
        browser.value(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on')).length"
        )
        == 0
    )
    links = browser.value("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    assert all(link.startswith("#") or link.startswith("hostile") for link in links)
    shown = browser.value("document.querySelector('main').textContent")
    for trick in HOSTILE.values():
        assert one_line(trick) in shown.replace("\n", " ") or one_line(trick) in one_line(shown), trick
    assert not re.search("[\x1b\x07\x9b\u202e\u2066\u200f]", shown)


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ru", True), ("kk", False)])
def test_a_phone_shows_it_all(made: dict[str, Path], browser: Browser, dark: bool, language: str) -> None:
    for name in ("sample", "hostile"):
        browser.open(made[name], width=360, dark=dark, language=language)
        assert browser.value("document.documentElement.scrollWidth") <= 360
        assert browser.value("document.documentElement.lang") == language
        assert browser.complaints() == []
    back = browser.value("getComputedStyle(document.body).backgroundColor")
    assert back == ("rgb(20, 23, 26)" if dark else "rgb(255, 255, 255)")


def test_every_language_says_everything(made: dict[str, Path], browser: Browser) -> None:
    told: dict[str, list[str]] = {}
    for language in pages.LANGUAGES:
        browser.open(made["sample"], language=language)
        told[language] = browser.value("[...document.querySelectorAll('[data-t]')].map(e => e.textContent)")
        assert not [text for text in told[language] if "{" in text or not text.strip()]
        # Without a script the page says the same, in the language it was made in.
        if language == "en":
            plain: Any = re.sub(
                r"\s+", " ", re.sub(r"<[^>]*>", "", made["sample"].read_text(encoding="utf-8").split("<body>")[1])
            )
            assert all(
                re.sub(r"\s+", " ", text) in plain for text in told[language] if "&" not in text and "'" not in text
            )
    assert all(a != b for a, b in zip(told["ru"], told["kk"], strict=True) if a not in ("Файл", "Байт", "Сюжет"))


def test_the_language_can_be_chosen(made: dict[str, Path], browser: Browser) -> None:
    browser.open(made["sample"])
    assert browser.value("document.querySelector('h2').textContent").endswith("against the week before")
    browser.value(
        "{const s = document.getElementById('language'); s.value = 'kk'; s.dispatchEvent(new Event('change')); null}"
    )
    assert "алдыңғы аптамен" in browser.value("document.querySelector('h2').textContent")


def test_every_chart_has_its_words(made: dict[str, Path], browser: Browser) -> None:
    browser.open(made["sample"])
    labels = browser.value("[...document.querySelectorAll('[role=img]')].map(e => e.getAttribute('aria-label'))")
    assert "Russian (" in labels[0]
    assert labels
    assert all(len(label) > 40 and "{" not in label for label in labels)
    unnamed = "[...document.querySelectorAll('table')].filter(t => !t.parentElement.getAttribute('aria-label')).length"
    assert browser.value(unnamed) == 0
    assert browser.value("[...document.querySelectorAll('select')].every(s => s.labels.length === 1)")
