"""Builds the profiles of `transforms/profiles` from corpora: the same corpora give the same bytes.

    python benchmarks/language/build_profiles.py CORPUS.jsonl[.gz] ... [--out DIR] [--check]

A corpus has a JSON object a line: `lang` (ISO 639), `script` (ISO 15924), `source`, `text`, and, for word lists,
`weight` (how often the text occurs; 1 where absent). docs/language.md names the corpora of the shipped profiles and
their licences.

A profile is langdetect's own format: counts of 1-, 2- and 3-grams of a language. Three things differ from langdetect's
builder, each because most of these languages have 10,000 to 100,000 characters of text and not a Wikipedia:

- words are counted with a power below 1 (POWER), so that the words of one small text (the Declaration of Human Rights)
  do not stand for the language;
- the counts are smoothed: what was not seen gets what shorter n-grams say of it (interpolation of Witten and Bell,
  IEEE Trans. Information Theory 37(4), 1991, estimate C); langdetect gives all unseen n-grams the same tiny share,
  which made 15 % of Tatar sentences Bashkir or Kyrgyz;
- letters only, in lower case: no digit, number sign, emoji or capital votes.

The profiles that langdetect ships, where no better text is at hand, go the same way: they are cut at about one n-gram
in 10,000, and what was cut is given back by the same interpolation.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.resources
import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from langdetect.utils.ngram import NGram

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "transforms" / "profiles"

# Reserved for evaluation: nothing of NTREX-128 and of the test folds of Universal Dependencies is trained on.
RESERVED = ("ntrex", "ud_test", "ud_dev")
# Left out for its licence, which nobody could tell: Bashkir fiction. (Bashkir and Tatar news are told better without it.)
UNLICENSED = ("rfkbd",)
# Every profile counts to a million n-grams of each order and forgets those rarer than KEEP of it: langdetect adds 5e-5
# to every share, so that rarer ones say nothing.
SCALE = 10**6
KEEP = 1e-5
# Exponents of word counts. 1 is a running text taken as it is; UDHR has 1,700 words, half of them its own subject.
POWER = {"udhr": 0.5, "wordfreq": 1.0}
POWER_OTHER = 0.8
# A letter rarer than this in the text of a language belongs to quoted names; with less than 20,000 letters of text a
# single quotation is more than that.
RARE_LETTER, RARE_LETTER_SMALL, SMALL = 2e-5, 1e-4, 20_000

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
SERBIAN = "абвгдђежзијклљмнњопрстћуфхцчџш"
# Alphabets where a word list is full of the neighbours' words.
ALPHABETS = {
    "ru-Cyrl": set(RUSSIAN),
    "bg-Cyrl": set(RUSSIAN) - set("ёыэ"),
    "uk-Cyrl": set(RUSSIAN) - set("ёыэъ") | set("іїєґ"),
    "mk-Cyrl": set(SERBIAN) - set("ђћ") | set("ѓќѕѝѐ"),
    "sr-Cyrl": set(SERBIAN),
}


@dataclass(frozen=True)
class Part:
    """Text for a profile: which records, how they are spelt anew, and their share of the letters (0: as many as there
    are)."""

    lang: str
    script: str
    sources: tuple[str, ...] = ()
    share: float = 0.0
    respell: Callable[[str], str] = str


SERBIAN_LATIN = dict(zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True))


def serbian_cyrillic(word: str) -> str:
    """Serbian in Gaj's Latin alphabet -> in Cyrillic (one to one but for the three digraphs)."""
    for latin, cyrillic in (("dž", "џ"), ("lj", "љ"), ("nj", "њ")):
        word = word.replace(latin, cyrillic)
    return "".join(SERBIAN_LATIN.get(letter, letter) for letter in word)


VOWELS = set("аәеиоөуүыэюяё")
BASHKIR_TO_TATAR = str.maketrans("сһҫҙҡғж", "чссзкгҗ")


def tatar_from_bashkir(word: str) -> str:
    """A Bashkir word -> how Tatar would spell its cognate, by the regular correspondences of the two languages.

    Consonants: с-ч, һ-с, ҫ-с, ҙ-з, ҡ-к, ғ-г, ж-җ; rounded vowels after the first syllable are not written in Tatar
    (ө-е, о-ы).
    """
    syllable, letters = 0, []
    for letter in word.translate(BASHKIR_TO_TATAR):
        if letter in VOWELS:
            syllable += 1
        letters.append({"ө": "е", "о": "ы"}.get(letter, letter) if syllable > 1 else letter)
    return "".join(letters)


BASHKIR_OR_TURKIC = set("әөүҗңғҡҙҫһ")


def loanword(word: str) -> str:
    """A word without Turkic letters as it is, others not at all: mostly Russian loanwords and names."""
    return "" if set(word) & BASHKIR_OR_TURKIC else word


# Profiles that are not simply all text of their language and script.
RECIPES: dict[str, tuple[Part, ...]] = {
    # 9,800 characters of Tatar are too few; Bashkir, its nearest neighbour, lends what the two share.
    "tt-Cyrl": (
        Part("tt", "Cyrl", share=0.5),
        Part("ba", "Cyrl", share=0.3, respell=tatar_from_bashkir),
        Part("ba", "Cyrl", share=0.2, respell=loanword),
    ),
    "sr-Cyrl": (
        Part("sr", "Cyrl", share=0.5),
        Part("sh", "Latn", ("wordfreq",), share=0.5, respell=serbian_cyrillic),
    ),
    "hr-Latn": (Part("sh", "Latn", ("wordfreq",)),),
}
# Built from the corpora, one profile a (language, script) with text.
TRAINED = (
    *("kk-Cyrl", "ky-Cyrl", "tt-Cyrl", "ba-Cyrl", "tg-Cyrl", "mn-Cyrl", "be-Cyrl", "sr-Cyrl", "uz-Cyrl", "kaa-Cyrl"),
    *("cv-Cyrl", "sah-Cyrl", "tyv-Cyrl", "az-Latn", "tk-Latn", "uz-Latn", "kk-Latn"),
)
# Built from word lists where the corpora have them, else from the profile that langdetect ships.
STOCK = {
    "Cyrl": ("ru", "uk", "bg", "mk"),
    "Latn": (
        *(
            "af",
            "ca",
            "cs",
            "cy",
            "da",
            "de",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "hr",
            "hu",
            "id",
            "it",
            "lt",
            "lv",
            "nl",
            "no",
        ),
        *("pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tl", "tr", "vi"),
    ),
    "Arab": ("ar", "fa", "ur"),
    "Deva": ("hi", "mr", "ne"),
}
# Never from a word list: there is none, or it would be sharper than the profile of the neighbour that has none (et,
# af).
STOCK_ONLY = {"ar", "fa", "ur", "hi", "mr", "ne", "fi", "nl"}


def script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    for prefix, script in (("LATIN", "Latn"), ("CYRILLIC", "Cyrl"), ("ARABIC", "Arab"), ("DEVANAGARI", "Deva")):
        if name.startswith(prefix):
            return script
    return ""


def fold(text: str) -> str:
    """Letters (and the marks that belong to them) in lower case as langdetect sees them, all else a blank."""
    text = unicodedata.normalize("NFC", text).lower()
    return "".join(
        NGram.normalize(c) if unicodedata.category(c)[0] in "LM" and unicodedata.category(c) != "Lm" else " "
        for c in text
    )


def records(paths: Iterable[Path]) -> Iterator[tuple[str, str, str, str, float]]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if not record["source"].startswith(RESERVED + UNLICENSED):
                    yield record["lang"], record["script"], record["source"], record["text"], record.get("weight", 1)


Words = Mapping[str, float]


def count_words(paths: Iterable[Path]) -> dict[tuple[str, str], dict[str, Counter[str]]]:
    """(language, script) -> source -> how often each word occurs, but words with a letter of another script."""
    counts: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for lang, script, source, text, weight in records(paths):
        words = counts[lang, script][source.split("~")[0]]
        for word in fold(text).split():
            words[word] += weight
    scripts: dict[str, str] = {}
    for (_, script), sources in counts.items():
        for source, words in sources.items():
            for letter in {c for word in words for c in word}:
                scripts.setdefault(letter, script_of(letter))
            sources[source] = Counter({w: n for w, n in words.items() if all(scripts[c] == script for c in w)})
    return counts


def letters_of(words: Words) -> float:
    return sum(len(word) * n for word, n in words.items())


def mix(parts: Iterable[Part], counts: Mapping[tuple[str, str], Mapping[str, Counter[str]]]) -> Words | None:
    """The words of a profile, weighted; None where there is no text for one of its parts."""
    found: list[tuple[Part, Counter[str]]] = []
    for part in parts:
        words: Counter[str] = Counter()
        for source, counted in sorted(counts.get((part.lang, part.script), {}).items()):
            if part.sources and source not in part.sources:
                continue
            power = POWER.get(source, POWER_OTHER)
            for word, n in counted.items():
                if spelt := part.respell(word):
                    words[spelt] += n**power
        if not words:
            return None
        found.append((part, words))
    size = sum(letters_of(words) for _, words in found)
    total: Counter[str] = Counter()
    for part, words in found:
        factor = part.share * size / letters_of(words) if part.share else 1.0
        for word, n in words.items():
            total[word] += n * factor
    return total


def without_rare_letters(words: Words, alphabet: set[str] | None, distinct: int) -> Words:
    """The words whose letters are the language's own."""
    letters: Counter[str] = Counter()
    for word, n in words.items():
        for letter in word:
            letters[letter] += n
    least = (RARE_LETTER_SMALL if distinct < SMALL else RARE_LETTER) * sum(letters.values())
    own = {letter for letter, n in letters.items() if n >= least and (alphabet is None or letter in alphabet)}
    return {word: n for word, n in words.items() if set(word) <= own}


def grams_of_words(words: Words) -> dict[int, Counter[str]]:
    """Counts of 1-, 2-, 3-grams as langdetect takes them: of each word alone, with a blank on both sides."""
    grams: dict[int, Counter[str]] = {1: Counter(), 2: Counter(), 3: Counter()}
    for word, n in sorted(words.items()):
        padded = f" {word} "
        for i in range(1, len(padded)):
            grams[1][padded[i]] += n
            grams[2][padded[i - 1 : i + 1]] += n
            if i > 1:
                grams[3][padded[i - 2 : i + 1]] += n
    return grams


def grams_of_stock(lang: str, script: str) -> dict[int, Counter[str]]:
    """Counts of the profile that langdetect ships, in lower case and without what is not of its script."""
    raw = json.loads(importlib.resources.files("langdetect").joinpath("profiles", lang).read_text("utf-8"))
    grams: dict[int, Counter[str]] = {1: Counter(), 2: Counter(), 3: Counter()}
    least = RARE_LETTER_SMALL * raw["n_words"][0]
    folded: Counter[str] = Counter()
    for gram, n in raw["freq"].items():
        if len(gram) <= 3 and len(gram.lower()) == len(gram):
            folded[gram.lower()] += n
    own = {g for g, n in folded.items() if len(g) == 1 and n >= least and fold(g) == g and script_of(g) == script} | {
        " "
    }
    for gram, n in folded.items():
        if set(gram) <= own and (len(gram) < 3 or gram[1] != " "):
            grams[len(gram)][gram] += n
    # How many words there are: every word begins once.
    grams[1][" "] = sum(n for gram, n in grams[2].items() if gram[0] == " ")
    return grams


def smooth(grams: dict[int, Counter[str]], *, cut: bool) -> dict[str, int]:
    """Shares of all n-grams, in SCALE, from counts of the seen ones.

    `cut`: the counts are those of a profile without its rare n-grams. Then the mass of unseen ones is what the count
    of the context has and its seen continuations have not; else it is the number of different continuations (Witten
    and Bell, C).
    """
    symbols = sorted(grams[1])
    ones = sum(grams[1].values())
    single = {a: (grams[1][a] + 0.5) / (ones + 0.5 * len(symbols)) for a in symbols}

    def continuations(order: int) -> tuple[dict[str, float], dict[str, int]]:
        mass: dict[str, float] = defaultdict(float)
        kinds: dict[str, int] = defaultdict(int)
        for gram, n in sorted(grams[order].items()):
            mass[gram[:-1]] += n
            kinds[gram[:-1]] += 1
        return mass, kinds

    def unseen(context: str, mass: float, kinds: int, total: float) -> float:
        return max(total - mass, kinds) if cut else kinds

    mass2, kinds2 = continuations(2)
    mass3, kinds3 = continuations(3)
    follow: dict[str, dict[str, float]] = {}
    for a in symbols:
        n = mass2.get(a, 0.0)
        t = unseen(a, n, kinds2.get(a, 0), grams[1][a])
        follow[a] = {b: (grams[2].get(a + b, 0) + t * single[b]) / (n + t) if n + t else single[b] for b in symbols}
        if a == " ":
            follow[a][" "] = 0.0
    pairs = {a + b: single[a] * follow[a][b] for a in symbols for b in symbols}
    triples: dict[str, float] = {}
    for pair, share in pairs.items():
        if pair[1] == " ":
            continue
        n = mass3.get(pair, 0.0)
        t = unseen(pair, n, kinds3.get(pair, 0), grams[2].get(pair, 0))
        for c in symbols:
            p = (grams[3].get(pair + c, 0) + t * follow[pair[1]][c]) / (n + t) if n + t else follow[pair[1]][c]
            triples[pair + c] = share * p
    freq: dict[str, int] = {}
    for shares in ({a: p for a, p in single.items() if a != " "}, pairs, triples):
        total = sum(shares.values())
        for gram, share in shares.items():
            if share / total >= KEEP:
                freq[gram] = round(share / total * SCALE)
    return freq


def build(paths: list[Path]) -> dict[str, bytes]:
    """File name -> bytes of every profile."""
    counts = count_words(paths)
    profiles: dict[str, dict[str, int]] = {}
    for name in TRAINED:
        lang, script = name.split("-")
        words = mix(RECIPES.get(name, (Part(lang, script),)), counts)
        if words is None:
            words = mix((Part(lang, script),), counts)
        if words is None:
            sys.exit(f"no text for {name}: give a corpus with lang {lang}, script {script}")
        seen = sum(letters_of(c) for c in counts.get((lang, script), {}).values())
        words = without_rare_letters(words, ALPHABETS.get(name), int(seen))
        profiles[name] = smooth(grams_of_words(words), cut=False)
    for script, langs in STOCK.items():
        for lang in langs:
            name = f"{lang}-{script}"
            words = None if lang in STOCK_ONLY else mix(RECIPES.get(name, (Part(lang, script, ("wordfreq",)),)), counts)
            if words is None:
                profiles[name] = smooth(grams_of_stock(lang, script), cut=True)
            else:
                words = without_rare_letters(words, ALPHABETS.get(name), SMALL)
                profiles[name] = smooth(grams_of_words(words), cut=False)
    return {
        f"{name}.json": (
            json.dumps({"name": name, "n_words": [SCALE] * 3, "freq": dict(sorted(freq.items()))}, ensure_ascii=False)
            + "\n"
        ).encode()
        for name, freq in profiles.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the language profiles from corpora (see docs/language.md).")
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the files in --out differ")
    options = parser.parse_args()
    files = build(options.corpora)
    for name, data in sorted(files.items()):
        print(f"{hashlib.sha256(data).hexdigest()}  {name}")
    if options.check:
        differ = [
            n for n, data in files.items() if not (options.out / n).exists() or (options.out / n).read_bytes() != data
        ]
        sys.exit(f"differ: {' '.join(differ)}" if differ else 0)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (options.out / name).write_bytes(data)


if __name__ == "__main__":
    main()
