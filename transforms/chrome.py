"""Page chrome: the lines of a page that are not its article.

What belongs here: rules that tell, document by document and the same way each time, which lines are menus, share bars, cookie
notices, "read also" blocks, time stamps, photo credits and source lines. What does not: what recurs over many pages
(transforms.fingerprint), and what the cut lines say (transforms.article, transforms.attribution).

How it works. Each line gets a class from its own looks: prose (long, or ends a sentence), a heading (a few words without an end), a
label (up to three words), or a kind of chrome that its words tell (`chrome.toml`). Classes have weights, and the article lies where
the sum of weights over consecutive lines is greatest (maximum subsequence segmentation: Pasternack and Roth, "Extracting Article
Text
from the Web with Maximum Subsequence Segmentation", WWW 2009, section 4; the weights here are set by hand, not learned). A
heading such
as "read also" turns what follows it to chrome until prose resumes, which is jusText's idea that a line is judged with its
neighbours
(Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011, section 3.2). A text without any page around it has
nothing to cut, so the ends of an article are cut only where there is evidence of a page.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Final, NamedTuple

from transforms.date import Told, find, stamp

# --- what a line looks like -------------------------------------------------------------------------------------------------------

PROSE: Final = "prose"  # long, or long enough and sentence-like
SENTENCE: Final = "sentence"  # short, but ends a sentence
HEADING: Final = "heading"  # four words or more without an end
LABEL: Final = "label"  # up to three words

# Lines from this length on are prose if they end or part sentences; headlines hardly reach it.
PROSE_LENGTH: Final = 100
# Longer lines are never labels or single phrases; only the words of notices are looked for in them.
LABEL_LENGTH: Final = 160
# Notices (cookies, rights, terms of use) are at most this long; longer lines are paragraphs of articles about such things.
NOTICE_LENGTH: Final = 600
# Characters that end a sentence, a quotation or a line of dialogue.
_ENDS: Final = frozenset('.!?…:;»”"')
_CLOSING: Final = " \t»”\"')]"

# Weights of the classes: a paragraph of 200 characters outweighs five headings or three labels, a short sentence one heading.
_WEIGHTS: Final = {SENTENCE: 0.6, HEADING: -0.4, LABEL: -0.6}
_CHROME_WEIGHT: Final = -0.8
_PROSE_WEIGHT: Final = 1.0
_PROSE_PER_CHARACTER: Final = 1 / 200
_PROSE_MOST: Final = 4.0
# In the wake of "read also" a teaser is no article: prose counts against, until so many lines of prose stand in a row.
_WAKE_WEIGHT: Final = -0.3
_WAKE_ENDS: Final = 2
# Signs of a page (labels, chrome) above or below the article that show that there is a page to cut there.
_EVIDENCE: Final = 3


class Line(NamedTuple):
    """A line that is not blank: its place in the text (half-open, without its end), its class or kind, and the dates of a stamp."""

    start: int
    end: int
    looks: str
    stamps: list[Told] | None


class Layout(NamedTuple):
    """The lines of a page; `kinds[i]` is None for a line of the article, else one of CHROME_KINDS; the article lies in
    [`first`, `last`) of the lines."""

    lines: list[Line]
    kinds: list[str | None]
    first: int
    last: int


class Lexicon(NamedTuple):
    """The words of chrome: whole lines, beginnings of lines (by their first word) and pieces of notices, folded, each with its
    kind;
    `openers`: headings of blocks (related, comments) that what follows belongs to."""

    whole: dict[str, str]
    beginnings: dict[str, list[tuple[str, str]]]
    pieces: tuple[tuple[str, str], ...]
    openers: frozenset[str]
    closers: frozenset[str]


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon that ships with the package (transforms/chrome.toml)."""
    told = tomllib.loads(resources.files("transforms").joinpath("chrome.toml").read_text("utf-8"))
    whole: dict[str, str] = {}
    beginnings: dict[str, list[tuple[str, str]]] = {}
    for kind, words in told["whole"].items():
        whole.update(dict.fromkeys((word for word in words), kind))
    for kind, words in told["beginning"].items():
        for word in words:
            beginnings.setdefault(word.split()[0].strip(_TRIM), []).append((word, kind))
    pieces = tuple((word, kind) for kind, words in told["piece"].items() for word in words)
    openers = frozenset(told["openers"]["resume"])
    closers = frozenset(told["openers"]["end"])
    for word in openers | closers:
        whole.setdefault(word, "related")
    return Lexicon(whole, beginnings, pieces, openers, closers)


_TRIM: Final = " \t:–—-|•·●▪►→←»«…*#>/\\.,!?()[]\"“”'’✔✓📌👉🔴⚡️©0123456789+"
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BULLETS: Final = re.compile(r"^(?:[-–—•·●▪*]|\d{1,2}[.)])\s+\S")
_CREDIT: Final = re.compile(
    r"^\W*(?:фото|фотография|фотографии|снимок|снимки|иллюстрация|иллюстрации|сурет|суреті|суреттер|фотосурет|видео|"
    r"скриншот|коллаж|"
    r"инфографика|photos?|photograph|images?|picture|illustration|collage|foto|zdjęcie|fot|снимка|світлина)\b"
    r"(?:\s*[:/|©–—-]|\.?\s+(?:by|из|с|со|автора|courtesy|credit|пресс|отк?рыт)\b|\s*$)|"
    r"\bgetty images\b|^\W*(?:reuters|afp|ap photo|epa)\s*/|/\s*(?:reuters|afp|ap|epa|тасс|риа новости)\s*$|"
    r"^\s*©\s*(?:фото|photo|reuters|afp|ап)",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(
    r"^\W*(?:источник\w*(?: информации)?|дереккөз\w*|source|джерело|източник|źródło|zdroj)\s*[-–—:]", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Words beside an address in a line that only tells the address ("Read the story at https://...").
_ADDRESS_WORDS: Final = 7
_MARKUP: Final = re.compile(r"^[\W\d_]*$")


def _looks(line: str, words: Lexicon) -> tuple[str, list[Told] | None]:
    """The class of a line, or the kind of chrome that its words tell."""
    bare = line.strip()
    length = len(bare)
    if length > LABEL_LENGTH:
        if length <= NOTICE_LENGTH:
            folded = bare.casefold()
            for piece, kind in words.pieces:
                if piece in folded:
                    return kind, None
        return (PROSE if bare[-1] in _ENDS or ". " in bare or ", " in bare else HEADING), None
    folded = bare.casefold()
    label = folded.strip(_TRIM)
    if (known := words.whole.get(label)) is not None:
        return known, None
    first = label.split(None, 1)[0].strip(_TRIM) if label else ""
    count = bare.count(" ") + 1
    end = bare[-1]
    if (beginnings := words.beginnings.get(first)) is not None:
        # A whole sentence that merely begins with such a word is the article's; a call to do something is not.
        sentence = end in ".!?…" and count > 5
        for beginning, kind in beginnings:
            if label.startswith(beginning) and not (sentence and (kind == "related" or " " not in beginning)):
                return kind, None
    if not label or _MARKUP.match(bare):
        stamps = stamp(bare)
        return ("timestamp" if stamps is not None else "other"), stamps
    if (stamps := stamp(bare)) is not None:
        return "timestamp", stamps
    if _CREDIT.search(bare):
        return "credit", None
    if _SOURCE.match(bare):
        return "source", None
    if "://" in folded or "www." in folded:
        rest = _ADDRESS.sub(" ", bare)
        if len(_WORDS.findall(rest)) <= _ADDRESS_WORDS and rest.strip()[-1:] not in {".", "!", "?"}:
            return "source", None
    for piece, kind in words.pieces:
        if piece in folded:
            return kind, None
    if end in _ENDS:
        if length >= PROSE_LENGTH:
            return PROSE, None
        core = bare.rstrip(_CLOSING)
        ended = core[-1:] in {".", "!", "?", "…", ";", ":"} or (end in '»”"' and ". " in bare)
        if (ended and count >= 3) or (end == ":" and count >= 2):
            return SENTENCE, None
    if length >= PROSE_LENGTH and (", " in bare or ". " in bare) and not bare.istitle():
        return PROSE, None
    return (HEADING if count >= 4 else LABEL), None


def lines(text: str, start: int = 0) -> list[Line]:
    """The lines of a text from `start` on that are not blank, each with its class or kind."""
    words = lexicon()
    found: list[Line] = []
    at = start
    for line in text[start:].split("\n"):
        length = len(line)
        if length > NOTICE_LENGTH:  # a paragraph, whatever its words
            found.append(Line(at, at + length, PROSE, None))
        elif line and not line.isspace():
            looks, stamps = _looks(line, words)
            found.append(Line(at, at + length, looks, stamps))
        at += length + 1
    return found


_CLASSES: Final = frozenset((PROSE, SENTENCE, HEADING, LABEL))


def layout(text: str, found: list[Line]) -> Layout:
    """Where the article lies among the lines, and the kinds of the lines that are not its."""
    count = len(found)
    kinds: list[str | None] = [None if line.looks in _CLASSES else line.looks for line in found]
    weights = _weigh(text, found, kinds)
    first, last = _segment(weights)
    if first == last:  # no prose at all: whatever is not chrome by its words is the article
        return Layout(found, kinds, 0, count)
    _runs(found, kinds, first, last)
    # Above: labels and headings belong to the page where there are several of them; the headline is looked for among them
    # elsewhere.
    while first > 0 and found[first - 1].looks == SENTENCE and kinds[first - 1] is None:
        first -= 1
    if _evidence(found, kinds, range(last, count)) >= _EVIDENCE:
        for i in range(last, count):
            kinds[i] = kinds[i] or ("related" if found[i].looks in {HEADING, PROSE, SENTENCE} else "menu")
    else:
        while last < count:
            last += 1
    return Layout(found, kinds, first, last)


def _weigh(text: str, found: list[Line], kinds: list[str | None]) -> list[float]:
    words = lexicon()
    weights: list[float] = []
    wake = 0  # lines of prose in a row that end the wake of an opener; 0: no wake
    closed = False
    prose_so_far = 0.0
    for i, line in enumerate(found):
        looks = line.looks
        kind = kinds[i]
        if looks == PROSE:
            weight = _PROSE_WEIGHT + min((line.end - line.start) * _PROSE_PER_CHARACTER, _PROSE_MOST)
            if wake:
                wake -= 1
                if wake and _WAKE_ENDS > 1:
                    following = found[i + 1].looks if i + 1 < len(found) else LABEL
                    if following == PROSE:
                        wake = 0
                    else:
                        weight = _WAKE_WEIGHT
            if closed:
                weight = _WAKE_WEIGHT
            prose_so_far += max(weight, 0.0)
        elif kind is not None:
            weight = _CHROME_WEIGHT
            if kind in {"related", "other"} and prose_so_far > 0:
                label = text[line.start : line.end].casefold().strip(_TRIM)
                if label in words.closers:
                    closed = True
                elif label in words.openers:
                    wake = _WAKE_ENDS
        else:
            weight = _WEIGHTS[looks]
            if wake:
                wake = _WAKE_ENDS
            if wake or closed:
                weight = min(weight, _WAKE_WEIGHT)
        weights.append(weight)
    return weights


def _segment(weights: list[float]) -> tuple[int, int]:
    """The half-open run of the greatest sum, the first and longest of equals; empty where no weight is positive (Kadane)."""
    best, where = 0.0, (0, 0)
    total, start = 0.0, 0
    for i, weight in enumerate(weights):
        if total <= 0:
            total, start = 0.0, i
        total += weight
        if total > best:
            best, where = total, (start, i + 1)
    return where


def _evidence(found: list[Line], kinds: list[str | None], where: range) -> int:
    """How many lines of a range are of a page: labels and lines that their words tell, but stamps, credits and sources (any copy
    has
    those)."""
    return sum(
        1
        for i in where
        if (kinds[i] is None and found[i].looks in {LABEL, HEADING})
        or kinds[i] in {"menu", "share", "related", "cookies", "other"}
    )


# Labels in a row that are a menu or tags in the middle of an article; two or three are a small table or a signature.
_RUN: Final = 4


def _runs(found: list[Line], kinds: list[str | None], first: int, last: int) -> None:
    """Marks runs of labels inside the article."""
    run: list[int] = []
    for i in range(first, last + 1):
        if i < last and kinds[i] is None and found[i].looks == LABEL:
            run.append(i)
            continue
        if len(run) >= _RUN:
            for j in run:
                kinds[j] = "menu"
        run = []


def dated(line: str) -> list[Told]:
    """The full dates of a line at the top of a page that is a stamp with a place or a rubric beside it; empty for any other
    line."""
    if len(line) > LABEL_LENGTH or not any(map(str.isdigit, line)):
        return []
    found = find(line)
    rest = line
    for told in reversed(found):
        rest = rest[: told.start] + " " + rest[told.end :]
    # Beside the date: a town and an outlet, a rubric, an author.
    return found if len(_WORDS.findall(rest)) <= 4 else []
