"""A news collection with known reuse: `python -m benchmarks.reuse.generate --seed 1 --size 100000 OUT`.

Writes OUT/articles-NNNN.parquet (article_id, text, published_on, published_at, outlet, origin, url, language; 10,000 rows a part),
OUT/truth.parquet (article_id, story, kind, base) and OUT/relations.parquet (article_id, source_article_id, kind, words): what is an
`excerpt`, `quote` or `digest` of what; which two excerpts are the `same_part` of one text (nearly all of both is shared, so that
they may be told to be reposts of each other or not); and who holds which `background` paragraph.

Everything is made up here: words from syllables, sentences from words by Zipf's law with stock phrases, names and numbers among
them; families whose sizes follow Zipf's law; and what makes reuse hard to tell: page chrome with clocks and counters, blocks of
headlines, background paragraphs, bulletins, forms, digests, look-alikes. The same seed and size give the same bytes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

SCHEMA = pl.Schema(
    {
        "article_id": pl.String,
        "text": pl.String,
        "published_on": pl.Date,
        "published_at": pl.Datetime("us"),
        "outlet": pl.String,
        "origin": pl.String,
        "url": pl.String,
        "language": pl.String,
    }
)
PART = 10_000
FIRST_DAY = dt.date(2025, 1, 6)
ALPHABETS = {  # onsets, vowels, endings
    "ru": (
        "б в г д ж з к л м н п р с т ф х ц ч ш ст пр тр кр гр сл вл бл",
        "а о е и у ы я ю",
        " н т м л й х ть ние ость ов ами ого",
    ),
    "kk": ("б ғ г д ж з к қ л м н ң п р с т ш", "а ә е о ө ұ ү ы і", " н т р л дың нің лар дер ған мен қа"),
    "en": (
        "b c d f g h j k l m n p r s t v w st tr pr gr cl fl th sh ch",
        "a e i o u ea ou ee",
        " n s t r d ng ed er ly tion ment",
    ),
}
WORDS = 40_000  # words of a language's vocabulary, a little fewer after repeated ones are dropped
PHRASES = 6_000  # stock phrases of 2 to 8 words
NAMES = 5_000
# Of a family's members, how they are made.
MEMBER_KINDS = ("exact", "spacing", "chrome", "headline", "light", "heavy", "excerpt")
MEMBER_SHARES = (0.17, 0.12, 0.17, 0.12, 0.18, 0.12, 0.12)
# Words of a body, a lognormal law: with the pages' chrome, texts of 3.2 kB in the mean, and one body in seventy below 60 words.
BODY_MEDIAN = 180
BODY_SPREAD = 0.5
SAME_PART = 0.8  # of the words of both excerpts; a heavy edit, which is a repost, leaves about as much
LARGEST_ITEM = 0.7  # of a digest's words: a page that is nearly all one article is its repost, no digest


class Language:
    """Vocabulary, phrases and names of one language."""

    def __init__(self, code: str, rng: np.random.Generator) -> None:
        onsets, vowels, ends = (part.split(" ") for part in ALPHABETS[code])
        self.code = code
        seen: dict[str, None] = {}
        while len(seen) < WORDS:
            syllables = int(rng.integers(1, 5)) if len(seen) > 200 else 1
            stem = "".join(
                onsets[rng.integers(len(onsets))] + vowels[rng.integers(len(vowels))] for _ in range(syllables)
            )
            seen[stem + ends[rng.integers(len(ends))]] = None
        self.words = list(seen)
        # Zipf's law with Mandelbrot's shift: about what news text shows.
        weights = 1.0 / (np.arange(WORDS) + 2.7) ** 1.05
        self.cdf = np.cumsum(weights / weights.sum())
        self.names = [self.words[i].capitalize() for i in rng.choice(WORDS, NAMES, replace=False)]
        lengths = rng.integers(2, 9, PHRASES)
        self.phrases = [
            " ".join(
                self.names[rng.integers(NAMES)] if rng.random() < 0.25 else w for w in self.plain(rng, int(length))
            )
            for length in lengths
        ]
        weights = 1.0 / (np.arange(PHRASES) + 5.0)
        self.phrase_cdf = np.cumsum(weights / weights.sum())

    def title(self, rng: np.random.Generator, names: list[str]) -> str:
        """A headline: 5 to 10 words, one or two of them names."""
        words = self.plain(rng, int(rng.integers(4, 10)))
        for _ in range(int(rng.integers(1, 3))):
            words[int(rng.integers(len(words)))] = names[int(rng.integers(len(names)))]
        return " ".join([words[0].capitalize(), *words[1:]])

    def plain(self, rng: np.random.Generator, count: int) -> list[str]:
        words = self.words
        return [words[i] for i in np.minimum(np.searchsorted(self.cdf, rng.random(count)), WORDS - 1).tolist()]

    def sentences(self, rng: np.random.Generator, words: int, names: list[str]) -> list[str]:
        """Sentences of about `words` words; a topic's own `names` stand in them."""
        draws = self.plain(rng, words + 40)
        chance = rng.random(words + 40)
        lengths = rng.integers(6, 24, words // 6 + 2).tolist()
        phrases = np.minimum(np.searchsorted(self.phrase_cdf, rng.random(words // 8 + 2)), PHRASES - 1).tolist()
        out: list[str] = []
        at = 0
        done = 0
        while done < words and at < len(draws):
            part = draws[at : at + lengths.pop()]
            luck = chance[at : at + len(part)]
            at += len(part)
            sentence: list[str] = []
            for word, lucky in zip(part, luck.tolist(), strict=True):
                if lucky < 0.05:
                    sentence.append(names[int(lucky * 20 * len(names))])
                elif lucky < 0.075:
                    sentence.append(str(int((lucky - 0.05) * 80000)))
                elif lucky < 0.10 and phrases:
                    sentence.append(self.phrases[phrases.pop()])
                elif lucky > 0.93:
                    sentence.append(word + ",")
                else:
                    sentence.append(word)
            text = " ".join(sentence)
            if luck[0] > 0.95:
                text = "«" + text + "»"
            done += text.count(" ") + 1
            out.append(text[0].upper() + text[1:] + ".")
        return out


class Outlet:
    """A site: its language, its page chrome, and how much of it its pages carry."""

    def __init__(self, number: int, language: Language, rng: np.random.Generator) -> None:
        self.name = "".join(language.names[i] for i in rng.integers(NAMES, size=2).tolist()) + f" {number}"
        self.url = f"https://site{number}.example/"
        self.language = language
        heavy = rng.random()
        head = 0 if heavy < 0.3 else int(rng.integers(3, 25)) if heavy < 0.7 else int(rng.integers(20, 90))
        tail = 0 if heavy < 0.2 else int(rng.integers(5, 40)) if heavy < 0.7 else int(rng.integers(30, 120))
        self.head = " ".join(w.capitalize() if rng.random() < 0.4 else w for w in language.plain(rng, head))
        self.tail = " ".join(language.sentences(rng, tail, language.names[:50])) if tail else ""
        self.clock = bool(rng.random() < 0.5)
        self.see_also = bool(rng.random() < 0.3)

    def page(
        self, rng: np.random.Generator, title: str, body: str, day: dt.date, everywhere: dict[str, list[str]]
    ) -> str:
        headlines = everywhere[self.language.code]
        parts = []
        if self.head:
            parts.append(self.head)
        if self.clock:
            parts.append(f"{rng.integers(0, 24):02}:{rng.integers(0, 60):02} {day:%d.%m.%Y} {rng.integers(1, 90000)}")
        parts.append(title)
        parts.append(body)
        if self.see_also and headlines:
            parts.append("\n".join(headlines[i] for i in rng.integers(len(headlines), size=5).tolist()))
        if self.tail:
            parts.append(self.tail)
        return "\n".join(parts)


class Piece:
    """What an article is made of before it stands on a page."""

    __slots__ = ("background", "names", "own", "places", "sentences", "title")

    def __init__(self, title: str, sentences: list[str], names: list[str]) -> None:
        self.title = title
        self.sentences = sentences
        self.names = names
        self.own = list(sentences)  # those that it tells itself, one after the other: neither quoted nor background
        self.places = list(range(len(sentences)))  # which sentences of the family's first text these are
        self.background: int | None = None  # topic of the background paragraph in it


def edit(rng: np.random.Generator, sentences: list[str], language: Language, share: float) -> list[str]:
    """Words replaced, dropped and put in, `share` of them in all; facts (names, numbers) stay as they are."""
    out = []
    for sentence in sentences:
        words = sentence.split(" ")
        luck = rng.random(len(words)).tolist()
        new: list[str] = []
        for word, lucky in zip(words, luck, strict=True):
            if lucky >= share or word[0].isupper() or word[0].isdigit():
                new.append(word)
            elif lucky < share * 0.6:
                new.append(language.plain(rng, 1)[0])
            elif lucky < share * 0.8:
                new.extend([word, language.plain(rng, 1)[0]])
        out.append(" ".join(new))
    return out


def count_words(sentence: str) -> int:
    """Words between spaces."""
    return sentence.count(" ") + 1


def body(sentences: list[str], rng: np.random.Generator) -> str:
    """Sentences in paragraphs."""
    cuts = rng.random(len(sentences)).tolist()
    return "".join(s + ("\n\n" if c < 0.3 else " ") for s, c in zip(sentences, cuts, strict=True)).strip()


def respace(text: str, rng: np.random.Generator) -> str:
    """The same words in other case, spacing and quotation marks."""
    way = rng.integers(4)
    if way == 0:
        return text.upper()
    if way == 1:
        return text.replace(" ", "  ").replace(". ", ".\n")
    if way == 2:
        return text.replace("«", '"').replace("»", '"').replace(",", " –")
    return text.replace("\n\n", " ").replace(".", "...")


class Collection:
    """Everything that is drawn once for a collection, and the articles one after another."""

    def __init__(self, seed: int, size: int) -> None:
        self.rng = np.random.default_rng(np.random.PCG64(seed))
        self.size = size
        self.days = min(365, max(28, size // 300))
        self.languages = [Language(code, self.rng) for code in ("ru", "kk", "en")]
        self.outlets = [
            Outlet(n, self.languages[min(2, int(np.searchsorted([0.6, 0.8], self.rng.random())))], self.rng)
            for n in range(max(12, min(400, size // 250)))
        ]
        self.by_language = {
            lang.code: [o for o in self.outlets if o.language is lang] or [self.outlets[0]] for lang in self.languages
        }
        self.topics = [
            (lang, [lang.names[i] for i in self.rng.integers(NAMES, size=25).tolist()])
            for lang in self.languages
            for _ in range(60)
        ]
        self.backgrounds = [lang.sentences(self.rng, 60, names) for lang, names in self.topics]
        self.forms = [self._form(lang) for lang in self.languages for _ in range(6)]
        self.bulletins = [self._bulletin(lang, kind) for lang in self.languages for kind in range(5) for _ in range(2)]
        self.count = 0
        self.truth: list[tuple[str, str, str, str | None]] = []
        self.relations: list[tuple[str, str, str, int]] = []
        self.headlines: dict[str, list[str]] = {lang.code: [] for lang in self.languages}
        self.recent: list[tuple[str, Piece, Language, dt.date]] = []

    def _form(self, lang: Language) -> list[str]:
        """A report in which names, places and numbers are filled in: `{}` a name, `#` a number, `@` a word."""
        out = []
        for sentence in lang.sentences(self.rng, int(self.rng.integers(50, 160)), ["{}"]):
            words = sentence.split(" ")
            luck = self.rng.random(len(words)).tolist()
            out.append(
                " ".join(
                    "{}" if r < 0.07 else "#" if r < 0.13 else "@" if r < 0.15 else w
                    for w, r in zip(words, luck, strict=True)
                )
            )
        return out

    def _bulletin(self, lang: Language, kind: int) -> tuple[Language, int, list[str], list[str], Outlet]:
        """Rates, weather, quakes, lottery, horoscope: lines that come back every day with other figures."""
        rng = self.rng
        lines = lang.sentences(rng, int(rng.integers(40, 120)), lang.names[:30])
        if kind < 4:
            lines = [
                " ".join(
                    "#" if r < (0.12, 0.15, 0.2, 0.25)[kind] else w
                    for w, r in zip(s.split(" "), rng.random(s.count(" ") + 1).tolist(), strict=True)
                )
                for s in lines
            ]
        pool = lang.sentences(rng, 900, lang.names[:30]) if kind == 4 else []
        return lang, kind, lines, pool, self.by_language[lang.code][int(rng.integers(len(self.by_language[lang.code])))]

    def _fill(self, lines: list[str], lang: Language) -> list[str]:
        rng = self.rng
        out = []
        for line in lines:
            words = line.split(" ")
            for i, word in enumerate(words):
                if "{}" in word:
                    words[i] = word.replace("{}", lang.names[int(rng.integers(NAMES))])
                elif word == "#":
                    words[i] = str(int(rng.integers(1, 3000)))
                elif word == "@":
                    words[i] = lang.plain(rng, 1)[0]
            out.append(" ".join(words))
        return out

    def _row(
        self,
        text: str,
        day: dt.date,
        outlet: Outlet,
        origin: str | None,
        story: str | None,
        kind: str,
        base: str | None,
    ) -> tuple[str, dict[str, Any]]:
        article_id = f"{self.count:08d}"
        self.count += 1
        self.truth.append((article_id, story or article_id, kind, base))
        told = self.rng.random() < 0.3
        clock = int(self.rng.integers(86400))
        return article_id, {
            "article_id": article_id,
            "text": text,
            "published_on": day,
            "published_at": dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=clock) if told else None,
            "outlet": outlet.name,
            "origin": origin,
            "url": f"{outlet.url}{article_id}" if self.rng.random() < 0.7 else None,
            "language": outlet.language.code,
        }

    def _piece(self, topic: int, words: int) -> Piece:
        lang, names = self.topics[topic]
        own = [names[i] for i in self.rng.integers(len(names), size=6).tolist()] + [
            lang.names[i] for i in self.rng.integers(NAMES, size=6).tolist()
        ]
        title = lang.title(self.rng, own)
        return Piece(title, lang.sentences(self.rng, words, own), names)

    def _size(self) -> int:
        """Pareto, between 1 and 250: two articles in three are reposts or parts of another."""
        return min(250, int(max(1e-9, 1 - self.rng.random()) ** (-1 / 1.4)))

    def rows(self) -> Iterator[dict[str, Any]]:
        rng = self.rng
        while self.count < self.size:
            day = FIRST_DAY + dt.timedelta(days=int(rng.integers(self.days)))
            luck = rng.random()
            if luck < 0.03:
                yield from self._bulletins(day)
            elif luck < 0.055:
                yield from self._forms(day)
            elif luck < 0.075 and len(self.recent) > 50:
                yield from self._digest()
            else:
                yield from self._family(day)

    def _bulletins(self, day: dt.date) -> Iterator[dict[str, Any]]:
        lang, kind, lines, pool, outlet = self.bulletins[int(self.rng.integers(len(self.bulletins)))]
        for shift in range(int(self.rng.integers(1, 6))):
            when = day + dt.timedelta(days=shift)
            if kind == 4:
                filled = [s for line in lines for s in (line, pool[int(self.rng.integers(len(pool)))])]
            else:
                filled = self._fill(lines, lang)
            text = outlet.page(
                self.rng, f"{lines[0].split(' ')[0]} {when:%d.%m.%Y}", body(filled, self.rng), when, self.headlines
            )
            yield self._row(text, when, outlet, None, None, "bulletin", None)[1]

    def _forms(self, day: dt.date) -> Iterator[dict[str, Any]]:
        at = int(self.rng.integers(len(self.forms)))
        lang = self.languages[at // 6]
        for _ in range(int(self.rng.integers(1, 4))):
            filled = self._fill(self.forms[at], lang)
            outlet = self._outlet(lang)
            yield self._row(
                outlet.page(self.rng, filled[0].rstrip("."), body(filled[1:], self.rng), day, self.headlines),
                day,
                outlet,
                None,
                None,
                "form",
                None,
            )[1]

    def _outlet(self, lang: Language) -> Outlet:
        own = self.by_language[lang.code]
        return own[min(len(own) - 1, int(len(own) * self.rng.random() ** 2))]

    def _digest(self) -> Iterator[dict[str, Any]]:
        rng = self.rng
        anchor = self.recent[int(rng.integers(len(self.recent)))]
        same = [r for r in self.recent if r[2] is anchor[2] and r[0] != anchor[0]]
        parts = [anchor] + [same[i] for i in rng.permutation(len(same))[: int(rng.integers(1, 5))].tolist()]
        if len(parts) < 2:
            return
        sections: list[str] = []
        items: list[tuple[Piece, list[str]]] = []
        backgrounds: list[int] = []
        for _, piece, _, _ in parts:
            keep = len(piece.sentences) if rng.random() < 0.5 else max(3, len(piece.sentences) // 2)
            items.append((piece, piece.sentences[:keep]))
        lengths = [sum(map(count_words, sentences)) for _, sentences in items]
        for at, (piece, sentences) in enumerate(items):
            most = LARGEST_ITEM / (1 - LARGEST_ITEM) * (sum(lengths) - lengths[at])
            cut = sentences
            while len(cut) > 1 and sum(map(count_words, cut)) > most:
                cut = cut[:-1]
            sections.append(piece.title + "\n" + body(cut, rng))
            if piece.background is not None and len(cut) == len(piece.sentences):
                backgrounds.append(piece.background)
        day = max(part[3] for part in parts)
        outlet = self._outlet(anchor[2])
        article_id, row = self._row(
            outlet.page(rng, "", "\n\n".join(sections), day, self.headlines), day, outlet, None, None, "digest", None
        )
        for source, _, _, _ in parts:
            self.relations.append((article_id, source, "digest", 0))
        self.relations += [(article_id, f"background-{topic}", "background", 0) for topic in backgrounds]
        yield row

    def _family(self, day: dt.date) -> Iterator[dict[str, Any]]:
        rng = self.rng
        topic = int(rng.integers(len(self.topics)))
        lang, _ = self.topics[topic]
        length = int(np.clip(BODY_MEDIAN * rng.lognormal(0, BODY_SPREAD), 30, 4000))
        piece = self._piece(topic, length)
        quoted: list[tuple[str, int]] = []
        if self.recent and rng.random() < 0.2:
            source, other, other_lang, other_day = self.recent[int(rng.integers(len(self.recent)))]
            if other_lang is lang and other_day <= day:
                flat = " ".join(other.own).split(" ")
                words = min(int(rng.integers(12, 61)), len(flat))
                at = int(rng.integers(len(flat) - words + 1))
                where = int(rng.integers(len(piece.sentences) + 1))
                piece.own = max(piece.sentences[:where], piece.sentences[where:], key=len)
                piece.sentences.insert(where, "«" + " ".join(flat[at : at + words]) + "».")
                quoted.append((source, words))
        if rng.random() < 0.08:
            piece.sentences += self.backgrounds[topic]
            piece.background = topic
        piece.places = list(range(len(piece.sentences)))
        told = len(piece.sentences) - (len(self.backgrounds[topic]) if piece.background is not None else 0)
        lengths = [count_words(sentence) for sentence in piece.sentences]
        excerpts: list[tuple[str, set[int]]] = []
        size = self._size()
        first_outlet = self._outlet(lang)
        text = first_outlet.page(rng, piece.title, body(piece.sentences, rng), day, self.headlines)
        base, row = self._row(text, day, first_outlet, None, None, "first", None)
        self.relations += [(base, source, "quote", words) for source, words in quoted]
        if piece.background is not None:
            self.relations.append((base, f"background-{topic}", "background", 0))
        yield row
        self.headlines[lang.code] = [*self.headlines[lang.code][-200:], piece.title]
        made = [(base, piece, first_outlet, text)]
        for _ in range(size - 1):
            parent, from_piece, from_outlet, from_text = (
                made[0] if rng.random() < 0.7 else made[int(rng.integers(len(made)))]
            )
            kind = MEMBER_KINDS[int(np.searchsorted(np.cumsum(MEMBER_SHARES), rng.random() * 0.9999))]
            when = day + dt.timedelta(days=min(20, int(rng.exponential(0.8))))
            outlet = self._outlet(lang)
            origin = from_outlet.name if rng.random() < 0.3 else None
            new = Piece(from_piece.title, from_piece.sentences, from_piece.names)
            new.places = from_piece.places
            if kind == "exact":
                page = from_text
            elif kind == "spacing":
                page = respace(from_text, rng)
            else:
                if kind == "headline":
                    new.title = lang.title(rng, piece.names)
                elif kind == "light":
                    new.sentences = edit(rng, new.sentences, lang, 0.03)
                elif kind == "heavy":
                    stays = [i for i in range(len(new.sentences)) if rng.random() > 0.06] or list(
                        range(len(new.sentences))
                    )
                    new.places = [new.places[i] for i in stays]
                    new.sentences = edit(rng, [new.sentences[i] for i in stays], lang, 0.13)
                elif kind == "excerpt":
                    # Of what the article tells itself: a background paragraph is no part of a story.
                    count = sum(place < told for place in from_piece.places)
                    if count < 6:
                        continue
                    keep = max(3, int(count * rng.uniform(0.3, 0.6)))
                    at = int(rng.integers(count - keep + 1))
                    new.sentences = from_piece.sentences[at : at + keep]
                    new.places = from_piece.places[at : at + keep]
                    if rng.random() < 0.5:
                        new.title = lang.title(rng, piece.names)
                page = outlet.page(rng, new.title, body(new.sentences, rng), when, self.headlines)
            story = None if kind == "excerpt" else base
            article_id, row = self._row(page, when, outlet, origin, story, kind, parent)
            if kind == "excerpt":
                self.relations.append((article_id, parent, "excerpt", sum(map(count_words, new.sentences))))
                mine = set(new.places)
                for other, theirs in excerpts:
                    both, larger = (
                        sum(lengths[i] for i in mine & theirs),
                        max(sum(lengths[i] for i in part) for part in (mine, theirs)),
                    )
                    if both >= SAME_PART * larger:
                        self.relations.append((article_id, other, "same_part", both))
                excerpts.append((article_id, mine))
            else:
                made.append((article_id, new, outlet, page))
            yield row
        if rng.random() < 0.02:
            # One number mended the same day, everything else as it was.
            words = text.split(" ")
            numbers = [i for i, w in enumerate(words) if w.isdigit()]
            if numbers:
                words[numbers[int(rng.integers(len(numbers)))]] = str(int(rng.integers(3000, 9000)))
                yield self._row(" ".join(words), day, first_outlet, None, base, "correction", base)[1]
        self.recent = [*self.recent[-400:], (base, piece, lang, day)]


def generate(seed: int, size: int, out: Path) -> None:
    """Writes the collection and its truth into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("articles-*.parquet"):
        old.unlink()
    made = Collection(seed, size)
    part: list[dict[str, Any]] = []
    number = 0
    for row in made.rows():
        part.append(row)
        if len(part) == PART:
            pl.DataFrame(part, schema=SCHEMA).write_parquet(out / f"articles-{number:04}.parquet")
            number += 1
            part = []
    if part or not number:
        pl.DataFrame(part, schema=SCHEMA).write_parquet(out / f"articles-{number:04}.parquet")
    pl.DataFrame(made.truth, schema=["article_id", "story", "kind", "base"], orient="row").write_parquet(
        out / "truth.parquet"
    )
    pl.DataFrame(
        made.relations, schema=["article_id", "source_article_id", "kind", "words"], orient="row"
    ).write_parquet(out / "relations.parquet")
    (out / "collection.json").write_text(json.dumps({"seed": seed, "size": size, "articles": made.count}) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    generate(options.seed, options.size, options.out)
