"""Law 3 for reuse: whatever the order of arrival, the nights, withdrawals and new derivations, the answer is that of one run.

The collections are small and dense: few sentences that many articles share, chrome on most pages, copies, edited copies, dates over
three months, so that fingerprints become chrome and cease to be, first prints arrive late and leave.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import Any

import polars as pl
import pytest

from transforms import candidates, following, records, reuse, sheets
from transforms.reuse import find_reuse, update
from transforms.shelf import MemoryShelf

SCHEMA = {
    "article_id": pl.String,
    "text": pl.String,
    "published_on": pl.Date,
    "published_at": records.TIMESTAMP,
    "outlet": pl.String,
    "origin": pl.String,
    "url": pl.String,
    "language": pl.String,
}
OUTLETS = [None, "Степь", "Маяк", "Вестник"]


def sentence(rng: random.Random, words: int) -> str:
    out = [
        "".join(rng.choice("бвгдклмнпрст") + rng.choice("аеиоу") for _ in range(rng.randint(1, 3)))
        for _ in range(words)
    ]
    if rng.random() < 0.5:
        out[words // 2] = out[words // 2].capitalize()
    if rng.random() < 0.5:
        out[words // 3] = str(rng.randint(1, 40))
    return " ".join([out[0].capitalize(), *out[1:]]) + "."


class World:
    """Draws articles that share sentences."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.pool = [sentence(rng, rng.randint(5, 16)) for _ in range(60)]
        self.chrome = [sentence(rng, rng.randint(8, 25)) for _ in range(4)]
        self.drift = " ".join(sentence(rng, 12) for _ in range(20)).split(" ")
        self.made: list[dict[str, Any]] = []
        self.span = rng.choice([3, 30, 90])  # days; short ones have no weeks to learn from

    def text(self) -> str:
        rng = self.rng
        luck = rng.random()
        if luck < 0.04:
            return rng.choice(["", "...", "Да", "Нет данных"])
        if luck < 0.2 and self.made:
            return str(rng.choice(self.made)["text"])
        if luck < 0.35 and self.made:
            return str(rng.choice(self.made)["text"]).upper()
        if luck < 0.5:
            # Steps of a chain: each is a repost of the next, the far ones of none. What is a story depends on who is there.
            at = 12 * rng.randrange(12)
            return " ".join(self.drift[at : at + 90])
        if luck < 0.65 and self.made:
            parts = str(rng.choice(self.made)["text"]).split(". ")
            at = rng.randrange(len(parts))
            parts[at : at + rng.randint(0, 2)] = [rng.choice(self.pool).rstrip(".")] * rng.randint(0, 1)
            return ". ".join(parts)
        body = [rng.choice(self.pool) for _ in range(rng.randint(1, 7))]
        if luck < 0.8:
            body = [sentence(rng, rng.randint(8, 16)) for _ in range(rng.randint(2, 6))]
        return " ".join(
            [*rng.sample(self.chrome, rng.randint(0, 2)), *body, *rng.sample(self.chrome, rng.randint(0, 1))]
        )

    def article(self, article_id: str) -> dict[str, Any]:
        rng = self.rng
        day = dt.date(2025, 1, 6) + dt.timedelta(days=rng.randrange(self.span))
        clock = dt.datetime.combine(day, dt.time(rng.randrange(24))) if rng.random() < 0.5 else None
        made = {
            "article_id": article_id,
            "text": self.text(),
            "published_on": day,
            "published_at": clock,
            "outlet": rng.choice(OUTLETS),
            "origin": rng.choice([None, None, *OUTLETS]),
            "url": rng.choice([None, "https://www.mayak.example/1", "http://step.example/2"]),
            "language": "ru",
        }
        self.made.append(made)
        return made


def frame(articles: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(articles, schema=SCHEMA)


def night(shelf: MemoryShelf, added: list[dict[str, Any]], removed: list[str]) -> None:
    changes = update(shelf, shelf.add(frame(added)), pl.Series("article_id", removed, dtype=pl.String))
    shelf.apply(changes)


class Dense(World):
    """Draws articles that are made of the same few sentences: each is a part of many, and holds many."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.pool = [sentence(self.rng, self.rng.randint(7, 14)) for _ in range(self.rng.choice([3, 5, 8]))]
        self.span = self.rng.choice([1, 2, 5, 40])

    def text(self) -> str:
        return " ".join(self.rng.choice(self.pool) for _ in range(self.rng.randint(1, 6)))


class Notices(World):
    """Draws articles of sites that print the same few texts for weeks: now a copy of the first one, now a notice that is none."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.pool = [" ".join(self.pool[at : at + 4]) for at in range(0, 12, 4)]
        self.span = self.rng.choice([20, 40])

    def text(self) -> str:
        return super().text() if self.rng.random() < 0.2 else self.rng.choice(self.pool)


class Versions(World):
    """Draws versions of one report: edited ones, early ones with a passage written anew, and later ones with some of that passage,
    which are reposts of both."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.whole, *self.anew = (
            " ".join(sentence(self.rng, 12) for _ in range(count)).split() for count in (27, 11, 11)
        )

    def article(self, article_id: str) -> dict[str, Any]:
        rng = self.rng
        words, anew = list(self.whole), rng.choice(self.anew)
        first, last = 1, 4
        luck = rng.random()
        if luck < 0.2:
            words[90:234] = anew[:130]
            first, last = (0, 1) if luck < 0.1 else (4, 12)
        elif luck < 0.5:
            words[90:172] = anew[: rng.choice([70, 80])]
            first, last = 4, 9
        for at in rng.sample(range(len(words)), 2 if luck < 0.5 else 30):
            words[at] = "иначе"
        earlier = [str(other["text"]) for other in self.made]
        made = {**super().article(article_id), "text": " ".join(words), "outlet": None, "origin": None, "url": None}
        if rng.random() < 0.15 and earlier:
            made["text"] = rng.choice([rng.choice(earlier), rng.choice(earlier).upper()])
        made["published_on"] = dt.date(2025, 1, 6) + dt.timedelta(days=rng.randint(first, last))
        made["published_at"] = None
        self.made[-1] = made
        return made


def check(shelf: MemoryShelf, there: dict[str, dict[str, Any]]) -> None:
    assert not shelf.edges.select("article_id", "source_article_id").is_duplicated().any()
    once = find_reuse(frame(list(there.values())))
    assert shelf.members.equals(once.members)
    assert shelf.edges.equals(once.edges)
    assert shelf.passages.equals(once.passages)


def campaign(seed: int, size: int, kind: type[World] = World) -> None:
    world = kind(seed)
    rng = world.rng
    waiting = [world.article(f"{rng.getrandbits(64):016x}") for _ in range(size)]
    rng.shuffle(waiting)
    if kind is Versions and seed % 4:
        waiting.sort(key=lambda article: article["published_on"])  # what comes then says something of what was there
    shelf = MemoryShelf()
    there: dict[str, dict[str, Any]] = {}
    while waiting:
        count = rng.choice([0, 1, 2, 5, 20, size])
        added, waiting = waiting[:count], waiting[count:]
        removed = [article_id for article_id in there if rng.random() < 0.08]
        # Some of what goes comes back derived anew: another text or another day under the same name.
        anew = [world.article(article_id) for article_id in removed if rng.random() < 0.5]
        night(shelf, [*added, *anew], removed)
        for article_id in removed:
            del there[article_id]
        there.update({article["article_id"]: article for article in (*added, *anew)})
        if rng.random() < 0.3:
            check(shelf, there)
    check(shelf, there)
    night(shelf, [], [])
    check(shelf, there)
    night(shelf, [], list(there))
    assert shelf.members.is_empty()
    assert shelf.edges.is_empty()
    assert shelf.passages.is_empty()
    assert not len(shelf._kept)
    assert not len(shelf._postings)
    assert not len(shelf._flags)


@pytest.mark.parametrize("seed", range(12))
def test_nights_give_what_one_run_gives(seed: int) -> None:
    campaign(seed, 40)


@pytest.mark.parametrize("seed", [12, 13, 16, 23])
def test_nights_over_few_sentences_give_what_one_run_gives(seed: int) -> None:
    campaign(seed, 20 + seed % 6 * 20, Dense)


@pytest.mark.parametrize("seed", [24, 26, 79])
def test_nights_over_notices_give_what_one_run_gives(seed: int) -> None:
    campaign(seed, 40, Notices)


@pytest.mark.parametrize("seed", [490, 496, 599, 689])
def test_nights_over_versions_that_follow_others_give_what_one_run_gives(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MANY", 2)  # of so few texts
    campaign(seed, 8 + seed % 6 * 6, Versions)


def test_a_story_follows_another_while_it_has_no_reposts_of_its_own() -> None:
    # What decides comes later than the text whose edge it turns, so that this one is not looked at again.
    world = Versions(1)
    whole, anew = world.whole, world.anew[0]
    early = whole[:90] + anew[:130] + whole[234:]
    told = {"published_at": None, "outlet": None, "origin": None, "url": None, "language": "ru"}
    texts = {
        "r": (0, early),
        "a": (1, ["иначе" if at % 10 == 5 else word for at, word in enumerate(whole)]),
        "b": (2, ["иначе" if at % 10 == 9 else word for at, word in enumerate(whole)]),
        "y": (4, whole[:90] + anew[:80] + whole[172:]),
        "z": (6, [*early, "иначе"]),
    }
    there = {
        name: {"article_id": name, "text": " ".join(words), "published_on": dt.date(2025, 1, 6 + day), **told}
        for name, (day, words) in texts.items()
    }
    shelf = MemoryShelf()
    night(shelf, [there["a"], there["b"]], [])
    here = {"a": there["a"], "b": there["b"]}
    together, apart = [["a", "r"], ["b", "r"], ["r", "r"], ["y", "r"]], [["a", "a"], ["b", "a"], ["r", "r"], ["y", "a"]]
    for order in itertools.permutations("ryz"):
        for name in order:
            night(shelf, [there[name]], [])
            here[name] = there[name]
            check(shelf, here)
        assert [list(row) for row in shelf.members.rows()] == [*apart, ["z", "r"]]
        assert shelf.edges.row(by_predicate=pl.concat_str("article_id", "source_article_id") == "yr")[2] == "excerpt"
        for name in ("z", *order):
            if name in here:
                night(shelf, [], [name])
                del here[name]
                check(shelf, here)
            if "z" not in here and {"r", "y"} <= here.keys():
                assert [list(row) for row in shelf.members.rows()] == together
                assert (
                    shelf.edges.row(by_predicate=pl.concat_str("article_id", "source_article_id") == "yr")[2]
                    == "repost"
                )


def test_a_text_becomes_a_notice_and_ceases_to_be_one() -> None:
    rng = random.Random(3)
    told = {"published_at": None, "outlet": None, "origin": None, "language": "ru", "text": sentence(rng, 30)}
    world = {
        f"n{week}": {
            "article_id": f"n{week}",
            "published_on": dt.date(2025, 1, 6 + 7 * week),
            "url": "https://a.example/",
            **told,
        }
        for week in range(4)
    }
    world["b"] = {"article_id": "b", "published_on": dt.date(2025, 1, 20), "url": "https://b.example/", **told}
    shelf = MemoryShelf()
    there: dict[str, dict[str, Any]] = {}
    for added, removed in (
        ("n0 n1 n2 b", ""),
        ("n3", ""),
        ("", "n3"),
        ("n3", ""),
        ("", "n0"),
        ("n0", ""),
        ("", "n1 n2"),
    ):
        night(shelf, [world[name] for name in added.split()], removed.split())
        there = {name: world[name] for name in {*there, *added.split()} - {*removed.split()}}
        check(shelf, there)
        notices = {"n0", "n1", "n2", "n3"} <= there.keys()
        assert len(shelf.edges) == (1 if notices else len(there) - 1)


@pytest.mark.parametrize("seed", range(100, 106))
def test_lots_do_not_matter(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(seed)
    articles = frame([world.article(f"{world.rng.getrandbits(64):016x}") for _ in range(60)])
    once = find_reuse(articles)
    monkeypatch.setattr(candidates, "WORDS", 100)  # a text or two
    # And as good as no room for the words of what was read.
    monkeypatch.setattr(sheets, "WORDS", 500)
    monkeypatch.setattr(sheets, "ASKED", 3)
    monkeypatch.setattr(reuse, "PORTION", 5)
    for part, whole in zip(find_reuse(articles), once, strict=True):
        assert part.equals(whole)
    campaign(seed, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 300))
def test_nights_give_what_one_run_gives_at_length(seed: int) -> None:
    campaign(seed, 30 + seed % 7 * 25)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300, 400))
def test_nights_over_few_sentences_give_what_one_run_gives_at_length(seed: int) -> None:
    campaign(seed, 20 + seed % 6 * 20, Dense)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(400, 480))
def test_nights_over_notices_give_what_one_run_gives_at_length(seed: int) -> None:
    campaign(seed, 20 + seed % 6 * 20, Notices)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(590, 700))
def test_nights_over_versions_that_follow_others_give_what_one_run_gives_at_length(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MANY", 2)
    campaign(seed, 8 + seed % 6 * 6, Versions)


@pytest.mark.parametrize("order", list(itertools.permutations("xydr")))
def test_a_digest_is_one_whenever_its_parts_come(order: tuple[str, ...]) -> None:
    # The digest is longer than the part of its own day, and so counts as the earlier of the two.
    rng = random.Random(7)
    first, second = (" ".join(sentence(rng, 12) for _ in range(count)) for count in (11, 9))
    told = {"published_at": None, "outlet": None, "origin": None, "url": None, "language": "ru"}
    days = {"x": 1, "y": 3, "d": 3, "r": 4}
    texts = {"x": first, "y": second, "d": f"{first} {second}", "r": f"{second} {sentence(rng, 8)}"}
    world = {
        name: {"article_id": name, "text": texts[name], "published_on": dt.date(2025, 1, day), **told}
        for name, day in days.items()
    }
    shelf = MemoryShelf()
    there: dict[str, dict[str, Any]] = {}
    for name in order:
        there[name] = world[name]
        night(shelf, [world[name]], [])
        check(shelf, there)
    story = dict(shelf.members.rows())
    assert story["y"] == story["r"]
    assert len({story[name] for name in "xyd"}) == 3
    for name in order:
        del there[name]
        night(shelf, [], [name])
        check(shelf, there)


def test_the_collections_reach_what_they_are_for() -> None:
    kinds: set[str] = set()
    flags = 0
    for seed in range(12):
        world = World(seed)
        shelf = MemoryShelf()
        night(shelf, [world.article(f"{at:04}") for at in range(40)], [])
        kinds |= set(shelf.edges["kind"].to_list())
        flags += len(shelf._flags)
    assert kinds == {"copy", "repost", "excerpt", "quote"}
    assert flags
