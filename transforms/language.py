"""Language identification: which languages a text is written in, and how much of it in each.

What belongs here: from the text of an article to its language, script and shares. What does not: how the profiles are
built (benchmarks/language/build_profiles.py, docs/language.md) and what the marts make of the answer.

langdetect (Nakatani Shuyo's naive Bayes over letter 1- to 3-grams, 2010) is the engine; langdetect-rs executes it
where it is installed, with the same answers. It is given what it cannot see for itself:

1. Gate. Addresses, hashtags, code and encoded data are taken out; what is left of a paragraph must be mostly letters.
2. Script. The letters of a paragraph decide which profiles compete: Cyrillic ones never meet Latin ones. Scripts of a
   single language need no profile; scripts of none (Georgian, Armenian, ...) are `und`.
3. Letters. Per paragraph, how well its letter pairs fit each profile of the script (exact, in one vectorised pass).
   Paragraphs that fit alike are put to the engine together, paragraphs that do not, apart: so a half-Russian
   half-Kazakh page gets its shares, and thirty Russian paragraphs cost one question.
4. Engine. langdetect names each such group, with the letters as its prior. It is asked where that prior leaves more than
   one profile.

Nothing depends on order, batches, threads or earlier calls: each article is looked at alone, the engine is seeded, the
scores are integers.
"""

from __future__ import annotations

import functools
import importlib.resources
import importlib.util
import json
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.records import LANGUAGES

Engine = Literal["langdetect_rs", "langdetect"]

SEED: Final = 0
UNKNOWN: Final = "und"

# A paragraph with fewer letters of a script is judged together with its neighbours: bylines, captions, names, single
# words.
LEAST_LETTERS_OF_PARAGRAPH: Final = 25
# A text with fewer letters is not judged at all.
LEAST_LETTERS: Final = 4
# The second script of a paragraph is a part of its own from this share of the letters on; below it is quoted names.
LEAST_SHARE_OF_SCRIPT: Final = 0.25
# Signs of code and markup per letter, digit and sign from which a paragraph, or a text, is no language. News has under
# 0.01.
MOST_SIGNS: Final = 0.06
# Letters among letters and digits: tables of rates and scores are below.
LEAST_LETTERS_SHARE: Final = 0.35
# Characters of an article that are looked at, and at least so many of each of its paragraphs: with 80, 35 of 720 pages in two
# languages got shares that were off by more than .01; with 160 they are 4, as with 240.
CHARACTERS_OF_ARTICLE: Final = 400
CHARACTERS_OF_PARAGRAPH: Final = 160
# Of these, what the engine reads of a group.
CHARACTERS_FOR_ENGINE: Final = 150
# Scores are natural logarithms in units of 1/SCORE, as integers: sums are exact in any order.
SCORE: Final = 256
# A paragraph leaves the language of the article's other text only if its letters say so by this much (e^8 to 1).
MARGIN: Final = 8 * SCORE
# The share of an n-gram that a language has not is ALPHA / 10,000. langdetect's default, 0.5, is for its cut profiles;
# the smoothed ones of this project go down to 1e-5. (langdetect varies it by a normal deviate of 0.05.)
ALPHA: Final = 0.35
# langdetect's prior: the letters' odds to this power; beyond e^60 to 1 a profile is out. langdetect stops drawing
# n-grams as soon as one language has .99999: above odds of 3 to 2 the exact sum decides, below them its draws do. (A
# weak prior is worth a few draws only, and on short sentences the draws are worse than the sum over all n-grams: ru
# 99.3 and 99.5 %, tt 96.8 and 97.8 %.)
PRIOR_POWER: Final = 30.0
PRIOR_MOST: Final = 60.0
PRIOR_REACH: Final = round(PRIOR_MOST / PRIOR_POWER * SCORE)
# A letter that a language does not have, beyond what the n-grams say of it. Not for a to z: all quote names in them.
FOREIGN_LETTER: Final = 12.0
# A text that fits its best profile worse than this, per letter, is in a language without a profile: FIT_FLOOR and, as
# short texts vary, FIT_SLACK over the root of its letters. Of texts in a language with a profile 1 sentence in 5,000
# falls below, no paragraph; of sentences in Igbo, Icelandic, Uyghur, Sorani, and of letters at random, most do.
FIT_FLOOR: Final = 4.4
FIT_SLACK: Final = 12.0
# What a newsroom in Kazakhstan reads: log odds before a letter is seen. They decide single short sentences only.
EXPECTED: Final = {
    "ru-Cyrl": 7.0,
    "kk-Cyrl": 5.0,
    "en-Latn": 6.0,
    "tt-Cyrl": 1.0,
    "sr-Cyrl": 2.5,
    "tg-Cyrl": 2.0,
    "mn-Cyrl": 2.0,
    "uk-Cyrl": 2.0,
    "bg-Cyrl": 2.0,
    "mk-Cyrl": 1.0,
    "uz-Cyrl": -2.0,
    "kaa-Cyrl": -3.0,
    "tyv-Cyrl": -3.0,
    "cv-Cyrl": -2.0,
    "sah-Cyrl": -2.0,
}

# Blocks of Unicode and their script; a letter of no block here has script Zyyy. (The standard library does not tell
# scripts.)
BLOCKS: Final = (
    ("Latn", ((0x41, 0x24F), (0x250, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xFB00, 0xFB06))),
    ("Cyrl", ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F))),
    ("Arab", ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE))),
    ("Deva", ((0x900, 0x97F), (0xA8E0, 0xA8FF))),
    ("Grek", ((0x370, 0x3FF), (0x1F00, 0x1FFF))),
    ("Hebr", ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
    ("Beng", ((0x980, 0x9FF),)),
    ("Guru", ((0xA00, 0xA7F),)),
    ("Gujr", ((0xA80, 0xAFF),)),
    ("Taml", ((0xB80, 0xBFF),)),
    ("Telu", ((0xC00, 0xC7F),)),
    ("Knda", ((0xC80, 0xCFF),)),
    ("Mlym", ((0xD00, 0xD7F),)),
    ("Thai", ((0xE00, 0xE7F),)),
    ("Hang", ((0xAC00, 0xD7AF), (0x1100, 0x11FF), (0x3130, 0x318F))),
    ("Jpan", ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))),
    ("Hani", ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))),
    ("Armn", ((0x530, 0x58F), (0xFB13, 0xFB17))),
    ("Geor", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F))),
    ("Ethi", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))),
    ("Syrc", ((0x700, 0x74F),)),
    ("Thaa", ((0x780, 0x7BF),)),
    ("Nkoo", ((0x7C0, 0x7FF),)),
    ("Orya", ((0xB00, 0xB7F),)),
    ("Sinh", ((0xD80, 0xDFF),)),
    ("Laoo", ((0xE80, 0xEFF),)),
    ("Tibt", ((0xF00, 0xFFF),)),
    ("Mymr", ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F))),
    ("Cher", ((0x13A0, 0x13FF), (0xAB70, 0xABBF))),
    ("Cans", ((0x1400, 0x167F),)),
    ("Khmr", ((0x1780, 0x17FF),)),
    ("Mong", ((0x1800, 0x18AF),)),
    ("Bopo", ((0x3100, 0x312F),)),
    ("Tfng", ((0x2D30, 0x2D7F),)),
    ("Yiii", ((0xA000, 0xA48F),)),
    ("Olck", ((0x1C50, 0x1C7F),)),
)
OTHER: Final = "Zyyy"
# The classes of characters: 0 separates words, 1 digits, 2 signs of code, 3 line ends, then the scripts.
DIGIT: Final = 1
SIGN: Final = 2
LINE_END: Final = 3
FIRST_SCRIPT: Final = 4
SCRIPTS: Final = (OTHER, *(script for script, _ in BLOCKS))
SCRIPT_CLASS: Final = {script: i for i, script in enumerate(SCRIPTS, FIRST_SCRIPT)}
CLASSES: Final = FIRST_SCRIPT + len(SCRIPTS)
SIGNS: Final = "{}[]<>=;_\\|"
# The number of a letter that no profile of its script has.
UNHEARD: Final = 1
LINE_ENDS: Final = (0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029)
# Scripts whose languages the profiles tell apart.
JUDGED: Final = ("Cyrl", "Latn", "Arab", "Deva")
# Scripts that one language of the news is written in.
SINGLE: Final = {
    "Grek": "el",
    "Hebr": "he",
    "Beng": "bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Thai": "th",
    "Hang": "ko",
    "Jpan": "ja",
    "Hani": "zh",
}
# What a character of a script counts as: a syllable of Chinese, Japanese or Korean as three letters, a letter of the other
# scripts of one language as two, since such texts quote names in Latin letters and Latin texts none in theirs.
COUNTS_AS: Final = {**dict.fromkeys(SINGLE, 2), "Hani": 3, "Jpan": 3, "Hang": 3}
# Letters that look alike in both alphabets. Keyboards mix them up within words: Kazakh i and h, Serbian j, a, e, o.
TWINS: Final = dict(zip("aceopxyijhskmtbəɵ", "асеорхуіјһѕкмтвәө", strict=True))

# What is no running text. ASCII classes only, and the ASCII \b: with a Unicode word boundary the regex engine falls from 250
# to 3 million characters a second.
NO_TEXT: Final = "|".join(
    (
        r"(?:https?://|www\.)\S+",
        r"\S*[@#]\S+",  # mail, mentions, hashtags
        r"<[^<>]{1,500}>",  # markup
        r"&[a-z]{2,8};|&#\d{2,7};",
        r"[A-Za-z0-9+/=_-]{40,}",  # encoded data
        r"[A-Za-z0-9_/+=]*(?:[0-9][A-Za-z_]|[A-Za-z_][0-9])[A-Za-z0-9_/+=]*",  # words with digits in them
        r"[A-Za-z]*[a-z][A-Z]+[a-z]+[A-Z][A-Za-z]*",  # more humps than a brand has
        r"[A-Za-z0-9.-]+\.(?:com|org|net|info|ru|kz|kg|uz|by|ua|eu|uk|de|fr|tv|me|io|html?|php|aspx?)(?-u:\b)[!-~]*",
    )
)
MARKS: Final = r"[\x{0300}-\x{036F}]"
# Characters that are looked at at once: the arrays stay within the processor's cache and 100 MB.
CHUNK: Final = 150_000
# Code points above are no letters but a few thousand rare ideographs.
TABLE: Final = 0x30000

Ints = npt.NDArray[np.int64]


def _sums(keys: Ints, values: npt.NDArray[Any], size: int) -> Ints:
    """Sums of the rows of `values` by key (0 .. size - 1)."""
    result = np.zeros((size, *values.shape[1:]), np.int64)
    if len(keys):
        if (keys[1:] < keys[:-1]).any():
            order = np.argsort(keys, kind="stable")
            keys, values = keys[order], values[order]
        first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        result[keys[first]] = np.add.reduceat(values.astype(np.int64, copy=False), first, axis=0)
    return result


def identify(frame: pl.DataFrame) -> pl.DataFrame:
    """The languages of texts.

    Takes `article_id` and `text` (String). Gives transforms.records.LANGUAGES, a row a row in the same order:

    - `languages`: every language of the text with its script (ISO 15924) and its share of the letters (those outside
      addresses, code and the like), rounded to 4 digits; the largest first, then by name, then by script. What is no
      language, or one without a profile, is `und`.
    - `language`, `language_share`, `script`: the first of them. A text without letters is `und` in `Zyyy`, share 1.

    The unit is the paragraph (line): each has one language a script; short ones go with their neighbours.
    """
    return _identify(frame, engine_name())


@functools.lru_cache(maxsize=1)
def engine_name() -> Engine:
    """Which package executes langdetect here. The answers are the same."""
    return "langdetect_rs" if importlib.util.find_spec("langdetect_rs") else "langdetect"


def _profile_files() -> list[tuple[str, bytes]]:
    folder = importlib.resources.files("transforms").joinpath("profiles")
    found = [(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return sorted(found)


@functools.lru_cache(maxsize=1)
def _profiles() -> dict[str, dict[str, dict[str, Any]]]:
    """Script -> name -> profile, by name."""
    profiles: dict[str, dict[str, dict[str, Any]]] = {script: {} for script in JUDGED}
    for _, data in _profile_files():
        profile = json.loads(data)
        profiles[profile["name"].partition("-")[2]][profile["name"]] = profile
    return profiles


@functools.lru_cache(maxsize=8)
def _factory(script: str, engine: Engine) -> Any:
    """langdetect's factory with the profiles of a script: our own, so that langdetect's global one stays as it is."""
    module = importlib.import_module(f"{engine}.detector_factory")
    factory = module.DetectorFactory()
    factory.load_json_profile([json.dumps(profile) for profile in _profiles()[script].values()])
    factory.set_seed(SEED)
    return factory


@dataclass(frozen=True)
class Letters:
    """langdetect's model of a script as tables: what each letter, with the two before it, says of each profile."""

    names: tuple[str, ...]
    index: npt.NDArray[np.uint8]  # code point -> number of the letter among those of the profiles, 0 for all else
    size: int  # of the alphabet, with the blank (0) and the letter that no profile has (1)
    row: npt.NDArray[np.int32]  # three letters -> row of `scores`
    scores: npt.NDArray[np.int16]  # (row, profile) -> ln p(1-gram) + ln p(2-gram) + ln p(3-gram), in 1/SCORE
    expected: Ints
    fit: Ints  # what a letter of a text in the profile's language scores on average


@functools.lru_cache(maxsize=8)
def _letters(script: str) -> Letters:
    profiles = list(_profiles()[script].values())
    shares: dict[str, npt.NDArray[np.float64]] = {}
    for k, profile in enumerate(profiles):
        for gram, n in profile["freq"].items():
            if gram not in shares:
                shares[gram] = np.zeros(len(profiles))
            shares[gram][k] = n / profile["n_words"][len(gram) - 1]
    number = {" ": 0} | {gram: i + 2 for i, gram in enumerate(sorted(gram for gram in shares if len(gram) == 1))}
    size = len(number) + 1
    index = np.zeros(TABLE, np.uint8)
    for letter, i in number.items():
        index[ord(letter)] = i
    # What a profile has not and others have: langdetect's smoothing.
    logs = {gram: np.log(share + ALPHA / 10_000) for gram, share in shares.items()}
    for letter, share in shares.items():
        if len(letter) == 1 and not letter.isascii():
            logs[letter] = logs[letter] - np.where(share > 0, 0.0, FOREIGN_LETTER)
    scores = [np.zeros(len(profiles))]
    row = np.zeros((size, size, size), np.int32)

    def say(where: tuple[int | slice, int | slice, int], score: npt.NDArray[np.float64]) -> None:
        row[where] = len(scores)
        scores.append(score)

    ones = {gram: log for gram, log in logs.items() if len(gram) == 1}
    pairs = {gram: log + ones.get(gram[1], 0.0) for gram, log in logs.items() if len(gram) == 2}
    triples = {gram: log + pairs.get(gram[1:], ones.get(gram[2], 0.0)) for gram, log in logs.items() if len(gram) == 3}
    # An n-gram that no profile has is as unlikely in all: it does not tell them apart, but what is no language from them.
    missing = math.log(ALPHA / 10_000)
    say((slice(None), slice(UNHEARD, None), 0), np.full(len(profiles), 2 * missing))
    say((slice(None), slice(None), UNHEARD), np.full(len(profiles), 3 * missing - FOREIGN_LETTER))
    for gram, log in ones.items():
        say((slice(None), 0, number[gram]), log + missing)
        say((slice(None), slice(UNHEARD, None), number[gram]), log + 2 * missing)
    for gram, log in pairs.items():
        # (The first letter of a word ends no 3-gram.)
        say((slice(None), number[gram[0]], number[gram[1]]), log + (missing if gram[0] != " " else 0.0))
    for gram, log in triples.items():
        say((number[gram[0]], number[gram[1]], number[gram[2]]), log)
    weights = np.array([shares[gram] for gram in triples])
    fit = (weights * np.array(list(triples.values()))).sum(axis=0) / weights.sum(axis=0)
    return Letters(
        names=tuple(profile["name"] for profile in profiles),
        index=index,
        size=size,
        row=row.reshape(-1),
        scores=np.rint(np.array(scores) * SCORE).astype(np.int16),  # at worst -11,000
        fit=np.rint(fit * SCORE).astype(np.int64),
        expected=np.array([round(EXPECTED.get(profile["name"], 0.0) * SCORE) for profile in profiles], np.int64),
    )


@dataclass(frozen=True)
class Characters:
    """What a code point is (index: code point; those above the table are separators)."""

    kind: npt.NDArray[np.uint8]  # the classes above
    lower: npt.NDArray[np.uint32]  # letters in lower case, as langdetect normalises them; all else a blank
    twin: npt.NDArray[np.uint32]  # the look-alike in the other alphabet, 0 where there is none


@functools.lru_cache(maxsize=1)
def _characters() -> Characters:
    from langdetect.utils.ngram import NGram

    kind = np.zeros(TABLE, np.uint8)
    lower = np.full(TABLE, 0x20, np.uint32)
    script_of = np.full(TABLE, SCRIPT_CLASS[OTHER], np.uint8)
    for script, ranges in BLOCKS:
        for first, last in ranges:
            script_of[first : last + 1] = SCRIPT_CLASS[script]
    for code in range(TABLE):
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] == "L" or (category[0] == "M" and code > 0x36F):
            # Modifier letters are apostrophes (Uzbek), but for Thai, Japanese and their like.
            if category == "Lm" and (0x2B0 <= code <= 0x2FF or code == 0x640):
                continue
            kind[code] = script_of[code]
            small = character.lower()
            lower[code] = ord(NGram.normalize(small if len(small) == 1 else character))
        elif category == "Nd":
            kind[code] = DIGIT
        elif character in SIGNS:
            kind[code] = SIGN
    kind[list(LINE_ENDS)] = LINE_END
    twin = np.zeros(TABLE, np.uint32)
    for latin, cyrillic in TWINS.items():
        for a, b in ((latin, cyrillic), (cyrillic, latin)):
            twin[ord(a)] = twin[ord(a.upper())] = ord(b)
    return Characters(kind, lower, twin)


def _clean(texts: pl.Series) -> pl.Series:
    """Without what is no running text, composed (NFC)."""
    marked = texts.str.contains(MARKS)
    if marked.any():
        composed = [
            unicodedata.normalize("NFC", text) if has else text for text, has in zip(texts, marked, strict=True)
        ]
        texts = pl.Series(composed, dtype=pl.String).str.replace_all(MARKS, "")
    return texts.str.replace_all(NO_TEXT, " ")


def _identify(frame: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    texts = _clean(frame["text"].cast(pl.String).fill_null(""))
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    found: list[list[tuple[str, str, float]]] = []
    for first, last in _chunks(lengths):
        found.extend(_chunk(texts[first:last], lengths[first:last], engine))
    flat = [(i, *entry) for i, row in enumerate(found) for entry in row]
    names = ("row", "language", "script", "share")
    entries = pl.DataFrame(
        flat, schema=dict(zip(names, (pl.Int64, pl.String, pl.String, pl.Float64), strict=True)), orient="row"
    )
    rows = entries.group_by("row", maintain_order=True).agg(
        pl.col("language").first(),
        pl.col("share").first().alias("language_share"),
        pl.col("script").first(),
        pl.struct("language", "script", "share").alias("languages"),
    )
    return rows.select(frame["article_id"].cast(pl.String), *LANGUAGES.names()[1:]).cast(LANGUAGES)


def _chunks(lengths: Ints) -> Iterator[tuple[int, int]]:
    """Runs of whole texts of about CHUNK characters."""
    first = 0
    size = 0
    for i, length in enumerate(lengths.tolist()):
        if size and size + length > CHUNK:
            yield first, i
            first, size = i, 0
        size += length
    if first < len(lengths):
        yield first, len(lengths)


def _untwine(codes: npt.NDArray[np.uint32], kind: npt.NDArray[np.uint8], characters: Characters) -> bool:
    """Words of Cyrillic and Latin letters become words of one alphabet where look-alikes explain it (in place)."""
    latin = kind == SCRIPT_CLASS["Latn"]
    cyrillic = kind == SCRIPT_CLASS["Cyrl"]
    places = np.flatnonzero((latin[1:] & cyrillic[:-1]) | (latin[:-1] & cyrillic[1:]))
    if not len(places):
        return False
    # The letters of the words around those places.
    others = np.concatenate(([-1], np.flatnonzero(~(latin | cyrillic)), [len(codes)]))
    words = np.unique(np.searchsorted(others, places))
    begin, end = others[words - 1] + 1, others[words]
    offset = np.concatenate(([0], np.cumsum(end - begin)))
    at = np.arange(offset[-1]) + np.repeat(begin - offset[:-1], end - begin)
    word = np.repeat(np.arange(len(words)), end - begin)
    twin = characters.twin[codes[at]]
    counts = [
        np.bincount(word[mask], minlength=len(words))
        for mask in (latin[at], cyrillic[at], latin[at] & (twin == 0), cyrillic[at] & (twin == 0))
    ]
    # A letter without a twin settles it; else the alphabet with more letters, Cyrillic where there are as many.
    to_cyrillic = (counts[2] == 0) & ((counts[3] > 0) | (counts[1] >= counts[0]))
    to_latin = (counts[3] == 0) & ~to_cyrillic
    change = (latin[at] & to_cyrillic[word]) | (cyrillic[at] & to_latin[word])
    codes[at[change]] = twin[change]
    return True


def _chunk(texts: pl.Series, lengths: Ints, engine: Engine) -> list[list[tuple[str, str, float]]]:
    """(language, script, share) of each text."""
    documents = len(lengths)
    total = int(lengths.sum())
    if total == 0:
        return [[(UNKNOWN, OTHER, 1.0)] for _ in range(documents)]
    characters = _characters()
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    codes = np.minimum(codes, TABLE - 1)  # the last code point of the table is none
    kind = characters.kind.take(codes)  # (take is twice as fast as an index)
    if _untwine(codes, kind, characters):
        kind = characters.kind.take(codes)

    # Paragraphs.
    begins = np.zeros(total, np.bool_)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    begins[starts[lengths > 0]] = True
    begins[1:] |= kind[:-1] == LINE_END
    first_of = np.flatnonzero(begins)
    document_of = np.searchsorted(starts + lengths, first_of, side="right")
    count = len(first_of)
    paragraph = np.repeat(np.arange(count) * CLASSES, np.diff(first_of, append=total))
    counts = np.bincount(paragraph + kind, minlength=count * CLASSES).reshape(count, CLASSES)

    # Gate: a paragraph, or the whole text, of signs and digits is no language.
    counts[:, FIRST_SCRIPT:] *= [COUNTS_AS.get(script, 1) for script in SCRIPTS]
    letters = counts[:, FIRST_SCRIPT:].copy()
    letters_all = letters.sum(axis=1)

    def junk(sums: Ints, letters_: Ints) -> npt.NDArray[np.bool_]:
        shown = sums[:, DIGIT] + sums[:, SIGN] + letters_
        return (sums[:, SIGN] > MOST_SIGNS * shown) | (letters_ < LEAST_LETTERS_SHARE * (letters_ + sums[:, DIGIT]))

    of_document = _sums(document_of, counts, documents)
    document_letters = of_document[:, FIRST_SCRIPT:].sum(axis=1)
    document_junk = junk(of_document, document_letters) | (document_letters < LEAST_LETTERS)
    paragraph_junk = junk(counts, letters_all) | document_junk[document_of]

    # Kana tells Japanese from Chinese; then Han belongs to it. So does Han beside Hangul.
    han, kana, hangul = (SCRIPTS.index(s) for s in ("Hani", "Jpan", "Hang"))
    for other in (kana, hangul):
        moved = letters[:, other] * 10 >= letters[:, han]
        letters[:, other] += np.where(moved & (letters[:, other] > 0), letters[:, han], 0)
        letters[:, han] = np.where(moved & (letters[:, other] > 0), 0, letters[:, han])

    # The scripts of a paragraph: the main one, which takes the quoted words of others, and others of some size.
    main = letters.argmax(axis=1)
    main_letters = letters[np.arange(count), main]
    own = (letters >= LEAST_LETTERS_OF_PARAGRAPH) & (
        letters >= LEAST_SHARE_OF_SCRIPT * letters.sum(axis=1, keepdims=True)
    )
    own[np.arange(count), main] = main_letters > 0
    own[paragraph_junk] = False
    # A few letters of a script in a whole article are names: they go with the article's other text.
    of_script = _sums(document_of, np.where(own, letters, 0), documents)
    few = (of_script < LEAST_LETTERS_OF_PARAGRAPH) & (of_script < of_script.max(axis=1, keepdims=True))
    own &= ~few[document_of]
    weight = np.where(own, letters, 0)
    weight[np.arange(count), main] += np.where(own[np.arange(count), main], letters_all - weight.sum(axis=1), 0)

    # (document, language, script) -> letters.
    sums: dict[tuple[int, str, str], int] = {}

    def add(document: int, language: str, script: str, n: int) -> None:
        key = (document, language, script)
        sums[key] = sums.get(key, 0) + n

    lost = _sums(document_of, np.where(paragraph_junk, letters_all, 0), documents)
    judgeable = _sums(document_of, weight.sum(axis=1), documents)
    for document in np.flatnonzero((lost >= LEAST_LETTERS_OF_PARAGRAPH) | ((lost > 0) & (judgeable == 0))).tolist():
        add(document, UNKNOWN, OTHER, int(lost[document]))
    judged = [SCRIPTS.index(script) for script in JUDGED]
    plain = own.copy()
    plain[:, judged] = False
    for p, s in zip(*(axis.tolist() for axis in np.nonzero(plain)), strict=True):
        script = SCRIPTS[s]
        add(int(document_of[p]), SINGLE.get(script, UNKNOWN), script, int(weight[p, s]))
    for s in judged:
        if own[:, s].any():
            groups = _judge(
                SCRIPTS[s], codes, kind, first_of, document_of, own[:, s], letters[:, s], weight[:, s], engine
            )
            for document, language, n in groups:
                add(document, language, SCRIPTS[s], n)

    rows: list[list[tuple[str, str, int]]] = [[] for _ in range(documents)]
    for (document, language, script), n in sums.items():
        rows[document].append((language, script, n))
    result = []
    for row in rows:
        whole = sum(n for _, _, n in row)
        shares = [(a, b, round(n / whole, 4)) for a, b, n in row if n]
        shares.sort(key=lambda entry: (-entry[2], entry[0], entry[1]))
        result.append(shares or [(UNKNOWN, OTHER, 1.0)])
    return result


def _judge(
    script: str,
    codes: npt.NDArray[np.uint32],
    kind: npt.NDArray[np.uint8],
    first_of: Ints,
    document_of: Ints,
    own: npt.NDArray[np.bool_],
    letters: Ints,
    weight: Ints,
    engine: Engine,
) -> list[tuple[int, str, int]]:
    """(document, language, letters) of the paragraphs that are in a script with several languages."""
    table = _letters(script)
    paragraphs = np.flatnonzero(own)
    ends = np.append(first_of, len(codes))
    begin, end = ends[paragraphs], ends[paragraphs + 1]
    document = document_of[paragraphs]
    # The letters of the script, all else blank; the same number of characters of every paragraph of an article.
    per_document = np.bincount(document)[document]
    most = np.maximum(CHARACTERS_OF_ARTICLE // per_document, CHARACTERS_OF_PARAGRAPH)
    size = np.minimum(end - begin, most)
    offset = np.concatenate(([0], np.cumsum(size)))
    at = np.arange(offset[-1]) + np.repeat(begin - offset[:-1], size)
    lower = np.where(kind.take(at) == SCRIPT_CLASS[script], _characters().lower.take(codes.take(at)), 0x20)
    number = table.index.take(lower).astype(np.int32)
    number[(number == 0) & (lower != 0x20)] = UNHEARD
    one = np.concatenate(([0], number[:-1]))
    one[offset[:-1]] = 0  # what stands before a paragraph is a line end, not the text that was cut off there
    two = np.concatenate(([0], one[:-1]))
    two[one == 0] = 0
    row = table.row.take((two * table.size + one) * table.size + number)
    scores = np.add.reduceat(table.scores.take(row, axis=0), offset[:-1], axis=0, dtype=np.int32)

    # Short paragraphs go with the one before (in the same article), those at the top with the one after.
    n_letters = letters[paragraphs]
    long = n_letters >= LEAST_LETTERS_OF_PARAGRAPH
    changes = np.append(True, document[1:] != document[:-1])
    unit = np.maximum(np.cumsum(long | changes) - 1, 0)
    # The first unit of an article is short where its first paragraph is: joined to the next unit.
    head = np.flatnonzero(changes)
    n_units = int(unit[-1]) + 1
    unit_document = np.zeros(n_units, np.int64)
    unit_document[unit] = document
    unit_long = _sums(unit, long, n_units) > 0
    weak = unit[head][~unit_long[unit[head]]]
    target = np.arange(n_units)
    follows = weak[weak + 1 < n_units]
    follows = follows[unit_document[follows + 1] == unit_document[follows]]
    target[follows] = follows + 1
    unit = target[unit]

    unit_scores = _sums(unit, scores, n_units)
    articles, article = np.unique(document, return_inverse=True)
    article_scores = _sums(article, scores, len(articles))
    leader = (article_scores + table.expected).argmax(axis=1)
    best = (unit_scores + table.expected).argmax(axis=1)
    unit_article = np.searchsorted(articles, unit_document)
    lead = leader[unit_article]
    rows = np.arange(n_units)
    guess = np.where(unit_scores[rows, best] - unit_scores[rows, lead] >= MARGIN, best, lead)

    # Groups: the units of an article that fit the same profile best.
    group_key = article * len(table.names) + guess[unit]
    keys, group = np.unique(group_key, return_inverse=True)
    group_scores = _sums(group, scores, len(keys))
    group_letters = _sums(group, weight[paragraphs], len(keys))
    group_size = _sums(group, np.add.reduceat((number > 0).astype(np.int64), offset[:-1]), len(keys))
    group_heard = _sums(group, np.add.reduceat((number > UNHEARD).astype(np.int64), offset[:-1]), len(keys))

    # langdetect answers. Where its prior leaves one profile it can name no other (the tests hold this), and is not asked.
    prior = group_scores + table.expected
    answer = np.where(group_heard > 0, prior.argmax(axis=1), -1)
    left = (prior >= prior.max(axis=1, keepdims=True) - PRIOR_REACH).sum(axis=1)
    doubtful = np.flatnonzero(left > 1)
    if len(doubtful):
        order = np.argsort(group, kind="stable")
        bounds = np.searchsorted(group[order], np.arange(len(keys) + 1))
        raw = lower.astype("<u4").tobytes()
        for g in doubtful.tolist():
            parts, length = [], 0
            for p in order[bounds[g] : bounds[g + 1]].tolist():
                parts.append(raw[4 * offset[p] : 4 * offset[p + 1]].decode("utf-32-le"))
                length += int(size[p])
                if length >= CHARACTERS_FOR_ENGINE:
                    break
            answer[g] = _ask(script, " ".join(parts), prior[g].tolist(), engine)

    # A text unlike its best profile is in a language that has none.
    floor = table.fit[answer] - np.rint((FIT_FLOOR + FIT_SLACK / np.sqrt(np.maximum(group_size, 1))) * SCORE)
    answer[group_scores[np.arange(len(keys)), answer] < floor * group_size] = -1
    languages = [*(name.partition("-")[0] for name in table.names), UNKNOWN]  # -1: the last one
    where = articles[keys // len(table.names)].tolist()
    return [(d, languages[k], n) for d, k, n in zip(where, answer.tolist(), group_letters.tolist(), strict=True)]


def _ask(script: str, text: str, scores: list[int], engine: Engine) -> int:
    """langdetect's answer for a text, with the letters' scores as its prior: the number of the profile, or -1."""
    names = _letters(script).names
    most = max(scores)
    prior = {
        name: math.exp((score - most) / SCORE * PRIOR_POWER)
        for name, score in zip(names, scores, strict=True)
        if score >= most - PRIOR_REACH
    }
    detector = _factory(script, engine).create(ALPHA)
    detector.set_prior_map(prior)
    detector.append(text)
    try:
        answer: str = detector.detect()
    except Exception:  # no n-gram of the text is in any profile (langdetect and langdetect-rs raise their own classes)
        return -1
    return names.index(answer) if answer in names else -1
