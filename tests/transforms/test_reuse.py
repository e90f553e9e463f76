"""Verdicts on small collections whose answer a reader can tell."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import records
from transforms.following import MANY
from transforms.reuse import ORDER, Reuse, _sorted, find_reuse, update
from transforms.shelf import KEPT, MemoryShelf
from transforms.words import cut

SCHEMA = pl.Schema(
    {
        "article_id": pl.String,
        "text": pl.String,
        "published_on": pl.Date,
        "published_at": records.TIMESTAMP,
        "outlet": pl.String,
        "origin": pl.String,
        "url": pl.String,
        "language": pl.String,
    }
)
DAY = dt.date(2025, 11, 10)


def article(article_id: str, text: str, day: int = 0, **told: Any) -> dict[str, Any]:
    return {"article_id": article_id, "text": text, "published_on": DAY + dt.timedelta(days=day), **told}


def collection(*articles: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(articles), schema=SCHEMA)


def kinds(found: Reuse) -> dict[tuple[str, str], str]:
    rows = found.edges.select("article_id", "source_article_id", "kind").rows()
    return {(later, earlier): kind for later, earlier, kind in rows}


def stories(found: Reuse) -> set[frozenset[str]]:
    return {frozenset(ids) for ids in found.members.group_by("story_id").agg("article_id")["article_id"].to_list()}


def prose(seed: int, words: int) -> str:
    """Sentences of invented words, a few of them names and numbers; other words for another seed."""
    rng = random.Random(seed)
    out: list[str] = []
    while len(out) < words:
        sentence = [
            "".join(rng.choice("бвгдзклмнпрст") + rng.choice("аеиоу") for _ in range(rng.randint(1, 4)))
            for _ in range(rng.randint(7, 15))
        ]
        sentence[0] = sentence[0].capitalize()
        if rng.random() < 0.3:
            sentence[3] = sentence[3].capitalize()
        if rng.random() < 0.3:
            sentence[5] = str(rng.randint(2, 3000))
        sentence[-1] += "."
        out += sentence
    return " ".join(out)


def verify(articles: pl.DataFrame, found: Reuse) -> None:
    """What every answer must hold."""
    assert found.edges.schema == records.EDGES
    assert found.passages.schema == records.PASSAGES
    assert found.members.schema == records.STORY_MEMBERS
    assert found.members["article_id"].to_list() == sorted(articles["article_id"].to_list())
    texts = dict(articles.select("article_id", "text").rows())
    days = dict(articles.select("article_id", "published_on").rows())
    story = dict(found.members.rows())
    totals: dict[tuple[str, str], list[int]] = {}
    for later, earlier, start, end, source_start, source_end, words in found.passages.rows():
        one, two = cut(texts[later][start:end]), cut(texts[earlier][source_start:source_end])
        assert one.hashes.tolist() == two.hashes.tolist()
        assert len(one.hashes) == words
        assert (one.starts[0], one.ends[-1]) == (0, end - start)
        totals.setdefault((later, earlier), []).append(words)
    for edge in found.edges.iter_rows(named=True):
        key = (edge["article_id"], edge["source_article_id"])
        passages = totals.pop(key)
        assert edge["passage_count"] == len(passages)
        assert edge["longest_passage_words"] == max(passages)
        assert edge["share_of_article"] == round(sum(passages) / len(cut(texts[key[0]]).hashes), 4)
        assert 0 < edge["share_of_source"] <= 1
        later_on, earlier_on = days[key[0]], days[key[1]]
        if later_on is None or earlier_on is None:
            assert later_on is None
            assert edge["lag_days"] is None
        else:
            assert edge["lag_days"] == (later_on - earlier_on).days >= 0
        assert (story[key[0]] == story[key[1]]) >= (edge["kind"] in records.STORY_KINDS)
    assert not totals


def find(*articles: dict[str, Any]) -> Reuse:
    frame = collection(*articles)
    found = find_reuse(frame)
    verify(frame, found)
    again = find_reuse(frame.reverse())
    assert all(one.equals(two) for one, two in zip(found, again, strict=True))
    return found


def test_nothing_and_wordless_texts() -> None:
    assert find().members.is_empty()
    assert stories(find(article("a", ""), article("b", ""), article("c", "..."))) == {
        frozenset("a"),
        frozenset("b"),
        frozenset("c"),
    }


def test_the_seeds(seeds: Path) -> None:
    rows = []
    for path in sorted(seeds.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        line = re.match(r".*?date (\d{4}-\d\d-\d\d) ", text)
        told = dt.date.fromisoformat(line[1]) if line else dt.date(2024, 11, 26)
        rows.append({"article_id": path.name[:3], "text": text[line.end() :] if line else text, "published_on": told})
    found = find(*rows)
    assert kinds(found) == {("003", "000"): "excerpt", ("001", "000"): "quote"}
    assert len(stories(found)) == 5
    edge = found.edges.row(by_predicate=pl.col("article_id") == "003", named=True)
    assert edge["share_of_article"] == pytest.approx(0.57, abs=0.08)
    assert edge["share_of_source"] == pytest.approx(0.11, abs=0.02)


def test_copies_differ_in_case_spacing_and_punctuation() -> None:
    text = prose(1, 60)
    found = find(article("b", text.upper().replace(" ", "\n"), 1), article("a", text))
    assert found.edges.rows() == [("b", "a", "copy", 1.0, 1.0, 1, len(text.split()), 1)]
    assert found.passages.rows() == [("b", "a", 0, len(text) - 1, 0, len(text) - 1, len(text.split()))]
    assert stories(found) == {frozenset("ab")}


def test_of_two_copies_on_a_day_the_attributed_one_took() -> None:
    text = prose(2, 80)
    found = find(article("a", text, outlet="Второй", origin="Первый"), article("b", text, outlet="Первый"))
    assert kinds(found) == {("a", "b"): "copy"}
    # Who names itself as the origin took from nobody.
    found = find(article("b", text, outlet="Второй", origin="второй"), article("a", text, outlet="Первый"))
    assert kinds(found) == {("b", "a"): "copy"}


def test_then_the_time_decides_and_then_the_id() -> None:
    text = prose(3, 80)
    early, late = (dt.datetime.combine(DAY, dt.time(hour)) for hour in (8, 9))
    assert kinds(find(article("a", text, published_at=late), article("b", text, published_at=early))) == {
        ("a", "b"): "copy"
    }
    assert kinds(find(article("a", text), article("b", text, published_at=early))) == {("a", "b"): "copy"}
    assert kinds(find(article("a", text), article("b", text))) == {("b", "a"): "copy"}


@pytest.mark.filterwarnings("error")
def test_what_tells_no_day_comes_after_all_others() -> None:
    text, other = prose(1, 120), prose(2, 40)
    never = {"published_on": None}
    found = find(
        article("a", text) | never,
        article("b", f"{text} {other}") | never,
        article("c", text, 900),
    )
    assert kinds(found) == {("a", "c"): "copy", ("b", "c"): "repost"}


@pytest.mark.parametrize("sentences", [2, 3, 5])
def test_short_articles_are_found_again(sentences: int) -> None:
    texts = [". ".join(prose(100 + i, 90).split(". ")[:sentences]) + "." for i in range(30)]
    night = [article(f"n{i:02}", text) for i, text in enumerate(texts)]
    reposts = [
        article("r1", "Заголовок другой\n" + texts[4], 1),
        article("r2", texts[7].replace(" ", "  ") + "\n\nЧитайте нас в приложении", 1),
    ]
    found = find(*night, *reposts)
    assert set(kinds(found)) == {("r1", "n04"), ("r2", "n07")}
    assert {frozenset({"r1", "n04"}), frozenset({"r2", "n07"})} <= stories(found)


def test_a_sentence_that_all_share_makes_no_story() -> None:
    stock = "Подробнее об этом читайте на сайте редакции в разделе новостей дня и в нашем приложении."
    found = find(*(article(f"n{i:02}", prose(200 + i, 25) + " " + stock) for i in range(30)))
    assert len(stories(found)) == 30


def test_a_site_prints_its_text_again_with_more_below() -> None:
    text, more, other = prose(62, 150), prose(63, 50), prose(64, 14)
    sites = {"a": {"url": "https://site.example/1"}, "b": {"url": "https://site.example/2"}}
    found = find(article("a", text, **sites["a"]), article("b", f"{text} {more}", 1, **sites["b"]))
    assert kinds(found) == {("b", "a"): "repost"}
    # What has another beginning, or less than nearly all of it, is another text that holds a part of it.
    for later in (f"{other} {text} {more}", f"{' '.join(text.split()[:120])} {prose(65, 60)}"):
        found = find(article("a", text, **sites["a"]), article("b", later, 1, **sites["b"]))
        assert len(stories(found)) == 2


def test_a_notice_that_a_site_prints_for_weeks_is_no_copy() -> None:
    notice = prose(61, 40)
    told = {"url": "https://site.example/1"}
    weeks = [article(f"n{i}", notice, 7 * i, **told) for i in range(3)]
    other = article("b", notice, 9, url="https://other.example/2")
    assert kinds(find(*weeks, other)) == {("n1", "n0"): "copy", ("n2", "n0"): "copy", ("b", "n0"): "copy"}
    found = find(*weeks, other, article("n3", notice, 21, **told))
    assert kinds(found) == {("b", "n0"): "copy"}, "what the other site prints is a copy still"
    assert stories(found) == {frozenset({"n0", "b"}), frozenset({"n1"}), frozenset({"n2"}), frozenset({"n3"})}
    nowhere = [article(f"n{i}", notice, 7 * i) for i in range(4)]
    assert len(kinds(find(*nowhere))) == 3, "of no known site"


def test_excerpt_and_quote() -> None:
    source = prose(4, 600)
    sentences = source.split(". ")
    excerpt = ". ".join(sentences[10:18]) + ". " + prose(5, 20)
    quote = prose(6, 150) + " «" + ". ".join(sentences[30:32]) + "», " + prose(7, 100)
    found = find(article("a", source), article("b", excerpt, 1), article("c", quote, 2))
    assert kinds(found) == {("b", "a"): "excerpt", ("c", "a"): "quote"}
    assert len(stories(found)) == 3


def test_the_copy_of_a_copy_points_to_the_nearest_source() -> None:
    first = prose(8, 300)
    second = first.replace(" ".join(first.split()[100:130]), prose(9, 30))
    third = second + " " + prose(10, 12)
    found = find(article("a", first), article("b", second, 1), article("c", third, 2))
    assert kinds(found) == {("b", "a"): "repost", ("c", "b"): "repost"}
    assert dict(found.members.rows()) == {"a": "a", "b": "a", "c": "a"}


def rates(dollar: str, euro: str, rouble: str, date: str) -> str:
    return (
        f"Национальный банк установил официальные курсы валют на {date} ноября. Доллар стоит {dollar} тенге, евро продаётся за "
        f"{euro} тенге, а за один российский рубль дают {rouble} тенге. Курсы действуют до следующего рабочего дня включительно."
    )


def test_facts_decide_between_twins() -> None:
    found = find(
        article("a", rates("521,33", "604,12", "6,41", "10")),
        article("b", rates("523,08", "601,95", "6,44", "11"), 1),
        article("c", rates("519,72", "607,31", "6,38", "12"), 2),
    )
    assert found.edges.is_empty()


def test_a_correction_on_the_same_day_is_a_repost() -> None:
    found = find(
        article("a", rates("521,33", "604,12", "6,41", "10")), article("b", rates("521,33", "604,21", "6,41", "10"))
    )
    assert kinds(found) == {("b", "a"): "repost"}


def test_a_digest_gets_edges_and_merges_nothing() -> None:
    parts = [prose(20 + i, 120) for i in range(4)]
    found = find(*(article(f"s{i}", part) for i, part in enumerate(parts)), article("z", "\n\n".join(parts), 1))
    assert kinds(found) == {("z", f"s{i}"): "excerpt" for i in range(4)}
    assert len(stories(found)) == 5


def test_a_digest_of_one_day_with_its_part_merges_nothing() -> None:
    # It is longer than the part of its day, and so counts as its source; a repost of the whole is what it looks like to the part.
    old, new = prose(25, 90), prose(26, 200)
    found = find(
        article("a", old), article("n", new, 1), article("z", f"{old}\n\n{new}", 1), article("r", new + " Да.", 2)
    )
    assert stories(found) == {frozenset({"a"}), frozenset({"z"}), frozenset({"n", "r"})}
    assert kinds(found)["z", "a"] == "excerpt"
    assert kinds(found)["n", "z"] == "excerpt"


def test_two_parts_of_one_day_make_the_whole_no_digest() -> None:
    whole = prose(27, 300).split(" ")
    found = find(
        article("w", " ".join(whole)),
        article("p", " ".join(whole[:130])),
        article("q", " ".join(whole[150:])),
        article("r", " ".join([*whole, "Да."]), 1),
    )
    assert kinds(found) == {("p", "w"): "excerpt", ("q", "w"): "excerpt", ("r", "w"): "repost"}


def test_two_shorter_versions_of_one_report_are_one_story_with_each_other() -> None:
    report = prose(28, 500).split(" ")
    found = find(
        article("report", " ".join(report)),
        article("first", " ".join(report[:200]), 1),
        article("second", " ".join(report[30:200]), 1),
        article("other", " ".join(report[250:400]), 1),
    )
    told = {("first", "report"): "excerpt", ("second", "first"): "repost", ("second", "report"): "excerpt"}
    assert kinds(found) == {**told, ("other", "report"): "excerpt"}
    assert stories(found) == {frozenset(ids) for ids in (["report"], ["first", "second"], ["other"])}


@pytest.mark.parametrize(("own", "kind"), [(22, "repost"), (28, "quote")])
def test_two_texts_with_more_of_their_own_than_in_common_are_no_versions(own: int, kind: str) -> None:
    def words(seed: int, count: int) -> str:
        return " ".join(prose(seed, count).split()[:count])

    pages = [
        " ".join(f"{words(600 + part, 25)} {words(700 + 20 * page + part, own)}" for part in range(6))
        for page in range(2)
    ]
    assert kinds(find(article("a", pages[0]), article("b", pages[1], 1))) == {("b", "a"): kind}


@pytest.mark.parametrize(("shared", "kind"), [(60, "excerpt"), (52, "quote")])
def test_most_of_an_excerpt_is_from_its_source(shared: int, kind: str) -> None:
    source = prose(63, 300)
    part = [*source.split()[40 : 40 + shared], *prose(64, 60).split()[: 100 - shared]]
    assert kinds(find(article("a", source), article("b", " ".join(part), 1))) == {("b", "a"): kind}


def test_what_two_stories_have_is_told_of_both() -> None:
    shared = prose(29, 120)
    pages = [article(page, f"{prose(230 + at, 90)} {shared} {prose(240 + at, 80)}", at) for at, page in enumerate("ab")]
    found = find(*pages, article("part", shared, 5))
    assert kinds(found) == {("b", "a"): "quote", ("part", "a"): "excerpt", ("part", "b"): "excerpt"}


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(0, 2), st.booleans(), st.none() | st.integers(0, 2), st.sampled_from([0, 1, 2**40])
        ),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_articles_are_put_in_their_total_order(rows: list[tuple[Any, ...]], rng: random.Random) -> None:
    ids = [f"{at:02}ы" for at in range(len(rows))]
    rng.shuffle(ids)
    names = {name: KEPT[name] for name in ORDER}
    kept = pl.DataFrame([(*row, name) for row, name in zip(rows, ids, strict=True)], schema=names, orient="row")
    assert _sorted(kept).equals(kept.sort(ORDER, descending=[False, False, False, True, False], nulls_last=True))


def test_a_chain_of_near_misses_is_cut() -> None:
    # Each link drops the first sixth of the one before it and adds as much of its own at the end.
    words = prose(30, 1200).split()
    links = [article(f"c{i:02}", " ".join(words[i * 40 : i * 40 + 240]), i) for i in range(20)]
    found = find(*links)
    story = dict(found.members.rows())
    assert max(map(len, stories(found))) <= 5
    assert story["c00"] == story["c01"]
    assert story["c00"] != story["c05"]


def test_a_rewritten_first_print_keeps_its_story_and_no_more() -> None:
    # Each differs from the one before it in a word of seven; two steps apart the runs that stay are too short to be shared.
    base = prose(31, 210).split()

    def version(*places: tuple[int, str]) -> str:
        changed = dict(places)
        return " ".join(f"иное{i}{changed[i % 7]}" if i % 7 in changed else word for i, word in enumerate(base))

    rewritten, plain = article("a", version((0, "ж"))), article("b", version(), 1)
    cousin, strange = article("c", version((3, "к")), 2), article("d", version((3, "к"), (5, "м")), 3)
    found = find(rewritten, plain, cousin)
    assert kinds(find(rewritten, cousin)) == {}
    assert stories(found) == {frozenset("abc")}
    # What is a repost of the cousin alone is two steps from the first print.
    found = find(rewritten, plain, cousin, strange)
    assert kinds(find(plain, strange)) == {}
    assert stories(found) == {frozenset("abc"), frozenset("d")}


def edited(words: list[str], every: int, mark: str) -> list[str]:
    return [f"иное{mark}{i}" if i % every == every - 1 else word for i, word in enumerate(words)]


def test_what_comes_near_to_one_version_of_a_story_alone_is_a_part_of_it() -> None:
    whole = prose(37, 320).split()
    version = edited(whole[:225], 25, "ж")
    part = edited(version[:150], 20, "к")
    first = [article(name, " ".join(whole), i) for i, name in enumerate("abc")]
    version, part = article("v", " ".join(version), 4), article("x", " ".join(part), 5)
    assert kinds(find(version, part)) == {("x", "v"): "repost"}
    found = find(*first, version, part)
    assert stories(found) == {frozenset("abcv"), frozenset("x")}
    assert {kind for (later, _), kind in kinds(found).items() if later == "x"} == {"excerpt"}


def test_what_was_made_from_a_version_is_of_its_story_however_little_it_has_of_the_whole() -> None:
    whole = prose(37, 320).split()
    # The first version lost as much as one may, and was rewritten: the second one has words of it that no other has.
    version = edited(whole[:200], 7, "ж")
    second = edited(version[:130], 25, "к")
    first = [article(name, " ".join(whole), i) for i, name in enumerate("abc")]
    version, second = article("v", " ".join(version), 4), article("x", " ".join(second), 5)
    assert {kind for (later, _), kind in kinds(find(*first, second)).items() if later == "x"} == {"excerpt"}
    assert stories(find(*first, version, second)) == {frozenset("abcvx")}


def test_a_text_is_of_the_story_of_most_of_those_that_it_is_near() -> None:
    # The first version has a passage that was written anew, and is a story of its own; the last one has half of that, and is
    # nearest to it.
    whole, anew = prose(44, 300).split(), prose(46, 130).split()
    early = article("v", " ".join(whole[:85] + anew + whole[215:]))
    last = article("x", " ".join(whole[:85] + anew[:75] + whole[160:]), 9)
    versions = [article(name, " ".join(edited(whole, 30 + i, name)), 1 + i) for i, name in enumerate("abc")]
    assert stories(find(early, versions[0], last)) == {frozenset("vx"), frozenset("a")}
    more = article("w", early["text"] + " И ещё.", 10)
    found = find(early, *versions, last, more)
    assert stories(found) == {frozenset("vw"), frozenset("abcx")}
    assert kinds(found)["x", "v"] == "excerpt"


def test_an_early_version_is_of_the_story_into_which_its_reposts_came() -> None:
    whole, anew = prose(44, 300).split(), prose(46, 130).split()
    early = article("v", " ".join(whole[:85] + anew + whole[215:]))
    last = article("x", " ".join(whole[:85] + anew[:75] + whole[160:]), 9)
    versions = [article(name, " ".join(edited(whole, 30 + i, name)), 1 + i) for i, name in enumerate("abc")]
    apart = find(early, *versions)
    assert stories(apart) == {frozenset("v"), frozenset("abc")}
    found = find(early, *versions, last)
    # It was printed first, and what was taken from it in pieces is told as the evidence of a repost is.
    assert set(found.members["story_id"]) == {"v"}
    assert len(found.members) == 5
    assert kinds(found)["x", "v"] == "repost"
    assert "repost" in {kinds(found).get(("x", name)) for name in "abc"}
    assert kinds(found)["b", "a"] == kinds(apart)["b", "a"] == "repost"
    # Two of its own to one that came elsewhere: it stays.
    more = [article(name, f"{early['text']} {name}", 10) for name in "mn"]
    assert stories(find(early, *versions, last, *more)) == {frozenset("vmn"), frozenset("abcx")}


def test_many_that_have_two_thirds_of_an_early_version_pull_it_where_few_do_not() -> None:
    whole, anew = prose(44, 300).split(), prose(46, 130).split()
    early = article("v", " ".join(whole[:85] + anew + whole[215:]))
    versions = [article(name, " ".join(edited(whole, 30 + i, name)), 1 + i) for i, name in enumerate("abc")]
    text = [*whole[:85], *anew[:70], *whole[160:]]
    last = [article(f"x{i}", " ".join([*text, f"x{i}"]), 9) for i in range(MANY)]
    names = frozenset(("a", "b", "c", *(one["article_id"] for one in last[1:])))
    assert stories(find(early, *versions, *last[1:])) == {frozenset("v"), names}
    assert stories(find(early, *versions, *last)) == {names | {"v", "x0"}}


def test_a_part_that_came_early_follows_no_story() -> None:
    whole = prose(51, 300).split()
    part = article("p", " ".join(whole[:180]))
    versions = [article(name, " ".join(edited(whole, 30 + i, name)), 1 + i) for i, name in enumerate("abcd")]
    longer = [article(name, " ".join(whole[: 200 + 5 * i]), 6) for i, name in enumerate("qr")]
    assert stories(find(part, *versions)) == {frozenset("p"), frozenset("abcd")}
    assert all(len(story & {"p", "a"}) < 2 for story in stories(find(part, *versions, *longer)))


def test_where_one_story_is_of_parts_of_another_the_nearest_tells_of_which_a_part_is() -> None:
    whole = prose(45, 300).split()
    versions = [article(name, " ".join(edited(whole, 60 + i, name)), i) for i, name in enumerate("abcd")]
    part, longer = article("p", " ".join(whole[:160]), 5), article("q", " ".join(whole[:205]), 6)
    assert stories(find(*versions, longer)) == {frozenset("abcdq")}
    assert stories(find(*versions, part, longer)) == {frozenset("abcd"), frozenset("pq")}


def test_a_version_that_kept_what_others_lost_is_no_digest() -> None:
    # The part came first, and has what the other versions of the whole have lost.
    whole = prose(38, 240)
    words = whole.split()
    part = article("p", " ".join(words[70:155]))
    short = [article(name, " ".join(words[:90] + words[135:]), 1 + i) for i, name in enumerate("ab")]
    found = find(part, *short, article("w", whole, 4))
    assert stories(found) == {frozenset("p"), frozenset("abw")}


def test_an_excerpt_that_is_nearly_another_is_one_of_the_whole_as_well() -> None:
    whole = prose(32, 300)
    words = whole.split()
    found = find(
        article("w", whole),
        article("p", " ".join(words[40:160]), 1),
        article("q", " ".join(words[42:160]) + " Да, так и было.", 2),
    )
    assert kinds(found) == {("p", "w"): "excerpt", ("q", "p"): "repost", ("q", "w"): "excerpt"}
    assert stories(found) == {frozenset("w"), frozenset("pq")}


def test_what_a_digest_holds_is_found_where_it_came_from() -> None:
    # The digest is of the day of its item, and longer: it counts as the earlier one.
    source, other = prose(33, 200), prose(34, 220)
    words = source.split()
    item = f"{prose(35, 120)} {' '.join(words[60:100])} {prose(36, 40)}"
    found = find(
        article("s", source), article("o", other), article("i", item, 2), article("z", f"{other}\n\n{item}", 2)
    )
    assert kinds(found)["i", "s"] == "quote"


def test_a_quote_that_the_source_has_in_pieces_was_taken_from_elsewhere() -> None:
    # Of one day the longer counts as the source, and there the quote was edited.
    quoted = prose(40, 200).split()[50:90]
    own = prose(41, 160).split()
    edited = [f"иное{i}" if i % 9 == 8 else word for i, word in enumerate(quoted)]
    found = find(
        article("s", prose(40, 200)),
        article("t", " ".join(own[:80] + quoted + own[80:]), 5),
        article("z", " ".join([*own[:80], *edited, *own[80:], "Да", "это", "так"]), 5),
    )
    assert kinds(found) == {("t", "z"): "repost", ("t", "s"): "quote"}


def test_a_longer_page_of_the_day_does_not_hide_where_a_quote_came_from() -> None:
    text = prose(42, 140).split()
    quoted = prose(43, 150).split()[40:80]
    text[60:60] = quoted
    page = " ".join([*prose(44, 120).split(), *text[:120]])
    found = find(article("s", prose(43, 150)), article("t", " ".join(text), 3), article("z", page, 3))
    assert kinds(found) == {("t", "s"): "quote", ("t", "z"): "excerpt", ("z", "s"): "quote"}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_quote_is_found_where_its_words_repeat_themselves(times: int) -> None:
    # Eight words, a window of fingerprints, said again: the quote goes on from the last time alone.
    def words(seed: int, count: int) -> list[str]:
        rng = random.Random(seed)
        return ["".join(rng.choice("бвгдклмнпрст") + rng.choice("аеиоу") for _ in range(3)) for _ in range(count)]

    missed = 0
    for seed in range(0, 300, 10):
        unit, rest = words(seed, 8), words(seed + 1, 4)
        source = [*words(seed + 2, 45), *unit * times, *rest, *words(seed + 3, 45)]
        quoting = [*words(seed + 4, 45), *unit, *rest, *words(seed + 5, 45)]
        missed += find(article("s", " ".join(source)), article("t", " ".join(quoting), 1)).edges.is_empty()
    assert missed == 0


def test_words_that_repeat_themselves_do_not_take_forever() -> None:
    # A fingerprint that stands a thousand times in both, and nothing else in common: hours, if every two places were gone through.
    unit = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    texts = [" ".join([*prose(53 + page, 60).split(), *unit * 8000]) for page in range(2)]
    assert kinds(find(article("a", texts[0]), article("b", texts[1], 1)))


def test_of_two_stories_of_one_day_a_quote_may_be_of_either() -> None:
    # The page is longer and counts as the source of its part; an hour more would turn them around.
    words = prose(45, 200).split()
    page = " ".join([*prose(46, 160).split(), *words])
    quoting = article("q", f"{prose(47, 90)} {' '.join(words[60:100])} {prose(48, 70)}", 3)
    part = article("p", " ".join(words))
    assert kinds(find(part, article("z", page), quoting)) == {
        ("p", "z"): "excerpt",
        ("q", "z"): "quote",
        ("q", "p"): "quote",
    }
    # On another day it was there first, and it is named where it is.
    assert kinds(find(part, article("z", page, 1), quoting)) == {("z", "p"): "excerpt", ("q", "p"): "quote"}
    named = {**quoting, "origin": "Степь"}
    assert kinds(find({**part, "outlet": "Степь"}, article("z", page), named))["q", "p"] == "quote"
    assert ("q", "z") not in kinds(find({**part, "outlet": "Степь"}, article("z", page), named))


def test_a_quote_is_of_the_story_and_not_of_its_part() -> None:
    # The part came before a version of the whole, which alone has all of what is quoted.
    words = prose(49, 260).split()
    quoted = words[60:100]
    first = [*words[:95], *prose(50, 6).split(), *words[101:]]
    found = find(
        article("w", " ".join(first)),
        article("p", " ".join(words[40:150]), 1),
        article("v", " ".join(words), 2),
        article("q", f"{prose(51, 90)} {' '.join(quoted)} {prose(52, 70)}", 3),
    )
    assert kinds(found) == {("p", "w"): "excerpt", ("v", "w"): "repost", ("q", "v"): "quote"}


@pytest.mark.parametrize("same", [True, False])
def test_lists_of_headlines_make_neither_a_story_nor_two(same: bool) -> None:
    # Links below a short article: others on another page, or the same ones below other articles.
    rng = random.Random(37)
    links = [[prose(rng.randint(1000, 9999), 8)[:60].capitalize().rstrip(". ") for _ in range(9)] for _ in range(2)]
    bodies = [prose(38, 60), prose(39, 60)]
    pages = ["\n".join([bodies[same and at], *links[at and not same]]) for at in range(2)]
    found = find(article("a", pages[0]), article("b", pages[1], 1))
    assert len(stories(found)) == (2 if same else 1)
    assert "excerpt" not in kinds(found).values()


def test_chrome_that_recurs_makes_no_edge() -> None:
    chrome = prose(40, 90)
    pages = [
        article(f"p{i:02}", chrome + "\n" + prose(50 + i, 60), 7 * i, url="https://news.example/1") for i in range(6)
    ]
    assert find(*pages).edges.is_empty()


@pytest.mark.parametrize("chrome_words", [30, 60, 120])
def test_pages_of_one_site_that_share_only_chrome_make_no_story(chrome_words: int) -> None:
    # One day, so that there are no weeks to learn from, and more chrome than text.
    head, tail = prose(70, chrome_words), prose(71, chrome_words // 3)
    told = {"outlet": "Вестник", "url": "https://www.vestnik.example/1"}
    pages = [article(f"p{i}", f"{head}\n{prose(80 + i, 50)}\n{tail}", **told) for i in range(9)]
    again = article("q", f"{head}\n{prose(80, 50)} Обновлено.\n{tail}", 1, **told)
    found = find(*pages, again)
    assert len(stories(found)) == 9
    assert "excerpt" not in kinds(found).values()
    assert kinds(found)["q", "p0"] == "repost"


@pytest.mark.parametrize(("head", "tail", "body"), [(60, 60, 70), (100, 100, 90), (40, 160, 120), (10, 200, 90)])
def test_pages_of_unknown_sites_that_share_only_a_frame_make_no_story(head: int, tail: int, body: int) -> None:
    above, below = prose(72, head), prose(73, tail)
    pages = [article(f"p{i}", f"{above}\n\n{prose(90 + i, body)}\n\n{below}", i) for i in range(4)]
    assert len(stories(find(*pages))) == 4


PLAIN = """
import json, sys
import polars as pl
from transforms.compiled import COMPILED
from transforms.reuse import find_reuse
found = find_reuse(pl.read_parquet(sys.argv[1]))
print(json.dumps([COMPILED, *(frame.rows() for frame in found)]))
"""


def test_without_the_compiler_the_answer_is_the_same(tmp_path: Path) -> None:
    source = prose(60, 90)
    words = source.split(" ")
    articles = collection(
        article("a", source),
        article("b", " ".join([*words[:40], "совсем", "другое", *words[42:]]), 1),
        article("c", " ".join(words[20:60]), 2),
        article("d", prose(61, 30) + " " + " ".join(words[30:50]), 3),
        article("e", source.upper(), 4),
        article("f", rates("1,2", "3,4", "5,6", "7"), 5),
        article("g", rates("2,1", "4,3", "6,5", "8"), 6),
    )
    articles.write_parquet(tmp_path / "articles.parquet")
    run = subprocess.run(
        [sys.executable, "-c", PLAIN, str(tmp_path / "articles.parquet")],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = find_reuse(articles)
    assert set(found.edges["kind"].to_list()) == {"copy", "repost", "excerpt", "quote"}
    assert json.loads(run.stdout) == [False, *([list(row) for row in frame.rows()] for frame in found)]


def test_a_list_of_headlines_that_two_pages_show_is_no_quote() -> None:
    heads = ["Река вернулась в свои берега после паводка", "Школы получат новые учебники к первому сентября"]
    pages = [
        article(name, "\n".join([prose(seed, 80), *heads, prose(seed + 1, 60)]), day)
        for name, seed, day in (("a", 300, 0), ("b", 310, 2))
    ]
    assert find(*pages).edges.is_empty()
    # The same words as one paragraph, or wrapped in the middle of it, are.
    told = ". ".join(heads) + "."
    for passage in (told, told.replace("после ", "после\n").replace("к первому", "к\nпервому")):
        quoted = [{**page, "text": page["text"].replace("\n".join(heads), passage)} for page in pages]
        assert kinds(find(*quoted)) == {("b", "a"): "quote"}


def test_a_number_that_the_index_has_no_room_for_is_refused() -> None:
    frame = collection(article("a", prose(45, 60))).with_columns(number=pl.lit(2**32, dtype=pl.Int64))
    with pytest.raises(pl.exceptions.InvalidOperationError):
        update(MemoryShelf(), frame, pl.Series("article_id", [], dtype=pl.String))
