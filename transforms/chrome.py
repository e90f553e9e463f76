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
from collections.abc import Callable
from importlib import resources
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from transforms import lines as kernels
from transforms.compiled import COMPILED
from transforms.date import STAMP_LENGTH, STAMP_WORDS, Told, find, stamp, without
from transforms.records import CHROME_KINDS

# --- what a line looks like -------------------------------------------------------------------------------------------------------

PROSE: Final = "prose"  # long, or long enough and sentence-like
SENTENCE: Final = "sentence"  # short, but ends a sentence
HEADING: Final = "heading"  # four words or more without an end
# Of a list, a table or a verse: begins with a bullet, has a number behind a dash or a colon, or ends with a comma.
ITEM: Final = "item"
LABEL: Final = "label"  # up to three words

# Lines from this length on are prose if they end or part sentences; headlines hardly reach it.
PROSE_LENGTH: Final = 100
# Longer lines are never labels or single phrases; only the words of notices are looked for in them.
LABEL_LENGTH: Final = 160
# Notices (cookies, rights, terms of use) are at most this long; longer lines are paragraphs of articles about such things.
NOTICE_LENGTH: Final = 600
# And say so from the beginning: what has their words behind so many characters is a paragraph that ends with a notice. Agencies put
# theirs behind brief items; of notices on 5,500 pages of 670 sites two began later.
NOTICE_BEGINS: Final = 300
# Characters that end a sentence, a quotation or a line of dialogue.
_ENDS: Final = frozenset('.!?…:;»”"')
_STOPS: Final = frozenset(".!?…")
_CLOSING: Final = " \t»”\"')]"

# Weights of the classes: a paragraph of 200 characters outweighs five headings or three labels, a short sentence two headings.
# Items tell nothing: articles and pages have lists.
_CHROME_WEIGHT: Final = -0.8
# Chrome that stands between paragraphs as often as around them.
_INNER: Final = frozenset({"credit", "related", "share", "timestamp", "source"})
_INNER_WEIGHT: Final = -0.3
_BESIDE_STAMPS: Final = _INNER | {"other"}  # and counters
_LOOKS_WEIGHTS: Final = {
    **{kind: _INNER_WEIGHT if kind in _INNER else _CHROME_WEIGHT for kind in CHROME_KINDS},
    HEADING: -0.4,
    ITEM: 0.0,
    LABEL: -0.6,
}
_PLAIN_WEIGHTS: Final = {PROSE: 1.0, SENTENCE: 0.6}
_PROSE_PER_CHARACTER: Final = 1 / 200
_PROSE_FULL: Final = 800  # characters from which a line weighs no more
_PROSE_MOST: Final = _PROSE_FULL * _PROSE_PER_CHARACTER
# The first paragraph below a headline and its stamp weighs as much more as a long one: a brief item, before a page's prose at its
# foot.
_BEGINS_WEIGHT: Final = 3.0
# Kinds of chrome whose blocks can go on: the headings of lists of other articles and of comments.
_OPENING: Final = frozenset({"related", "other"})
# In the wake of "read also" a teaser is no article: prose counts against, until so many lines of text stand in a row. Links to a
# few articles are headings, seldom with a first sentence; lists of other articles give at most a heading and two such lines each;
# readers' comments never end.
_WAKE_WEIGHT: Final = -0.3
_NEVER: Final = 1 << 30
_WAKE_ENDS: Final = {"resume": 2, "list": 3, "end": _NEVER}
# Of what stands below readers' comments, both by the best run of lines, an article above has at least as much: else "Comments" is a
# button above the article.
_ABOVE_COMMENTS: Final = 0.5
# Headings behind an opener that are its links, at most.
_LINKS: Final = 6
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
    """The words of chrome, folded: whole lines, beginnings of lines (by their first word) and pieces of notices, each with its
    kind.
    `openers`: headings of blocks that what follows belongs to, with the lines of prose in a row that end the block. `firsts`:
    the first words of
    all that is told by a line's beginning; a line that begins otherwise needs no second look."""

    firsts: frozenset[str]
    whole: dict[str, str]
    beginnings: dict[str, list[tuple[str, str]]]
    pieces: tuple[tuple[str, str], ...]
    openers: dict[str, int]


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
            beginnings.setdefault(_first(word), []).append((word, kind))
    pieces = tuple((word, kind) for kind, words in told["piece"].items() for word in words)
    openers = {word: _WAKE_ENDS[block] for block, words in told["openers"].items() for word in words}
    for word in openers:
        whole.setdefault(word, "related")
    firsts = frozenset((*map(_first, whole), *beginnings, *_CREDIT_WORDS.split("|"), *_SOURCE_WORDS.split("|")))
    return Lexicon(firsts, whole, beginnings, pieces, openers)


_FIRST: Final = re.compile(r"[\W\d_]*([^\W\d_]+)")


def _first(line: str) -> str:
    """The first word of a line, folded."""
    match = _FIRST.match(line)
    return match[1].casefold() if match is not None else ""


_TRIM: Final = " \t:–—-|•·●▪►→←»«…*#>/\\.,!?()[]\"“”'’✔✓📌👉🔴⚡️©0123456789+"
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Words that begin the line under a picture, and lines that name a source.
_CREDIT_WORDS: Final = (
    "фото|фотография|фотографии|снимок|снимки|иллюстрация|иллюстрации|сурет|суреті|суреттер|фотосурет|видео|скриншот|коллаж|"
    "инфографика|photo|photos|photograph|image|images|picture|illustration|collage|foto|zdjęcie|fot|снимка|світлина"
)
_AGENCY_WORDS: Final = frozenset({"reuters", "afp", "ap", "epa", "getty"})
_SOURCE_WORDS: Final = "источник|источники|дереккөз|дереккөзі|source|sources|джерело|източник|źródło|zdroj"
_CREDIT: Final = re.compile(
    rf"\W*(?:{_CREDIT_WORDS})\b"
    r"(?:\s*[:/|©–—-]|\.?\s+(?:by|из|с|со|автора|courtesy|credit|открыт)\b|\.?\s+пресс|\s*$)"
    r"|\W*(?:reuters|afp|ap photo|epa|getty images)\s*[/|]"
)
# How a credit ends that begins with the words of the caption.
_CREDIT_ENDS: Final = (
    "/reuters",
    "/ reuters",
    "/afp",
    "/ afp",
    "/ тасс",
    "/тасс",
    "/ap",
    "/ ap",
    "/epa",
    "getty images",
    "shutterstock",
)
_SOURCE: Final = re.compile(rf"\W*(?:{_SOURCE_WORDS})(?: информации)?\s*[-–—:]")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Words beside an address in a line that only tells the address ("Read the story at https://...").
_ADDRESS_WORDS: Final = 7
_DIGIT: Final = re.compile(r"[0-9]")


def _is_address(bare: str) -> bool:
    """Whether a line tells an address and no more."""
    rest = _ADDRESS.sub(" ", bare)
    return rest != bare and len(_WORDS.findall(rest)) <= _ADDRESS_WORDS and rest.strip()[-1:] not in {".", "!", "?"}


def _looks(line: str, words: Lexicon, notices: bool) -> tuple[str, list[Told] | None]:
    """The class of a line, or the kind of chrome that its words tell."""
    bare = line.strip()
    length = len(bare)
    end = bare[-1]
    if length > LABEL_LENGTH:
        if notices and length <= NOTICE_LENGTH and (told := _notice(bare.casefold(), words)) is not None:
            return told, None
        if end in _ENDS or ". " in bare or ", " in bare:
            return PROSE, None
        if _is_spaced(bare):
            return "menu", None
        # Letters that are no ASCII take six characters or more each in an address.
        return ("source" if _is_address(bare) else HEADING), None
    count = bare.count(" ") + 1
    first = _first(bare)
    known = first in words.firsts
    marked = "©" in bare or "://" in bare or "www." in bare
    if not (known or marked or notices) and (
        (length >= PROSE_LENGTH and end in _ENDS) or (count > STAMP_WORDS and end in _STOPS)
    ):
        return (PROSE if length >= PROSE_LENGTH else SENTENCE), None  # nearly every line of this length ends here
    folded = bare.casefold()
    if known:
        label = folded.strip(_TRIM)
        if (whole := words.whole.get(label)) is not None:
            return whole, None
        # A whole sentence that merely begins with such a word is the article's; a call to do something is not.
        sentence = end in ".!?…" and count > 5
        for beginning, kind in words.beginnings.get(first, ()):
            if not label.startswith(beginning) or (sentence and (kind == "related" or " " not in beginning)):
                continue
            # A single word tells little: it is the whole of a short line, or stands before a colon.
            if (
                " " in beginning
                or beginning[-1] == ":"
                or count <= (2 if kind == "other" else 4)
                or label[len(beginning) :][:1] in {":", "("}
            ):
                return kind, None
    if length <= STAMP_LENGTH and (stamps := stamp(bare)) is not None:
        return "timestamp", stamps
    if not first:
        return "other", None
    if ((known or first in _AGENCY_WORDS) and _CREDIT.match(folded) is not None) or folded.endswith(_CREDIT_ENDS):
        return "credit", None
    # One of these such a line holds; a loop over them would cost more than the rest of the rules.
    if ("(" in folded or "фото" in folded or "видео" in folded or "сурет" in folded) and _CREDIT_LAST.search(
        folded
    ) is not None:
        return "credit", None
    if known and _SOURCE.match(folded) is not None:
        return "source", None
    if marked:
        if "©" in bare and count <= _RIGHTS_WORDS:
            return ("other" if _YEAR.search(bare) is not None else "credit"), None
        if _is_address(bare):
            return "source", None
    if notices and (told := _notice(folded, words)) is not None:
        return told, None
    if end in _ENDS:
        if length >= PROSE_LENGTH:
            return PROSE, None
        core = bare.rstrip(_CLOSING)
        ended = core[-1:] in {".", "!", "?", "…", ";", ":"} or (end in '»”"' and ". " in bare)
        if (ended and count >= 3) or (end == ":" and count >= 2):
            return SENTENCE, None
    if length >= PROSE_LENGTH and (", " in bare or ". " in bare) and not bare.istitle():
        return PROSE, None
    if _CRUMB_SIGN.search(bare) is not None and _CRUMBS.search(bare) is not None:
        return "menu", None
    if _is_spaced(bare):
        return "menu", None
    if "/" in bare and _CREDIT_SLASH.search(bare) is not None:
        return "credit", None
    if ":" in bare and _CREDIT_INSIDE.search(folded) is not None:
        return "credit", None
    if end == "," or ((bare[0] in _BULLETS or _ANY_DIGIT.search(bare) is not None) and _ITEM.match(bare) is not None):
        return ITEM, None
    return (HEADING if count >= 4 else LABEL), None


# "Home » News » Valley", "Рус | Қаз | Eng": short names between signs that part them.
_CRUMBS: Final = re.compile(r"^\W*(?:[\w .-]{1,30}\s[»›>|/•·→]\s){1,}[\w .-]{1,40}$")
# "Home  News  Valley  Weather", "Рус\tҚаз\tEng": short names that blanks part, without a number as tables have them.
_SPACED: Final = re.compile(r"(?:[^\d\s]+(?: [^\d\s]+){0,3}(?: {2,}| ?\t[ \t]*)){3,}[^\d\s]+(?: [^\d\s]+){0,3}")


def _is_spaced(bare: str) -> bool:
    """Whether a line is a menu whose names are parted by blanks alone."""
    return ("  " in bare or "\t" in bare) and _SPACED.fullmatch(bare) is not None


# "The ferry at its pier. J. Hill/Valley Daily"
_CREDIT_SLASH: Final = re.compile(r"[^\W\d_a-zа-яё][\w.'’-]*/[^\W\d_a-zа-яё][\w.'’ -]{1,30}$")
# "Паром у причала. Фото автора", "Prom przy pomoście (fot. Urząd Gminy)"
_CREDIT_LAST: Final = re.compile(
    r"(?:^|[.!?»\"] )(?:фото|сурет|видео) (?:автора|авторов|предоставлен|с сайта|пресс-|"
    r"(?:из|з|із|от|с) (?:архив|открыт|відкрит|личн|особист|соцсет|соцмереж))"
    r"[^.!?]{0,60}\.?$"
    r"|\((?:фото|сурет|светлина|снимка|світлина|photo|foto|fot|zdj)(?:\.|\b)[^()]{0,60}\)\.?$"
)
# "Паром у причала. Фото: Акорда"
_CREDIT_INSIDE: Final = re.compile(r"\b(?:фото|сурет|photo|foto|снимка|світлина)(?:\s[\w.-]{1,20})?\s?:")
_CRUMB_SIGN: Final = re.compile("[»›>|/•·→]")
_BULLETS: Final = "-–—•·●▪*"
_ANY_DIGIT: Final = re.compile(r"\d")
_ITEM: Final = re.compile(r"(?:[-–—•·●▪*]|\d{1,2}[.)])\s+\S|[^\d]{2,60}(?:\s[–—-]\s|:\s).{0,12}\d")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
# A line with a copyright sign of at most so many words is a note of rights or a credit.
_RIGHTS_WORDS: Final = 16


def _notice(folded: str, words: Lexicon) -> str | None:
    for piece, kind in words.pieces:
        if 0 <= folded.find(piece) <= NOTICE_BEGINS:
            return kind
    return None


def notice_stems() -> list[str]:
    """Strings of which a text with a notice (`Lexicon.pieces`) holds one, whatever the case of ASCII's letters and of its first."""
    return [piece if piece.isascii() else piece[1:] for piece, _ in lexicon().pieces]


def lines(text: str, start: int = 0, notices: bool = True) -> list[Line]:
    """The lines of a text from `start` on that are not blank, each with its class or kind. `notices`: whether the text can hold any
    piece of a notice (`notice_stems`); looking for them is the dearest part."""
    words = lexicon()
    found: list[Line] = []
    at = start
    # Paragraphs, whatever their words: most of all text, so they take the shortest way.
    paragraph = NOTICE_LENGTH if notices else LABEL_LENGTH
    for line in text[start:].split("\n"):
        length = len(line)
        if length > paragraph and line[-1] in _ENDS:
            found.append(_make(Line, (at, at + length, PROSE, None)))
        elif line and not line.isspace():
            looks, stamps = _looks(line, words, notices)
            found.append(_make(Line, (at, at + length, looks, stamps)))
        at += length + 1
    return found


# Lines whose looks are kept: menus, share bars and notices come again on page after page. The longest is NOTICE_LENGTH long.
_KEPT_LOOKS: Final = 1 << 13
# What a page says of itself is seldom longer; a longer line comes once, and would only take room.
_KEPT_LENGTH: Final = 120


@functools.lru_cache(maxsize=_KEPT_LOOKS)
def _kept_looks(line: str, notices: bool) -> tuple[str, list[Told] | None]:
    return _looks(line, lexicon(), notices)


@functools.cache
def _rules() -> kernels.Rules:
    return kernels.rules(
        lexicon().firsts | _AGENCY_WORDS,
        prose=PROSE_LENGTH,
        label=LABEL_LENGTH,
        notice=NOTICE_LENGTH,
        words=STAMP_WORDS,
    )


_CODES: Final = ("", PROSE, SENTENCE, HEADING)  # by the codes of the kernel
_KIND_CODES: Final = {kind: code for code, kind in enumerate(CHROME_KINDS)}
Cut: TypeAlias = tuple[tuple[int, str], ...]
"""What goes of a text: the numbers of its lines, in their order, and their kinds."""


Ends: TypeAlias = tuple[int, int, int, int, int, bool]
"""Of a text whose lines are all prose or sentences: how many they are, where the first begins and ends, where the last does
(characters), and whether the second is prose."""


# as Line(...), at half its cost
_make: Final = cast("Callable[[type[Line], tuple[int, int, str, list[Told] | None]], Line]", tuple.__new__)


class Sheet:
    """The lines of a batch of texts, in one pass over its bytes where the kernels are compiled."""

    def __init__(self, texts: list[str], starts: list[int], notices: NDArray[np.bool_], batch: kernels.Batch) -> None:
        """Takes the texts, where in each the lines begin (characters), whether each can hold any piece of a notice
        (`notice_stems`), and the bytes of the texts (of no use where the kernels are not compiled)."""
        self._texts, self._notices, self._batch = texts, notices, batch
        self._starts = np.array(starts, dtype=np.int64)
        self._found = kernels.find(batch, self._starts, notices, _rules()) if COMPILED else None
        if self._found is not None:
            self._bounds = self._found.bounds.tolist()
            self._codes = self._found.codes
            self._places = (self._found.starts.tolist(), self._found.ends.tolist(), self._found.codes.tolist())
            self._noticed = notices.tolist()

    def ends(self) -> list[Ends | None]:
        """For each text its ends where all of its lines are prose or sentences, else None."""
        told: list[Ends | None] = [None] * len(self._texts)
        if self._found is None:
            return told
        plain = self._found.plain
        for row in np.flatnonzero(plain == kernels.MAYBE).tolist():
            plain[row] = self._is_plain(row)
        bounds, starts, ends, codes = self._found[:4]
        rows = np.flatnonzero(plain)
        first, last = bounds[:-1][rows], bounds[1:][rows] - 1
        prose = codes[np.minimum(first + 1, last)] == kernels.PROSE
        columns = (last - first + 1, starts[first], ends[first], starts[last], ends[last], prose)
        for row, values in zip(rows.tolist(), zip(*(one.tolist() for one in columns), strict=True), strict=True):
            told[row] = values
        return told

    def _is_plain(self, row: int) -> bool:
        """Whether the open lines of a text are prose or sentences; what is seen of them is kept."""
        starts, ends, codes = self._places
        for i in range(self._bounds[row], self._bounds[row + 1]):
            if codes[i] == kernels.OPEN:
                looks, _ = _open_looks(self._texts[row][starts[i] : ends[i]], self._noticed[row])
                if looks not in _PLAIN:
                    return False
                codes[i] = self._codes[i] = _CODES.index(looks)
        return True

    def lines(self, row: int) -> list[Line]:
        """The lines of a text that are not blank, as the function `lines` gives them."""
        text = self._texts[row]
        if self._found is None:
            return lines(text, int(self._starts[row]), bool(self._notices[row]))
        noticed = self._noticed[row]
        part = slice(self._bounds[row], self._bounds[row + 1])
        starts, ends, codes = self._places
        return [
            _make(
                Line, (start, end, _CODES[code], None) if code else (start, end, *_open_looks(text[start:end], noticed))
            )
            for start, end, code in zip(starts[part], ends[part], codes[part], strict=True)
        ]

    def cut(self, cuts: list[Cut]) -> tuple[pl.Series, pl.Series]:
        """The texts without what stands before their lines and without `cuts`, stripped; and what was cut, as a column of spans
        (ARTICLES, `chrome`). A line's span goes on to its end and over the blank lines after it, so that nothing but the text
        around it is left."""
        heads = self._starts
        headed = heads > 0
        bounds = np.zeros(len(cuts) + 1, dtype=np.int64)
        np.cumsum([len(cut) for cut in cuts], out=bounds[1:])
        offsets = bounds.copy()
        offsets[1:] += np.cumsum(headed)
        starts, ends = np.zeros((2, int(offsets[-1])), dtype=np.int64)
        codes = np.full(len(starts), _KIND_CODES["header"], dtype=np.uint32)
        own = offsets[:-1][headed]
        ends[own] = heads[headed]
        others = np.ones(len(starts), dtype=np.bool_)
        others[own] = False
        codes[others] = [_KIND_CODES[kind] for cut in cuts for _, kind in cut]
        if self._found is not None:
            first = self._bounds
            gone = np.array([at + i for at, cut in zip(first, cuts, strict=False) for i, _ in cut], dtype=np.int64)
            text, ends[others] = kernels.cut(self._batch, heads, self._found, bounds, gone)
            starts[others] = self._found.starts[gone]
        else:
            spans = [_spans(self.lines(row), self._texts[row], cut) if cut else [] for row, cut in enumerate(cuts)]
            starts[others], ends[others] = ([span[i] for told in spans for span in told] for i in (0, 1))
            whole = zip(self._texts, self._starts, spans, strict=True)
            text = pl.Series([_without(one, start, told) for one, start, told in whole], dtype=pl.String)
        kinds = pl.Series(CHROME_KINDS).gather(codes)
        spans_of = pl.DataFrame({"start": starts, "end": ends, "kind": kinds}).to_struct()
        return text, lists(offsets, spans_of)


def lists(offsets: NDArray[np.int64], values: pl.Series) -> pl.Series:
    """A column of lists from their values, end to end, and where each list begins (one more than lists)."""
    array = pa.LargeListArray.from_arrays(pa.array(offsets), values.to_arrow())
    return cast("pl.Series", pl.from_arrow(array)).cast(pl.List(values.dtype))


# The line's end and blank lines after it; blanks at the beginning of the next line are its own.
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n)*")


def _spans(found: list[Line], text: str, cut: Cut) -> list[tuple[int, int]]:
    """The spans of the lines that go."""
    spans = []
    for i, _ in cut:
        match = _BLANK_LINES.match(text, found[i].end)
        spans.append((found[i].start, match.end() if match is not None else found[i].end))
    return spans


def _without(text: str, at: int, spans: list[tuple[int, int]]) -> str:
    """A text from `at` on without the spans, stripped."""
    parts = []
    for start, end in spans:
        parts.append(text[at:start])
        at = end
    return "".join([*parts, text[at:]]).strip()


def _open_looks(line: str, notices: bool) -> tuple[str, list[Told] | None]:
    """`_looks` of a line that the kernel left open."""
    return _kept_looks(line, notices) if len(line) <= _KEPT_LENGTH else _looks(line, lexicon(), notices)


_PLAIN: Final = frozenset((PROSE, SENTENCE))
_CLASSES: Final = frozenset((PROSE, SENTENCE, HEADING, ITEM, LABEL))


def layout(text: str, found: list[Line]) -> Layout:
    """Where the article lies among the lines, and the kinds of the lines that are not its."""
    count = len(found)
    looks = [line.looks for line in found]
    if _PLAIN.issuperset(looks):  # an article with nothing around it
        return Layout(found, [None] * count, 0, count)
    kinds = [None if one in _CLASSES else one for one in looks]
    if not _OPENING.isdisjoint(kinds):
        _links(text, found, kinds)
    weights = _weigh(text, found, kinds)
    _begin(found, kinds, weights)
    first, last = _segment(weights)
    if first == last:  # no prose at all: whatever is not chrome by its words is the article
        return Layout(found, kinds, 0, count)
    if not _LISTED.isdisjoint(looks[first:last]):
        _runs(found, kinds, first, last)
    # Above: labels and headings belong to the page where there are several of them; the headline is looked for among them
    # elsewhere.
    while first > 0 and found[first - 1].looks == SENTENCE and kinds[first - 1] is None:
        first -= 1
    if _evidence(found, kinds, range(last, count)) >= _EVIDENCE:
        for i in range(last, count):
            kinds[i] = kinds[i] or ("menu" if found[i].looks == LABEL else "related")
    else:
        last = count
    return Layout(found, kinds, first, last)


def _weigh(text: str, found: list[Line], kinds: list[str | None]) -> list[float]:
    if _OPENING.isdisjoint(kinds):  # nothing has a wake
        return _line_weights(found)
    words = lexicon()
    weights: list[float] = []
    wake = 0  # lines of prose in a row that end the wake of an opener; 0: no wake
    seen = False
    bare = [_LOOKS_WEIGHTS[kind] if kind else told for told, kind in zip(_line_weights(found), kinds, strict=True)]
    for i, (start, end, looks, _) in enumerate(found):
        kind = kinds[i]
        if kind is not None:
            weight = _LOOKS_WEIGHTS[kind]
            if seen and kind in _OPENING:
                opens = _opens(text[start:end], words)
                if opens != _NEVER or not _is_button(bare, i):
                    wake = max(wake, opens)
        elif looks in _PLAIN:
            if wake and wake <= len(found) - i and all(other.looks in _PLAIN for other in found[i : i + wake]):
                wake = 0
            weight = _WAKE_WEIGHT if wake else bare[i]
            seen = True
        else:
            weight = min(_LOOKS_WEIGHTS[looks], _WAKE_WEIGHT) if wake else _LOOKS_WEIGHTS[looks]
        weights.append(weight)
    return weights


def _begin(found: list[Line], kinds: list[str | None], weights: list[float]) -> None:
    """Adds to the weight of the first text of a page, where it stands below a headline and its stamp and nothing else on the page
    does: an article begins there, however much prose there is elsewhere. Lists of other articles have several such places."""
    plain = [i for i, line in enumerate(found) if line.looks in _PLAIN and kinds[i] is None]
    begins = [(i, above) for i in plain if (above := _headline(found, kinds, i)) is not None]
    if len(begins) == 1 and min(plain) >= begins[0][1]:  # a headline may look like a sentence
        weights[begins[0][0]] += _BEGINS_WEIGHT


def _headline(found: list[Line], kinds: list[str | None], at: int) -> int | None:
    """The headline above a line, from which nothing but a stamp, and what stands with one, parts it; None where there is none."""
    above, stamped = at - 1, False
    while above >= 0 and (kinds[above] in _BESIDE_STAMPS or (kinds[above] is None and found[above].looks == LABEL)):
        stamped |= kinds[above] == "timestamp"
        above -= 1
    if not stamped or above < 0 or kinds[above] is not None or found[above].looks not in (HEADING, SENTENCE):
        return None
    return above


def _line_weights(found: list[Line]) -> list[float]:
    """What the lines weigh by their looks alone."""
    return [
        _PLAIN_WEIGHTS[looks] + (size * _PROSE_PER_CHARACTER if (size := end - start) < _PROSE_FULL else _PROSE_MOST)
        if looks in _PLAIN_WEIGHTS
        else _LOOKS_WEIGHTS[looks]
        for start, end, looks, _ in found
    ]


def _is_button(bare: list[float], at: int) -> bool:
    """Whether line `at`, which says "Comments", stands above the article, by what the lines weigh without any wake."""
    above, below = (sum(part[slice(*_segment(part))]) for part in (bare[:at], bare[at + 1 :]))
    return above < _ABOVE_COMMENTS * below


def _links(text: str, found: list[Line], kinds: list[str | None]) -> None:
    """Marks the headings directly behind "read also" and its kin, but not above an article, where its headline is one of them."""
    words = lexicon()
    left = 0
    seen = False
    for i, (start, end, looks, _) in enumerate(found):
        kind = kinds[i]
        seen = seen or looks in _PLAIN
        if seen and kind in _OPENING and _opens(text[start:end], words):
            left = _LINKS
        elif kind is None and left and looks == HEADING:
            kinds[i] = "related"
            left -= 1
        elif kind != "timestamp":
            left = 0


def _opens(line: str, words: Lexicon) -> int:
    """How many lines of prose in a row end the block that a line opens; 0 where it opens none."""
    label = line.casefold().strip(_TRIM)
    if (known := words.openers.get(label)) is not None:
        return known
    if label.count(" ") > 4 or ":" in label:
        return 0
    # "Most read this week", "More from the Valley Daily"
    return max(
        (count for opener, count in words.openers.items() if " " in opener and label.startswith(opener + " ")),
        default=0,
    )


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


# Labels in a row that are a menu or tags in the middle of an article, headings that are links: two or three may be a small table, a
# signature, a heading and its deck.
_RUN: Final = 4


_LISTED: Final = frozenset((LABEL, HEADING))


def _runs(found: list[Line], kinds: list[str | None], first: int, last: int) -> None:
    """Marks runs of labels, and of headings, inside the article."""
    run: list[int] = []
    for i in range(first, last + 1):
        looks = found[i].looks if i < last and kinds[i] is None else ""
        if run and looks != found[run[-1]].looks:
            if len(run) >= _RUN:
                for j in run:
                    kinds[j] = "menu" if found[j].looks == LABEL else "related"
            run = []
        if looks in {LABEL, HEADING}:
            run.append(i)


def dated(line: str) -> list[Told]:
    """The full dates of a line at the top of a page that is a stamp with a place or a rubric beside it; empty for any other
    line."""
    if len(line) > LABEL_LENGTH or _DIGIT.search(line) is None:
        return []
    found = find(line)
    # Beside the date: a town and an outlet, a rubric, an author.
    return found if len(_WORDS.findall(without(line, found))) <= 4 else []
