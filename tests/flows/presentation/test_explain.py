"""explain: the passages it shows are the shared ones, the reasons fit, and hostile texts stay text in terminal and page."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from flows import explain, pages
from flows.text_safety import one_line
from tests.flows.presentation.browser import Browser
from tests.flows.presentation.conftest import HOSTILE, build, folded, hostile_articles, sample_edges

EDGES = sample_edges()
RATES = ("kensai-info/2025-11-14/kursy.txt", "kensai-info/2025-11-13/kursy.txt")
BRIDGE = "akterek-telegraf/2025-11-10/0001.txt"


def shown(explanation: explain.Explanation, language: str = "en", full: bool = False, width: int = 120) -> str:
    """What a terminal of colours is sent."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", width=width, legacy_windows=False)
    explain.render(explanation, console, language=language, full=full)
    return out.getvalue()


def plain(sent: str) -> str:
    """Without colours and frames, on one line."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", sent).split())


@pytest.mark.parametrize(("article", "source", "kind"), EDGES)
def test_an_edge_is_explained_from_either_end(sample_marts: Path, article: str, source: str, kind: str) -> None:
    for a, b in ((article, source), (source, article)):
        (pair,) = explain.explain(sample_marts, a, b).pairs
        assert (pair.article.source_path, pair.source.source_path, pair.kind) == (article, source, kind)
        for passage in pair.passages:
            here = pair.article.text[passage.article_start : passage.article_end]
            there = pair.source.text[passage.source_start : passage.source_end]
            assert [word[0] for word in folded(here)] == [word[0] for word in folded(there)]
            assert len(folded(here)) == passage.words
    assert explain.explain(sample_marts, article, source).pairs[0].reason == f"reason_{kind}"


def test_a_correction_shows_what_was_mended(sample_marts: Path) -> None:
    found = explain.explain(sample_marts, *next(edge[:2] for edge in EDGES if edge[0].endswith("ispravleno.txt")))
    assert found.pairs[0].differences == (explain.Difference("470", "740"),)
    assert "740" in plain(shown(found))


def test_a_translation_shows_how_both_begin(sample_marts: Path) -> None:
    found = explain.explain(sample_marts, *next(edge[:2] for edge in EDGES if edge[2] == "translation"))
    said = plain(shown(found, width=400))
    assert found.pairs[0].passages == ()
    assert "How both begin" in said
    for one in (found.pairs[0].article, found.pairs[0].source):
        assert " ".join(one.text.split())[:100] in said


def test_twins_are_told_by_their_facts(sample_marts: Path) -> None:
    (pair,) = explain.explain(sample_marts, *RATES).pairs
    assert pair.kind is None
    assert pair.reason == "reason_facts"
    mended = {(one.source, one.article) for one in pair.differences}
    assert ("6,42", "6,47") in mended
    assert ("73,18", "73,60") in mended


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (BRIDGE, "vecher-kensai/2025-11-19_perekhod.txt", "reason_nothing"),
        (BRIDGE, "steppe-wire/2025-11-14/rail.txt", "reason_languages"),
        (BRIDGE, "zhaltyr-novosti/20251114-most-zhylansu.txt", "reason_nearer"),
        ("kensai-info/2025-11-18/roshcha.txt", "obzor-stepi/2025-11-19-4520.txt", "reason_facts"),
    ],
)
def test_why_there_is_no_edge(sample_marts: Path, a: str, b: str, reason: str) -> None:
    found = explain.explain(sample_marts, a, b)
    (pair,) = found.pairs
    assert pair.kind is None
    assert pair.reason == reason
    assert found.edges == 0
    for language in pages.LANGUAGES:
        said = pages.label(language, pair.reason, pair.values)
        assert "{" not in said
        assert one_line(said) in plain(shown(found, language, width=2000))


def invented(path: str, day: int, text: str, story: str | None = None) -> dict[str, Any]:
    return {
        "article_id": hashlib.sha256(path.encode()).hexdigest(),
        "source_path": path,
        "published_on": date(2025, 11, day),
        "published_on_source": "header",
        "language": "en",
        "title": None,
        "outlet": None,
        "origin": None,
        "url": None,
        "text": text,
        "story": story or path,
    }


def test_why_the_collection_knows_better_than_the_pair(tmp_path: Path) -> None:
    """Four texts with one passage in them, of which the marts hold no edge but one."""
    shared = " ".join(f"shared{i}" for i in range(30))
    marts = build(
        tmp_path / "marts.duckdb",
        [
            invented("first", 1, f"{shared} one two three four five six seven"),
            invented("second", 2, f"{shared} eight nine ten eleven twelve"),
            invented("third", 3, f"{shared} thirteen fourteen fifteen", "first"),
            invented("short", 4, "shared1 shared2 shared3 shared4 shared5 shared6 and quite another thing said here"),
        ],
        [("second", "first", "excerpt")],
    )
    found = {
        (a, b): explain.explain(marts, a, b).pairs[0].reason
        for a, b in (("third", "second"), ("third", "first"), ("short", "first"))
    }
    assert found == {
        ("third", "second"): "reason_common",
        ("third", "first"): "reason_same_story",
        ("short", "first"): "reason_little",
    }
    other = build(
        tmp_path / "other.duckdb",
        [invented("first", 1, shared), invented("second", 2, shared + " more"), invented("third", 3, shared + " most")],
        [("third", "first", "repost")],
    )
    (pair,) = explain.explain(other, "third", "second").pairs
    assert pair.reason == "reason_other_source"
    assert "first" in pair.values["nearer"]


def test_one_article_shows_all_its_edges(sample_marts: Path) -> None:
    found = explain.explain(sample_marts, BRIDGE)
    mine = {edge for edge in EDGES if BRIDGE in edge[:2]}
    assert {(pair.article.source_path, pair.source.source_path, pair.kind) for pair in found.pairs} == mine
    assert found.edges == len(mine)
    alone = explain.explain(sample_marts, "steppe-wire/2025-11-14/rail.txt")
    assert alone.pairs == ()
    assert "Edges of reuse: 0" in plain(shown(alone))


def test_names_of_articles(sample_marts: Path) -> None:
    article = explain.explain(sample_marts, BRIDGE).article
    assert explain.explain(sample_marts, article.article_id[:8].upper()).article == article
    with pytest.raises(explain.UnknownArticleError, match="no published article goes by"):
        explain.explain(sample_marts, article.article_id[:5])
    with pytest.raises(explain.UnknownArticleError, match="one article"):
        explain.explain(sample_marts, BRIDGE, article.article_id)
    with pytest.raises(explain.UnknownArticleError) as told:
        explain.explain(sample_marts, "\x1b[2Jnone\n2026 ERROR")
    assert "\x1b" not in str(told.value)
    assert "\n" not in str(told.value)


def test_an_address_of_several_articles_is_told(hostile_marts: Path) -> None:
    with pytest.raises(explain.UnknownArticleError, match="several articles") as told:
        explain.explain(hostile_marts, HOSTILE["terminal"])
    assert "\x1b" not in str(told.value)


def test_a_long_passage_is_cut_in_the_middle_and_whole_when_asked() -> None:
    text = "a" * 100 + "b" * 5000 + "c" * 100
    short = explain.cut_out(text, (100, 5100), [(100, 5100)], full=False)
    assert len(short.pieces) == 2
    assert sum(map(len, short.pieces)) < 1000
    whole = explain.cut_out(text, (100, 5100), [(100, 5100)], full=True)
    assert whole.pieces == ("b" * 5000,)
    assert whole.before.endswith("a")
    assert whole.after.startswith("c")


HOSTILE_PATHS = [row["source_path"] for row in hostile_articles()]


@pytest.mark.parametrize("place", range(len(HOSTILE)), ids=list(HOSTILE))
def test_hostile_texts_stay_text_in_the_terminal(hostile_marts: Path, place: int) -> None:
    found = explain.explain(hostile_marts, *HOSTILE_PATHS[2 * place : 2 * place + 2])
    sent = shown(found, full=True, width=400)
    # Colours and nothing else: no cursor, no title, no link, no bell.
    left = re.sub(r"\x1b\[[0-9;]*m", "", sent)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]", left)
    trick = list(HOSTILE.values())[place]
    assert one_line(trick) in plain(sent) or " ".join(one_line(trick).split()) in plain(sent)


def test_hostile_texts_stay_text_in_the_page(hostile_marts: Path, tmp_path: Path, browser: Browser) -> None:
    for place, name in enumerate(HOSTILE):
        found = explain.explain(hostile_marts, *HOSTILE_PATHS[2 * place : 2 * place + 2])
        page = explain.write_html(found, tmp_path / f"{name}.html")
        browser.open(page, width=360, dark=bool(place % 2), language=pages.LANGUAGES[place % 3])
        assert browser.complaints() == []
        assert browser.requests() == [page.as_uri()]
        assert "owned" not in browser.value("document.title")
        assert browser.value("document.querySelectorAll('main :is(img, b, script, iframe, style, a)').length") == 0
        assert browser.value("document.documentElement.scrollWidth") <= 360
        said = browser.value("document.querySelector('main').textContent")
        assert " ".join(one_line(HOSTILE[name]).split()) in " ".join(said.split())


def test_every_pair_has_a_page_in_every_language(sample_marts: Path, tmp_path: Path) -> None:
    for language in pages.LANGUAGES:
        for a, b in ((*EDGES[0][:2],), RATES, (BRIDGE, None)):
            page = explain.write_html(explain.explain(sample_marts, a, b), tmp_path / "pair.html", language=language)
            text = page.read_text(encoding="utf-8")
            assert f'<html lang="{language}">' in text
            levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
            assert all(after - before <= 1 for before, after in pairwise([0, *levels]))
            assert not re.search(r">[^<]*\{\w+\}[^<]*<", text.split("<main")[1].split("</main>")[0])
