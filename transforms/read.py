"""Landed bytes to clean text: what a document says, whatever encoding its bytes are in.

What belongs here: hashing, decoding, the cleaning of characters, and the rules by which bytes are refused. What does
not: opening
files (flows.landing) and what the text means (transforms.article).

The rules, in their order, are:

1. The document's identity is the SHA-256 of its bytes. A record (a line of a .jsonl, a row of a .parquet) has no bytes
of its own:
   its identity covers the text and what its columns tell, so that two outlets that print the same text stay two
   documents.
2. A byte order mark decides the encoding. Without one, bytes that are valid UTF-8 are UTF-8; zero bytes at every other
place are
   UTF-16; the magic numbers of well-known binary formats and many zero or control bytes are `binary`; the rest is
   guessed among
   the encodings that newsrooms used (`CANDIDATES`).
3. UTF-8 that once was read as windows-1251 or windows-1252 and stored again is put right, line by line.
4. The text is brought to NFC, lines end with a line feed, and characters that print nothing (soft hyphens, zero-width
characters,
   byte order marks inside, controls, lone surrogates) go.
5. `empty`, `too_short` and `too_long` are judged on the result, by the numbers of `Limits`.
"""

from __future__ import annotations

import codecs
import dataclasses
import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import charset_normalizer
import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms import lines as kernels
from transforms import records
from transforms.compiled import COMPILED


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How much is read, and what is too little or too much to be an article (reasons in docs/choices/reading.md).

    `min_letters`: letters that a text needs. `max_bytes`: bytes of a document, above which it is `too_long`.
    `max_read_bytes`: bytes
    up to which a document that is too long is still read, so that its hash is known. `max_members`: documents of one
    container.
    `max_ratio`: bytes that a compressed byte may become. `free_expansion`: bytes that any container may become,
    whatever the ratio.
    """

    min_letters: int = 20
    max_bytes: int = 16 * 1024 * 1024
    max_read_bytes: int = 64 * 1024 * 1024
    max_members: int = 5_000_000
    max_ratio: int = 200
    free_expansion: int = 64 * 1024 * 1024


# Encodings that newsrooms of the Cyrillic web and their neighbours kept files in, most frequent first; the order
# breaks ties.
CYRILLIC: Final = ("cp1251", "koi8_r", "mac_cyrillic", "iso8859_5", "cp866", "kz1048", "ptcp154", "koi8_u")
CANDIDATES: Final = (*CYRILLIC, "cp1252", "cp1250", "cp1254", "iso8859_9", "iso8859_2")

# Magic numbers: the first bytes by which well-known binary formats are told.
MAGIC: Final = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "ZIP",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x7fELF": "ELF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OLE (old Office)",
    b"SQLite format 3\x00": "SQLite",
    b"PAR1": "Parquet",
    b"OggS": "Ogg",
    b"RIFF": "RIFF",
    b"ID3": "MP3",
    b"{\\rtf": "RTF",
}
# Share of zero and control bytes above which bytes are no text. A text file has none; a few come from a broken copy.
BINARY_SHARE: Final = 0.01

# What may stand in a clean text without another look: printable ASCII, line feed, tab, and blocks whose characters NFC
# leaves alone and
# that hold nothing invisible, without the degree sign, µ, Ð and Ñ, one of which UTF-8 read as windows-1251 or -1252 always
# shows. The search for anything else runs over a whole batch at once.
_CLEAN: Final = (
    r"\n\t -~\u{A1}-\u{AC}\u{AE}\u{AF}\u{B2}-\u{B4}\u{B6}-\u{CF}\u{D2}-\u{24F}\u{400}-\u{481}\u{48A}-\u{52F}"
    r"\u{2010}-\u{2027}\u{2030}-\u{205E}\u{20A0}-\u{20BF}\u{2116}\u{2122}\u{2190}-\u{21FF}\u{2500}-\u{27BF}\u{1F300}-\u{1FAFF}"
)
_UNCLEAN: Final = f"[^{_CLEAN}]"
# Characters that print nothing: soft hyphen, combining grapheme joiner, Arabic letter mark, Mongolian separator,
# zero-width and
# direction marks, word joiner and its kin, byte order mark, interlinear and object marks, and the controls but tab and
# line feed.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]+"
)
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES: Final = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")

# The commonest Cyrillic vowels as UTF-8 read as windows-1251 (D0 B0 -> "Р°") or windows-1252: what no language writes.
_MOJIBAKE_1251: Final = ("Р°", "Рѕ", "Рµ", "Рё")
_MOJIBAKE_1252: Final = ("Ð°", "Ð¾", "Ðµ", "Ð¸")


def read(frame: pl.DataFrame, *, limits: Limits) -> pl.DataFrame:
    """Reads landed bytes.

    Takes LANDED and gives DOCUMENTS: one row a row, in the same order, accepted (`reason` NULL and `text` told) or
    refused (`reason` a
    code, `detail` a sentence, `text` NULL). Rows that arrive refused stay so. Raises nothing on any bytes.
    """
    contents: list[bytes | None] = frame["bytes"].to_list()
    reasons: list[str | None] = frame["reason"].to_list()
    details: list[str | None] = frame["detail"].to_list()
    told = _told_rows(frame)
    count = len(contents)
    ids: list[str | None] = frame["sha256"].to_list()
    encodings: list[str | None] = [None] * count
    sources: list[str | None] = [None] * count
    texts: dict[int, str | None] = {}
    open_rows = np.zeros(count, dtype=np.bool_)
    for i, raw in enumerate(contents):
        if raw is None:
            if reasons[i] is None:
                reasons[i], details[i] = "unreadable", "No bytes were handed over."
            continue
        digest = hashlib.sha256(raw)
        if told is not None and (more := told[i]) is not None:
            digest.update(more)
        ids[i] = digest.hexdigest()
        if reasons[i] is not None:
            continue
        if not raw:
            reasons[i], details[i] = "empty", "The file has no bytes."
        elif len(raw) > limits.max_bytes:
            reasons[i] = "too_long"
            details[i] = f"{len(raw)} bytes are more than the {limits.max_bytes} that an article may have."
        else:
            open_rows[i] = True
            encodings[i] = sources[i] = "utf-8"
    # Most files are plain UTF-8 and clean: they are decoded and looked at together, without a string of Python's; only the
    # others are decoded and judged one by one. Bytes that are no UTF-8 become NULL.
    decoded = _utf8(frame["bytes"], contents).alias("text")
    unclean, judged = _looked_at(decoded, limits)
    for i in np.flatnonzero(open_rows & judged).tolist():
        raw = contents[i] or b""
        if unclean[i]:
            found = decode(raw)
            if isinstance(found, Refusal):
                reasons[i], details[i], texts[i] = found.reason, found.detail, None
                encodings[i] = sources[i] = None
                continue
            text = texts[i] = clean(found[0])
            _, encodings[i], sources[i] = found
        else:
            text = raw.decode("utf-8")
        refusal = _judge(text, limits) or (_magic(raw) if sources[i] == "utf-8" else None)
        if refusal is not None:
            reasons[i], details[i], texts[i] = refusal.reason, refusal.detail, None
            encodings[i] = sources[i] = None
    for i in np.flatnonzero(~open_rows).tolist():
        texts[i] = None
    if texts:
        decoded = decoded.scatter(list(texts), pl.Series(list(texts.values()), dtype=pl.String))
    return pl.DataFrame(
        {
            "document_id": ids,
            "source_path": frame["source_path"],
            "modified_at": frame["modified_at"],
            "size": frame["size"],
            "reason": reasons,
            "detail": details,
            "encoding": encodings,
            "encoding_source": sources,
            "text": decoded,
            "told_date": frame["told_date"],
            "told_title": frame["told_title"],
            "told_url": frame["told_url"],
            "told_outlet": frame["told_outlet"],
        },
        schema=records.DOCUMENTS,
    )


def _looked_at(decoded: pl.Series, limits: Limits) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which texts may hold something to clean, and which have to be judged for this or another reason. Of most the kernel is
    sure."""
    rest = np.arange(len(decoded))
    if COMPILED:
        rest = np.flatnonzero(~kernels.clean(kernels.batch(decoded), limits.min_letters, _FIRST_OF_MAGIC))
    some = decoded.gather(rest)
    found = some.str.contains(_UNCLEAN).fill_null(value=True)
    plain = some.str.contains(_enough(limits.min_letters)) & ~some.str.contains(_MAGIC_TEXT)
    unclean, judged = np.zeros((2, len(decoded)), dtype=np.bool_)
    unclean[rest] = found.to_numpy()
    judged[rest] = (found | ~plain.fill_null(value=False)).to_numpy()
    return unclean, judged


def _utf8(column: pl.Series, contents: Sequence[bytes | None]) -> pl.Series:
    """The bytes of a column (`contents`: the same) as texts, NULL where they are no UTF-8."""
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError:  # it does not say which are none
        return pl.Series([None if raw is None or not _is_utf8(raw) else raw for raw in contents], dtype=pl.Binary).cast(
            pl.String
        )


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why bytes are no document: a code of QUARANTINE_REASONS and a sentence."""

    reason: str
    detail: str


def decode(raw: bytes) -> tuple[str, str, str] | Refusal:
    """Decodes bytes.

    Gives (text, Python's name of the codec, how it was found: bom, utf-8, detected or mojibake), or a Refusal. The
    text is not
    cleaned yet (`clean`). Raises nothing.
    """
    head = raw[:4]
    if head[:3] == codecs.BOM_UTF8:
        return raw[3:].decode("utf-8", "replace"), "utf-8", "bom"
    if head in {codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}:
        return raw.decode("utf-32", "replace"), "utf-32", "bom"
    if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return raw.decode("utf-16", "replace"), "utf-16", "bom"
    if (magic := _magic(raw)) is not None:
        return magic
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(raw)
    if "\x00" in text or "\x01" in text:
        wide = _utf16_without_mark(raw)
        if wide is not None:
            return wide
        if _binary_share(raw) > BINARY_SHARE:
            return Refusal("binary", "Too many zero and control bytes for a text.")
    if any(mark in text for mark in _MOJIBAKE_1251) or any(mark in text for mark in _MOJIBAKE_1252):
        repaired = repair(text)
        if repaired != text:
            return repaired, "utf-8", "mojibake"
    return text, "utf-8", "utf-8"


_MAGIC: Final = re.compile(b"|".join(map(re.escape, MAGIC)))


# The same on UTF-8, which holds only those of ASCII: the bytes above it that the others have are no UTF-8 in their places.
_MAGIC_TEXT: Final = rf"\A(?:{'|'.join(re.escape(magic.decode()) for magic in MAGIC if magic.isascii())})"


# The first two bytes of those that can be UTF-8.
_FIRST_OF_MAGIC: Final = np.zeros(1 << 16, dtype=np.bool_)
_FIRST_OF_MAGIC[[magic[0] << 8 | magic[1] for magic in MAGIC if magic.isascii()]] = True


def _magic(raw: bytes) -> Refusal | None:
    match = _MAGIC.match(raw)
    if match is None:
        return None
    return Refusal("binary", f"The bytes begin as a file of the format {MAGIC[match[0]]} does.")


def _decode_other(raw: bytes) -> tuple[str, str, str] | Refusal:
    wide = _utf16_without_mark(raw)
    if wide is not None:
        return wide
    if b"\xed" in raw:
        # Surrogates written as if they were characters (CESU-8, broken JSON): pairs are joined, lone ones replaced.
        try:
            return _joined(raw.decode("utf-8", "surrogatepass")), "utf-8", "utf-8"
        except UnicodeDecodeError:
            pass
    if _binary_share(raw) > BINARY_SHARE:
        return Refusal("binary", "Too many zero and control bytes for a text.")
    damaged = raw.decode("utf-8", "replace")
    # UTF-8 cut in the middle of a character or with a byte broken here and there: a thousandth of the characters at
    # most.
    if damaged.count("\ufffd") <= max(1, len(damaged) // 1000) and len(raw) > len(damaged):
        return damaged, "utf-8", "utf-8"
    codec = detect(raw)
    if codec is None:
        return Refusal("undecodable", "No known encoding makes a text of these bytes.")
    text = raw.decode(codec, "replace")
    return text, codec, "detected"


def detect(raw: bytes) -> str | None:
    """Guesses the encoding of bytes that are not UTF-8: Python's name of a codec of CANDIDATES, or None.

    charset-normalizer says which it can be; where that is a Cyrillic one, or nothing, the codec among CYRILLIC whose text looks
    most
    like Cyrillic prose is taken, which settles what short texts and Kazakh code pages leave open.
    """
    sample = raw[:DETECT_BYTES]
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(CANDIDATES)).best()
    if best is not None and best.encoding not in CYRILLIC:
        return best.encoding
    first = next((i for i, byte in enumerate(sample) if byte >= 0x80), 0)
    sample = sample[first : first + SCORE_BYTES]
    scores = _cyrillic_scores(sample)
    rank = int(scores.argmax())  # the first of equals
    return CYRILLIC[rank] if scores[rank] > 0 else None


# Bytes that the guess is made from: more changes no guess and costs time.
DETECT_BYTES: Final = 16_384
# Bytes that are scored, from the first one beyond ASCII on: of 400 bytes none was guessed wrong (benchmarks/reading).
SCORE_BYTES: Final = 800
# Letters of Russian news text, from the most to the less frequent, as any frequency table has them; then what neighbours add.
_FREQUENT: Final = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ"
_KAZAKH: Final = "әғқңөұүһі"
_NEIGHBOURS: Final = "іїєґўё"


def _weights() -> dict[str, float]:
    """What a letter is worth: 1 for the most frequent, falling to 0.3; Kazakh letters and those of neighbours in between."""
    told = {letter: 1 - 0.7 * i / len(_FREQUENT) for i, letter in enumerate(_FREQUENT)}
    told |= dict.fromkeys(_NEIGHBOURS, 0.4) | dict.fromkeys(_KAZAKH, 0.5)
    return told


_WEIGHT: Final = _weights()
_PUNCTUATION: Final = frozenset("«»–—„“”‘’…№•·©®°§\xa0\xad")


def _tables() -> dict[str, NDArray[np.float64]]:
    """By code page and byte: what the byte's letter is worth, and whether it is a letter, a capital, a small one, Kazakh, a
    mark."""
    told = {
        name: np.zeros((len(CYRILLIC), 256)) for name in ("weight", "alpha", "upper", "lower", "kazakh", "mark", "yery")
    }
    for row, codec in enumerate(CYRILLIC):
        for byte in range(256):
            char = bytes([byte]).decode(codec, "replace")
            small = char.lower()
            told["weight"][row, byte] = _WEIGHT.get(small, 0.0)
            told["alpha"][row, byte] = char.isalpha()
            told["upper"][row, byte] = char.isupper()
            told["lower"][row, byte] = char.islower()
            told["kazakh"][row, byte] = small in _KAZAKH and small != "і"
            told["mark"][row, byte] = char in _PUNCTUATION
            told["yery"][row, byte] = char == "ы"
    return told


_TABLES: Final = _tables()


def _cyrillic_scores(raw: bytes) -> NDArray[np.float64]:
    """How much bytes look like Cyrillic prose under each code page of CYRILLIC: the mean worth of the characters beyond ASCII.

    A small letter is worth its weight, a capital half of it, or -1 inside a word, which is the sign of a wrong table; a mark
    beside a
    letter costs 0.3, any other sign 1. Serbian and Macedonian letters stand where Kazakh code pages have theirs; only Kazakh has
    Russian's ы beside them, so without it a Kazakh letter costs 0.5.
    """
    data = np.frombuffer(b" " + raw, dtype=np.uint8)
    here, before = data[1:], data[:-1]
    high = here >= 0x80
    if not high.any():
        return np.zeros(len(CYRILLIC))
    here, before = here[high], before[high]
    now = {name: table[:, here] for name, table in _TABLES.items()}
    lower_before, alpha_before = _TABLES["lower"][:, before], _TABLES["alpha"][:, before]
    letters = now["weight"] * np.where(now["upper"] > 0, 0.5, 1.0)
    letters = np.where((now["upper"] > 0) & (lower_before > 0) & (now["weight"] > 0), -1.0, letters)
    foreign = (now["kazakh"] > 0) & (now["yery"].sum(axis=1, keepdims=True) == 0)
    letters = np.where(foreign, -0.5, letters)
    signs = np.where(now["mark"] > 0, -0.3 * alpha_before, -1.0)
    scores: NDArray[np.float64] = np.where(now["alpha"] > 0, letters, signs).mean(axis=1)
    return scores.round(9)


def _utf16_without_mark(raw: bytes) -> tuple[str, str, str] | None:
    """UTF-16 without a mark: in Latin and Cyrillic text the high bytes are nearly all 00 or 04, and stand at every
    other place. So do those of small numbers and of pictures; what they make must look like prose."""
    if len(raw) < 4 or len(raw) % 2:
        return None
    sample = raw[:4096]
    even, odd = sample[0::2], sample[1::2]
    for codec, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        highs = high.count(0) + high.count(4)
        if highs >= 0.9 * len(high) and low.count(0) <= 0.05 * len(low):
            try:
                text = raw.decode(codec)
            except UnicodeDecodeError:
                return None
            return (text, codec, "detected") if _is_prose(text[: len(sample) // 2]) else None
    return None


# Letters of Latin and Cyrillic words; the vowels among them (with Kazakh and Ukrainian ones).
_LETTERS: Final = re.compile("[A-Za-z\u0400-\u0481\u048a-\u04ff]")
_VOWELS: Final = frozenset("aeiouyаеёиоуыэюяәіїєөүұ")
# What prose has, with a wide margin: of its visible characters half are such letters (a table of rates has figures), and at most
# one in fifty is a control; a tenth to seven tenths of the letters are vowels, and it uses at least six letters; a word with what
# hangs on it has 40 characters at most on the average (addresses are longer, words of German are not).
_PROSE_LETTERS: Final = 0.5
_PROSE_CONTROLS: Final = 0.02
_PROSE_VOWELS: Final = (0.1, 0.7)
_PROSE_ALPHABET: Final = 6
_PROSE_WORD: Final = 40


def _is_prose(text: str) -> bool:
    """Whether characters may be the beginning of a text in Latin or Cyrillic letters."""
    visible = "".join(text.split())
    letters = "".join(_LETTERS.findall(visible)).casefold()
    controls = sum(unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"} for char in visible)
    if len(letters) < _PROSE_LETTERS * len(visible) or controls > _PROSE_CONTROLS * len(visible):
        return False
    vowels = sum(char in _VOWELS for char in letters)
    return (
        _PROSE_VOWELS[0] * len(letters) <= vowels <= _PROSE_VOWELS[1] * len(letters)
        and len(set(letters)) >= _PROSE_ALPHABET
        and len(visible) <= _PROSE_WORD * len(text.split())
    )


_CONTROL_BYTES: Final = bytes(b for b in range(32) if b not in b"\t\n\x0b\x0c\r\x1a\x1b") + b"\x7f"


def _binary_share(raw: bytes) -> float:
    sample = raw[:65536]
    return 1 - len(sample.translate(None, _CONTROL_BYTES)) / len(sample)


def repair(text: str) -> str:
    """Undoes one reading of UTF-8 as windows-1251 or windows-1252, line by line, where that gives text again; else the
    line stays."""
    return "\n".join(_repair_line(line) for line in text.split("\n"))


def _repair_line(line: str) -> str:
    if any(mark in line for mark in ("Р", "С", "Т", "У", "Ð", "Ñ", "Ò", "Ó", "Â", "В", "в")):
        for back, mend in ((_cp1251_bytes, True), (_cp1252_bytes, False)):
            raw = back(line)
            if raw is None:
                continue
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                pass
            if mend:
                try:
                    return _mended(raw).decode("utf-8")
                except UnicodeDecodeError:
                    pass
    return line


def _mended(raw: bytes) -> bytes:
    """Puts back what decoders of windows-1251 lose: byte 98, which has no character there (the second of И and Ә; dropped, or
    written "?"), and byte A0, the second of Р, where a blank was made plain."""
    raw = raw.replace(b"\xd0?", b"\xd0\x98").replace(b"\xd3?", b"\xd3\x98")
    if b"\xa0" not in raw:  # where some were kept, a blank is a blank, and the word before it ends with a lost И
        raw = raw.replace(b"\xd0 ", b"\xd0\xa0")
    return _LOST.sub(b"\\1\x98", raw)


_LOST: Final = re.compile(rb"([\xd0\xd3])(?![\x80-\xbf])")


def _back_table(codec: str) -> dict[int, int]:
    """Characters to the bytes that a decoder of `codec` made them from; undefined bytes pass as the C1 control of the
    same number."""
    table: dict[int, int] = {}
    for byte in range(256):
        try:
            table[ord(bytes([byte]).decode(codec))] = byte
        except UnicodeDecodeError:
            table[byte] = byte
    return table


def _back(codec: str, lost: Mapping[str, int] = MappingProxyType({})) -> Callable[[str], bytes | None]:
    table = _back_table(codec) | {ord(char): byte for char, byte in lost.items()}

    def back(line: str) -> bytes | None:
        try:
            return bytes([table[ord(char)] for char in line])
        except KeyError:
            return None

    return back


_cp1251_bytes: Final = _back("cp1251", {"\ufffd": 0x98})
_cp1252_bytes: Final = _back("cp1252")


def clean(text: str) -> str:
    """The cleaned text: NFC, line feeds alone, plain blanks, nothing invisible, no lone surrogates. Cleaning twice
    changes nothing."""
    text = _joined(text)
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    return unicodedata.normalize("NFC", text)


def _joined(text: str) -> str:
    """Surrogate pairs as the characters they mean, lone surrogates as U+FFFD."""
    if _SURROGATES.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


@functools.cache
def _letters(least: int) -> re.Pattern[str]:
    """Matches a text that has so many letters, and stops reading there."""
    return re.compile(rf"(?:[\W\d_]*[^\W\d_]){{{least}}}")


@functools.cache
def _enough(least: int) -> str:
    """A pattern of Polars for texts that have so many letters of ASCII and Cyrillic, which are letters by any table."""
    letters = r"a-zA-Z\u{400}-\u{481}\u{48A}-\u{52F}"
    return rf"\A(?:[^{letters}]*[{letters}]){{{least}}}"


def _judge(text: str, limits: Limits) -> Refusal | None:
    if _letters(limits.min_letters).match(text) is not None:
        return None
    if not text.strip():
        return Refusal("empty", "The file has no visible characters.")
    letters = sum(map(str.isalpha, text))
    return Refusal("too_short", f"{letters} letters are fewer than the {limits.min_letters} that an article needs.")


def _told_rows(frame: pl.DataFrame) -> Sequence[bytes | None] | None:
    """What the columns of a record add to its identity; None where the whole batch holds no records."""
    columns = ("told_date", "told_title", "told_url", "told_outlet")
    if all(frame[name].null_count() == frame.height for name in columns):
        return None
    return [
        None if not any(row) else b"\x00" + json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        for row in frame.select(columns).iter_rows()
    ]
