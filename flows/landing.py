"""The landing zone: which files lie there, and their bytes.

What belongs here: everything that touches landed files, which is scanning, opening, unpacking and refusing what must
not be opened.
What does not: what the bytes mean (transforms.read). Nothing here writes, follows a link out of the zone, waits on a
fifo, or
drops a file in silence: each file and each member of a container becomes exactly one row, read or refused.
"""

from __future__ import annotations

import bz2
import dataclasses
import datetime
import errno
import functools
import hashlib
import io
import json
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

import polars as pl
import zstandard

from transforms.read import Limits
from transforms.records import CONTAINER, LANDED


class Entry(NamedTuple):
    """A file of the landing zone, as it lay there when it was scanned; not opened yet.

    `source_path`: relative, "/" between its parts, printable (`printable`). `modified_ns`: nanoseconds since 1970.
    `size`: bytes.
    `reason`, `detail`: why it must not be opened, else None.
    """

    source_path: str
    size: int
    modified_ns: int
    reason: str | None = None
    detail: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """The names under which records (.jsonl, .parquet) tell their fields; the first that a record has counts, whatever
    its case."""

    text: tuple[str, ...] = ("text", "body", "content", "article", "maintext")
    date: tuple[str, ...] = (
        "date",
        "published_at",
        "published_on",
        "published",
        "publish_date",
        "date_publish",
        "datetime",
    )
    title: tuple[str, ...] = ("title", "headline")
    url: tuple[str, ...] = ("url", "link", "source_url")
    outlet: tuple[str, ...] = ("outlet", "publisher", "source", "site", "domain")


COMPRESSED: Final = (".gz", ".zst", ".xz", ".bz2")
_TAR: Final = re.compile(r"\.tar(\.gz|\.zst|\.xz|\.bz2)?$|\.t(gz|xz|zst|bz2)$", re.IGNORECASE)
_JSONL: Final = re.compile(r"\.(jsonl|ndjson)(\.gz|\.zst|\.xz|\.bz2)?$", re.IGNORECASE)
_CONTAINER: Final = re.compile(rf"{CONTAINER}$", re.IGNORECASE)
# Names that are no articles: hidden files and the working files of editors, office programs, browsers and copy tools.
_TEMPORARY: Final = re.compile(
    r"^\.|^~\$|^#.*#$|~$|\.(swp|swo|tmp|temp|part|partial|crdownload|filepart|bak)$|^(thumbs\.db|desktop\.ini)$",
    re.IGNORECASE,
)
_PIECE: Final = 1 << 20  # bytes that are hashed at a time: above the size from which a call costs nothing
_CHUNK: Final = 1 << 18  # bytes asked of a decompressor at a time: small against a batch, large against a call
_HEADER_ALLOWANCE: Final = (
    4 << 20
)  # bytes that the headers between two members of a tar may take; a long name takes 1 kB


# --- names
# ------------------------------------------------------------------------------------------------------------------------


def printable(name: bytes) -> str:
    """A file's name for people and tables, without collisions: bytes that are no UTF-8 and control characters are
    written \\xNN, a
    backslash is doubled, and "!" after a container's ending (which would look like a member of it) is written \\x21."""
    try:
        text = name.decode()
        if text.isprintable() and "\\" not in text and "!" not in text:
            return text
    except UnicodeDecodeError:
        text = name.decode("utf-8", "surrogateescape")
    parts: list[str] = []
    for i, char in enumerate(text):
        if char == "\\":
            parts.append("\\\\")
        elif "\udc80" <= char <= "\udcff":
            parts.append(f"\\x{ord(char) - 0xDC00:02x}")
        elif char == "!" and _CONTAINER.search(text[:i]):
            parts.append("\\x21")
        elif char.isprintable():
            parts.append(char)
        else:
            parts.extend(f"\\x{byte:02x}" for byte in char.encode())
    return "".join(parts)


_ESCAPE: Final = re.compile(r"\\(?:\\|x([0-9a-f]{2}))")


def raw_name(source_path: str) -> bytes:
    """The bytes of the name that `printable` made `source_path` from."""
    if "\\" not in source_path:
        return source_path.encode()
    parts: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(source_path):
        parts.append(source_path[at : match.start()].encode())
        parts.append(bytes.fromhex(match[1]) if match[1] else b"\\")
        at = match.end()
    parts.append(source_path[at:].encode())
    return b"".join(parts)


# --- scanning
# ---------------------------------------------------------------------------------------------------------------------


def scan(landing: Path, *, limits: Limits | None = None) -> Iterator[Entry]:
    """Lists the landing zone.

    Takes its folder and gives every file under it, in the order of `source_path`, without opening any. Links to files
    inside the
    zone are files; links out of it, devices, fifos, hidden and temporary files are given with the reason why they are
    not opened. A
    folder that cannot be listed is given as an entry of its own. Raises NotADirectoryError or FileNotFoundError where
    `landing` is no
    folder.
    """
    del limits  # Nothing of a scan depends on them; the parameter keeps the two functions alike.
    root = os.fsencode(landing.resolve(strict=True))
    with os.scandir(root):
        pass
    stack: list[Iterator[tuple[bytes, str, bool, os.DirEntry[bytes]]]] = [_listing(root, "")]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        path, shown, is_folder, item = found
        if is_folder:
            try:
                stack.append(_listing(path, shown + "/"))
            except OSError as error:
                yield Entry(shown, 0, 0, *_refusal_of(error, "folder"))
            continue
        yield _entry(root, shown, item)


def _listing(path: bytes, prefix: str) -> Iterator[tuple[bytes, str, bool, os.DirEntry[bytes]]]:
    found = []
    with os.scandir(path) as items:
        for item in items:
            shown = prefix + printable(item.name)
            is_folder = item.is_dir(follow_symlinks=False)
            # A folder is sorted as its files' paths are, which go on with "/".
            found.append((shown + "/" if is_folder else shown, item.path, shown, is_folder, item))
    found.sort(key=lambda row: row[0])
    return iter([row[1:] for row in found])


def _modified(status: os.stat_result) -> int:
    """When a file was changed last, in nanoseconds since 1970, as far as 64 bits tell (1677 to 2262): file systems go further."""
    return max(-(1 << 63), min(status.st_mtime_ns, (1 << 63) - 1))


def _entry(root: bytes, shown: str, item: os.DirEntry[bytes]) -> Entry:
    try:
        status = item.stat(follow_symlinks=False)
        mode = status.st_mode
        if stat.S_ISLNK(mode):
            target = os.path.realpath(item.path)
            if not _inside(root, target):
                return Entry(
                    shown, status.st_size, _modified(status), "outside", "A link to a place out of the landing zone."
                )
            status = os.stat(target)  # noqa: PTH116 - names are bytes, which pathlib does not take
            mode = status.st_mode
            if stat.S_ISDIR(mode):
                return Entry(
                    shown, 0, _modified(status), "not_a_file", "A link to a folder; its files are read where they lie."
                )
    except FileNotFoundError:
        return Entry(shown, 0, 0, "vanished", "The file, or what it links to, is not there.")
    except OSError as error:
        return Entry(shown, 0, 0, *_refusal_of(error, "file"))
    if not stat.S_ISREG(mode):
        return Entry(shown, 0, _modified(status), "not_a_file", f"A {_kind(mode)}, which is never opened.")
    if _is_temporary(shown):
        return Entry(
            shown, status.st_size, _modified(status), "temporary", "A hidden file or a program's working file."
        )
    return Entry(shown, status.st_size, _modified(status))


def _is_temporary(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    # The names of nearly all files, told without a pattern.
    plain = name.endswith(".txt") and name[0] not in ".~"
    return (not plain and _TEMPORARY.search(name) is not None) or _in_temporary(folder)


@functools.lru_cache(maxsize=1024)
def _in_temporary(folder: str) -> bool:
    return any(_TEMPORARY.search(part) for part in folder.split("/"))


def _inside(root: bytes, target: bytes) -> bool:
    return target == root or target.startswith(root.rstrip(b"/") + b"/")


def _kind(mode: int) -> str:
    for test, name in (
        (stat.S_ISFIFO, "fifo"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
    ):
        if test(mode):
            return name
    return "folder" if stat.S_ISDIR(mode) else "special file"


def _refusal_of(error: OSError, what: str) -> tuple[str, str]:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "vanished", f"The {what} was gone when it was opened."
    if error.errno == errno.ELOOP:
        return "outside", f"The {what} is a link that leads nowhere or out of the landing zone."
    return "unreadable", f"The {what} cannot be read: {error.strerror or type(error).__name__}."


# --- reading
# ----------------------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A row of LANDED, in its order."""

    source_path: str
    modified_at: int | None  # microseconds since 1970
    size: int | None
    bytes: bytes | None
    reason: str | None = None
    detail: str | None = None
    told_date: str | None = None
    told_title: str | None = None
    told_url: str | None = None
    told_outlet: str | None = None
    sha256: str | None = None  # of bytes that are not handed over


class _RefusedError(Exception):
    """Raised inside a container where it, or the rest of it, must not be read."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def read_files(
    landing: Path,
    entries: Iterable[Entry],
    *,
    limits: Limits | None = None,
    columns: Columns | None = None,
    batch_bytes: int = 32 << 20,
    batch_rows: int = 5_000,
) -> Iterator[pl.DataFrame]:
    """Reads landed files.

    Takes the folder, entries of `scan` (in any order and number), what is too much, and the names of the records'
    fields. Gives LANDED
    frames whose rows come in the order of the entries, a frame at most about `batch_bytes` and at most `batch_rows`
    long. A file gives one
    row; a container one row a member (`dump.zip!2024/05/a.txt`), and one of its own only where it, or the rest of it,
    cannot be read or
    where it holds nothing. Raises nothing on any content.
    """
    limits = limits or Limits()
    columns = columns or Columns()
    root = os.fsencode(landing.resolve(strict=True))
    rows: list[tuple[Any, ...]] = []
    held = 0
    for entry in entries:
        for row in _rows_of(root, entry, limits, columns):
            rows.append(tuple(row))  # which the garbage collector leaves alone
            held += len(row.bytes or b"") + 512
            if held >= batch_bytes or len(rows) >= batch_rows:
                yield _frame(rows)
                rows, held = [], 0
    if rows:
        yield _frame(rows)


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    data = {name: list(map(itemgetter(at), rows)) for at, name in enumerate(LANDED.names())}
    # A column of datetimes is made of its numbers: from objects it costs as much as reading the files.
    frame = pl.DataFrame(
        {
            name: pl.Series(name, values, dtype=pl.Int64 if name == "modified_at" else LANDED[name])
            for name, values in data.items()
        }
    )
    return frame.with_columns(pl.col("modified_at").cast(LANDED["modified_at"]))


# The years that a calendar has, in microseconds since 1970; a file's time can lie outside.
_FIRST_TIME: Final = -62_135_596_800_000_000
_LAST_TIME: Final = 253_402_300_799_999_999


def _time(nanoseconds: int) -> int | None:
    """Nanoseconds since 1970 as microseconds, cut; None where no calendar has the time."""
    told = nanoseconds // 1000
    return told if _FIRST_TIME <= told <= _LAST_TIME else None


def _rows_of(root: bytes, entry: Entry, limits: Limits, columns: Columns) -> Iterator[_Row]:
    path, size, modified_ns = entry.source_path, entry.size, entry.modified_ns
    modified = _time(modified_ns)
    if entry.reason is not None:
        digest = _digest_of(root, entry) if entry.reason == "temporary" else None
        yield _Row(path, modified, size, None, entry.reason, entry.detail, sha256=digest)
        return
    try:
        descriptor = _open(root, raw_name(path))
    except _RefusedError as refused:
        yield _Row(path, modified, size, None, refused.reason, refused.detail)
        return
    except (OSError, ValueError) as error:
        refusal = (
            _refusal_of(error, "file") if isinstance(error, OSError) else ("unreadable", "The name cannot be opened.")
        )
        yield _Row(path, modified, size, None, *refusal)
        return
    try:
        before = os.fstat(descriptor)
        opener = _opener(path)
        if not stat.S_ISREG(before.st_mode):
            yield _Row(path, modified, size, None, "not_a_file", f"A {_kind(before.st_mode)}, which is never opened.")
        elif before.st_size != size or _modified(before) != modified_ns:
            yield _Row(
                path,
                modified,
                size,
                None,
                "changing",
                "The file changed since it was listed; the next run takes it up.",
            )
        elif opener is None:
            yield _plain(descriptor, entry, modified, limits)
        else:
            with open(descriptor, "rb", closefd=False) as file:
                yield from _container(opener, file, entry, modified, limits, columns)
    except OSError as error:
        yield _Row(path, modified, size, None, *_refusal_of(error, "file"))
    finally:
        os.close(descriptor)


# Without O_NONBLOCK the opening of a fifo waits for a writer.
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


def _open(root: bytes, name: bytes) -> int:
    """A descriptor of a landed file that blocks on nothing and follows no link out of the zone."""
    path = root + b"/" + name
    try:
        return os.open(path, _FLAGS)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    target = os.path.realpath(path)
    if not _inside(root, target):
        raise _RefusedError("outside", "A link to a place out of the landing zone.")
    return os.open(target, _FLAGS)


def _plain(descriptor: int, entry: Entry, modified: int | None, limits: Limits) -> _Row:
    path, size = entry.source_path, entry.size
    if size > limits.max_read_bytes:
        digest = _digest(descriptor, entry)
        if digest is None:
            return _Row(path, modified, size, None, "changing", _CHANGED)
        detail = f"{size} bytes are more than an article may have."
        return _Row(path, modified, size, None, "too_long", detail, sha256=digest)
    data = os.read(descriptor, size + 1)
    while len(data) < size:  # a read may give less than was asked for
        more = os.read(descriptor, size + 1 - len(data))
        if not more:
            break
        data += more
    after = os.fstat(descriptor)
    if len(data) != size or after.st_size != size or _modified(after) != entry.modified_ns:
        return _Row(path, modified, size, None, "changing", _CHANGED)
    return _Row(path, modified, size, data)


_CHANGED: Final = "The file changed while it was read; the next run takes it up."


def _digest(descriptor: int, entry: Entry) -> str | None:
    """The SHA-256 of a file that is not handed over, from its first byte on and in pieces; None where it changes meanwhile."""
    digest = hashlib.sha256()
    at = 0
    while at <= entry.size and (
        piece := os.pread(descriptor, _PIECE, at)
    ):  # a place of its own, so that no reader loses its
        digest.update(piece)
        at += len(piece)
    after = os.fstat(descriptor)
    same = at == after.st_size == entry.size and _modified(after) == entry.modified_ns
    return digest.hexdigest() if same else None


def _digest_of(root: bytes, entry: Entry) -> str | None:
    """The SHA-256 of a file that is not read; None where it cannot be opened, is no plain file any more or is being written."""
    try:
        descriptor = _open(root, raw_name(entry.source_path))
    except (_RefusedError, OSError, ValueError):
        return None
    try:
        return _digest(descriptor, entry) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


# --- containers
# -------------------------------------------------------------------------------------------------------------------


def container_of(source_path: str) -> str:
    """The landed file that a document's path belongs to: the path up to the "!" of a container, or the path itself."""
    match = _MEMBER.match(source_path)
    return match[1] if match else source_path


_MEMBER: Final = re.compile(rf"(.*?{CONTAINER})!", re.IGNORECASE | re.DOTALL)

_Opener = Callable[["_Job"], Iterator[_Row]]


@dataclasses.dataclass(slots=True)
class _Job:
    """A container that is being read."""

    file: BinaryIO
    path: str
    size: int
    modified: int | None
    limits: Limits
    columns: Columns
    names: set[str] = dataclasses.field(default_factory=set)

    def member(self, name: str) -> str:
        """The path of a member, printable, and different from every other one of this container."""
        base = shown = f"{self.path}!{printable(name.encode('utf-8', 'surrogateescape'))}"
        number = 1
        while shown in self.names:
            number += 1
            shown = f"{base}#{number}"
        if len(self.names) >= self.limits.max_members:
            raise _RefusedError("archive_bomb", f"More than {self.limits.max_members} members.")
        self.names.add(shown)
        return shown


def _opener(path: str) -> _Opener | None:
    name = path.rpartition("/")[2]
    if "." not in name or name.endswith(".txt"):
        return None
    lower = name.lower()
    if lower.endswith(".zip"):
        return _zip
    if lower.endswith(".parquet"):
        return _parquet
    if _TAR.search(lower):
        return _tar
    if _JSONL.search(lower):
        return _jsonl
    return _single if lower.endswith(COMPRESSED) else None


# What the readers of containers raise on broken ones.
_BROKEN: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    EOFError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
)


def _container(
    opener: _Opener,
    file: BinaryIO,
    entry: Entry,
    modified: int | None,
    limits: Limits,
    columns: Columns,
) -> Iterator[_Row]:
    job = _Job(file, entry.source_path, entry.size, modified, limits, columns)
    refusal: tuple[str, str] | None = None
    count = 0
    try:
        for row in opener(job):
            count += 1
            # A compressed text that becomes too long is a row of the file's own.
            own = row.bytes is None and row.source_path == entry.source_path
            yield row._replace(sha256=_digest(file.fileno(), entry)) if own else row
    except _RefusedError as refused:
        refusal = refused.reason, refused.detail
    except _BROKEN as error:
        refusal = "bad_archive", f"The container is broken after {count} members: {type(error).__name__}."
    except OSError as error:
        broken = error.errno is None  # bz2 and zlib say "invalid data" so; the system always gives a number
        refusal = (
            ("bad_archive", f"The container is broken after {count} members.") if broken else _refusal_of(error, "file")
        )
    after = os.fstat(file.fileno())
    if after.st_size != entry.size or _modified(after) != entry.modified_ns:
        refusal = "changing", _CHANGED
    if refusal is None and count == 0:
        refusal = "empty", "The container holds no documents."
    if refusal is not None:
        digest = _digest(file.fileno(), entry) if refusal[0] in _HASHED else None
        if refusal[0] in _HASHED and digest is None:
            refusal = "changing", _CHANGED
        yield _Row(entry.source_path, modified, entry.size, None, *refusal, sha256=digest)


# Refusals of a container that are about its bytes.
_HASHED: Final = frozenset({"bad_archive", "archive_bomb", "empty", "too_long"})


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Stream:
    """The expanded bytes of a compressed file, with a watch on how many they become."""

    def __init__(self, file: _Readable, ending: str, limits: Limits) -> None:
        self._file = file
        self._ending = ending
        self._limits = limits
        self._taken = 0
        self.given = 0
        self._rest = b""
        self._decoder: Any = None
        # Expanded, given up to _at. Pieces are as large as a decoder gives them: a tar asks for 512 bytes at a time.
        self._ahead = b""
        self._at = 0
        self._ended = False

    def _more(self, size: int = _CHUNK) -> bytes:
        data = self._file.read(size)
        self._taken += len(data)
        return data

    def read(self, size: int) -> bytes:
        """At most `size` bytes; fewer only at the end. Raises _RefusedError where the bytes become too many."""
        parts: list[bytes] = []
        left = size
        while left > 0:
            part = self._some(min(left, _CHUNK))
            if not part:
                break
            self.given += len(part)
            if self.given > self._limits.free_expansion + self._limits.max_ratio * self._taken:
                raise _RefusedError("archive_bomb", f"{self._taken} bytes became more than {self.given}.")
            parts.append(part)
            left -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _some(self, size: int) -> bytes:
        if self._ending == "":
            return self._more(size)
        if self._at < len(self._ahead):
            data = self._ahead[self._at : self._at + size]
            self._at += len(data)
            return data
        while not self._ended:
            if self._decoder is None:
                self._rest = self._rest or self._more(2048 if self._ending == ".zst" else _CHUNK)
                if not self._rest.strip(b"\0") and self.given:  # padding after the last stream
                    self._rest = self._more()
                    if not self._rest:
                        self._ended = True
                    continue
                self._decoder = _decoder(self._ending)
            data, self._rest = self._expand()
            if self._decoder.eof:
                self._rest = self._decoder.unused_data
                self._decoder = None
                if not self._rest:
                    self._rest = self._more()
                    self._ended = not self._rest
            if data:
                self._ahead, self._at = data, min(size, len(data))
                return data[:size]
        return b""

    def _expand(self) -> tuple[bytes, bytes]:
        """More expanded bytes, and the compressed ones that are left over. Raises EOFError where the file ends too early."""
        if self._ending == ".zst":
            # This decoder takes no limit of what it gives, so it is fed little: 2 kB become 64 MB at most (a block of 128 kB can
            # stand in 4 bytes).
            source = self._rest or self._more(2048)
            if not source:
                raise EOFError("cut short")
            return self._decoder.decompress(source[:2048]), source[2048:]
        if self._ending == ".gz":
            source = self._rest or self._more()
            data: bytes = self._decoder.decompress(source, _CHUNK)
            if not source and not data and not self._decoder.eof:
                raise EOFError("cut short")
            return data, self._decoder.unconsumed_tail
        source = self._rest
        if not source and self._decoder.needs_input:
            source = self._more()
            if not source:
                raise EOFError("cut short")
        return self._decoder.decompress(source, _CHUNK), b""


def _decoder(ending: str) -> Any:
    if ending == ".gz":
        return zlib.decompressobj(wbits=31)
    if ending == ".bz2":
        return bz2.BZ2Decompressor()
    if ending == ".zst":
        # A window of 128 MB is the most that zstd writes without being told to (--long=27).
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    # 256 MB hold the dictionary of xz -9 (64 MB) with room; a forged header asks for up to 4 GB.
    return lzma.LZMADecompressor(memlimit=256 << 20)


def _ending(name: str) -> str:
    lower = name.lower()
    for short, ending in ((".tgz", ".gz"), (".txz", ".xz"), (".tzst", ".zst"), (".tbz2", ".bz2")):
        if lower.endswith(short):
            return ending
    return next((ending for ending in COMPRESSED if lower.endswith(ending)), "")


def _single(job: _Job) -> Iterator[_Row]:
    """One compressed text: a row under the file's own path, whose bytes are the expanded ones."""
    stream = _Stream(job.file, _ending(job.path), job.limits)
    yield _expanded(job.path, stream, job.modified, job.limits)


def _expanded(shown: str, stream: _Stream, modified: int | None, limits: Limits) -> _Row:
    data = stream.read(limits.max_read_bytes + 1)
    if len(data) > limits.max_read_bytes:
        return _Row(shown, modified, None, None, "too_long", "The expanded text is longer than an article may be.")
    return _Row(shown, modified, len(data), data)


_OUTSIDE: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")


def _member(job: _Job, name: str, modified: int | None, size: int, read: Callable[[int], bytes]) -> _Row:
    """The row of a member of an archive; `read(n)` gives at most n of its bytes."""
    shown = job.member(name)
    if _OUTSIDE.search(name):
        return _Row(shown, modified, size, None, "outside", "The member's name leads out of its archive.")
    if _is_temporary(name) or name.startswith("__MACOSX/"):
        return _Row(shown, modified, size, None, "temporary", "A hidden file or a program's working file.")
    if size > job.limits.max_read_bytes:
        return _Row(shown, modified, size, None, "too_long", f"{size} bytes are more than an article may have.")
    data = read(size + 1)
    if len(data) != size:
        return _Row(shown, modified, size, None, "bad_archive", "The member is not as long as the archive says.")
    ending = _ending(name) if name.lower().endswith(COMPRESSED) else ""
    if ending and not _TAR.search(name) and not _JSONL.search(name):
        try:
            return _expanded(shown, _Stream(io.BytesIO(data), ending, job.limits), modified, job.limits)
        except _RefusedError as refused:
            return _Row(shown, modified, size, None, refused.reason, refused.detail)
        except (*_BROKEN, OSError):
            return _Row(shown, modified, size, None, "bad_archive", "The member's compressed bytes are broken.")
    return _Row(shown, modified, size, data)


def _zip(job: _Job) -> Iterator[_Row]:
    with zipfile.ZipFile(job.file) as archive:
        members = archive.infolist()
        claimed = sum(info.file_size for info in members)
        # The sum counts bytes that several members share as often as they are shared, so overlapping members are
        # caught as well.
        if claimed > job.limits.free_expansion + job.limits.max_ratio * job.size:
            raise _RefusedError("archive_bomb", f"{job.size} bytes claim to become {claimed}.")
        for info in members:
            if info.is_dir():
                continue
            name = _zip_name(info)
            modified = _zip_time(info) or job.modified
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
                yield _Row(job.member(name), modified, info.file_size, None, "not_a_file", "A member that is no file.")
            elif info.flag_bits & 0x1:
                yield _Row(job.member(name), modified, info.file_size, None, "unreadable", "The member is encrypted.")
            else:
                yield _zip_member(job, archive, info, name, modified)


def _zip_member(job: _Job, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, modified: int | None) -> _Row:
    def read(size: int) -> bytes:
        with archive.open(info) as member:
            return member.read(size)

    known = len(job.names)
    try:
        return _member(job, name, modified, info.file_size, read)
    except (*_BROKEN, OSError) as error:
        if len(job.names) == known:
            raise
        # The name was taken by the try; this row is its.
        shown = _last_name(job, name)
        return _Row(
            shown, modified, info.file_size, None, "bad_archive", f"The member is broken: {type(error).__name__}."
        )


def _last_name(job: _Job, name: str) -> str:
    base = f"{job.path}!{printable(name.encode('utf-8', 'surrogateescape'))}"
    shown, number = base, 1
    while f"{base}#{number + 1}" in job.names:
        number += 1
        shown = f"{base}#{number}"
    return shown


def _zip_name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if info.flag_bits & 0x800 or name.isascii():
        return name
    raw = name.encode("cp437")  # zipfile reads names without the UTF-8 flag so; old Windows tools wrote cp866
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp866")


def _zip_time(info: zipfile.ZipInfo) -> int | None:
    try:  # A wall clock without a zone: taken as UTC, at most a day off for a date of the last resort.
        told = datetime.datetime(*info.date_time, tzinfo=datetime.UTC)
        return int(told.timestamp()) * 1_000_000 if info.date_time > (1980, 1, 1, 0, 0, 0) else None
    except ValueError:
        return None


_BLOCK: Final = tarfile.BLOCKSIZE


def _tar(job: _Job) -> Iterator[_Row]:
    """Members of a tar, streamed. Python's TarFile ends in silence at a broken header; this reader says so. Its
    TarInfo decodes the
    headers (POSIX.1-1988 ustar, pax, GNU)."""
    stream = _Stream(job.file, _ending(job.path), job.limits)
    long_name: str | None = None
    shared: dict[str, str] = {}
    own: dict[str, str] = {}
    while True:
        block = stream.read(_BLOCK)
        if not block or not block.strip(b"\0"):
            if not block and stream.given == 0:
                raise EOFError("empty")
            return
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if info.type in {b"L", b"K", b"x", b"g", b"X"}:
            data = _tar_data(stream, info.size, _HEADER_ALLOWANCE)
            if info.type == b"L":
                long_name = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
            elif info.type == b"g":
                shared.update(_pax(data))
            elif info.type in {b"x", b"X"}:
                own = _pax(data)
            continue
        told = {**shared, **own}
        name = told.get("path") or long_name or info.name
        size = int(told.get("size", info.size))
        modified = _tar_time(told.get("mtime"), info.mtime) or job.modified
        long_name, own = None, {}
        if info.isdir() or (info.type == tarfile.AREGTYPE and name.endswith("/")):
            continue
        if info.islnk() or info.issym():
            away = _OUTSIDE.search(info.linkname) is not None
            reason = "outside" if away else "not_a_file"
            yield _Row(job.member(name), modified, size, None, reason, "A link; its target is read where it lies.")
        elif info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE} or "GNU.sparse.major" in told:
            yield _Row(job.member(name), modified, size, None, "not_a_file", "A member that is no plain file.")
            if not (info.ischr() or info.isblk() or info.isfifo()):
                _skip(stream, size + -size % _BLOCK)
        else:
            left = size

            def read(count: int, whole: int = size) -> bytes:
                nonlocal left
                data = stream.read(min(count, whole))
                left -= len(data)
                return data

            yield _member(job, name, modified, size, read)
            if left and left != size:
                raise EOFError("cut short")
            _skip(stream, left + -size % _BLOCK)


def _tar_data(stream: _Stream, size: int, most: int) -> bytes:
    if not 0 <= size <= most:
        raise _RefusedError("archive_bomb", "A header of the archive is larger than any name.")
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("cut short")
    _skip(stream, -size % _BLOCK)
    return data


def _skip(stream: _Stream, size: int) -> None:
    if size < 0:
        raise ValueError("negative size")
    while size > 0:
        data = stream.read(min(size, _CHUNK))
        if not data:
            raise EOFError("cut short")
        size -= len(data)


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header: "length key=value", the length counting the whole record."""
    found: dict[str, str] = {}
    while data.strip(b"\0"):
        length, _, _ = data.partition(b" ")
        count = int(length)
        if not len(length) < count <= len(data):
            raise ValueError("broken pax header")
        key, _, value = data[len(length) + 1 : count - 1].partition(b"=")
        found[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        data = data[count:]
    return found


def _tar_time(told: str | None, seconds: float) -> int | None:
    try:
        value = float(told) if told is not None else float(seconds)
        return _time(int(value * 1e6) * 1000) if value > 0 else None
    except (ValueError, OverflowError):
        return None


def _jsonl(job: _Job) -> Iterator[_Row]:
    stream = _Stream(job.file, _ending(job.path), job.limits)
    for number, line in enumerate(_lines(stream, job.limits.max_read_bytes), 1):
        if number > job.limits.max_members:
            raise _RefusedError("archive_bomb", f"More than {job.limits.max_members} lines.")
        shown = f"{job.path}!{number}"
        if line is None:
            yield _Row(shown, job.modified, None, None, "too_long", "The line is longer than a record may be.")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        row = _record(job, shown, record if isinstance(record, dict) else None, len(line), "no JSON object")
        yield row if row.bytes is not None else row._replace(sha256=hashlib.sha256(line).hexdigest())


def _lines(stream: _Stream, most: int) -> Iterator[bytes | None]:
    """Lines without their ends; None for one of more than `most` bytes."""
    held: list[bytes] = []
    size = 0
    while True:
        chunk = stream.read(_CHUNK)
        *whole, rest = chunk.split(b"\n") if chunk else [b""]
        for part in whole:
            size += len(part)
            held.append(part)
            yield b"".join(held) if size <= most else None
            held, size = [], 0
        size += len(rest)
        if size <= most:
            held.append(rest)
        else:
            held = []
        if not chunk:
            if size:
                yield b"".join(held) if size <= most else None
            return


def _record(job: _Job, shown: str, record: dict[str, Any] | None, size: int, what: str) -> _Row:
    if record is None:
        return _Row(shown, job.modified, size, None, "bad_record", f"The record is {what}.")
    lowered = {str(key).casefold(): value for key, value in reversed(record.items())}

    def told(names: tuple[str, ...]) -> str | None:
        for name in names:
            value = lowered.get(name.casefold())
            if value is not None and not isinstance(value, (dict, list)):
                shown_value = value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else str(value)
                if shown_value.strip():
                    # A lone surrogate (JSON can spell one) cannot stand in a frame.
                    return shown_value.strip().encode("utf-8", "replace").decode()
        return None

    columns = job.columns
    text = next((lowered[n.casefold()] for n in columns.text if lowered.get(n.casefold()) is not None), None)
    if isinstance(text, str):
        data = text.encode("utf-8", "surrogatepass")
    elif isinstance(text, bytes):
        data = text
    else:
        return _Row(
            shown, job.modified, size, None, "bad_record", f"The record has no text ({', '.join(columns.text)})."
        )
    if len(data) > job.limits.max_read_bytes:
        return _Row(shown, job.modified, len(data), None, "too_long", "The text is longer than an article may be.")
    return _Row(
        shown,
        job.modified,
        len(data),
        data,
        None,
        None,
        told(columns.date),
        told(columns.title),
        told(columns.url),
        told(columns.outlet),
    )


def _parquet(job: _Job) -> Iterator[_Row]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(job.file, memory_map=False) as table:
        columns = job.columns
        known = {n.casefold() for f in dataclasses.fields(columns) for n in getattr(columns, f.name)}
        wanted = [name for name in table.schema_arrow.names if name.casefold() in known]
        metadata = table.metadata
        claimed = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        if claimed > job.limits.free_expansion + job.limits.max_ratio * job.size:
            raise _RefusedError("archive_bomb", f"{job.size} bytes claim to become {claimed}.")
        if metadata.num_rows > job.limits.max_members:
            raise _RefusedError("archive_bomb", f"More than {job.limits.max_members} rows.")
        number = 0
        # 256 rows at a time: a few megabytes of articles.
        for batch in table.iter_batches(batch_size=256, columns=wanted):
            for record in batch.to_pylist():
                number += 1
                yield _record(job, f"{job.path}!{number}", record, 0, "no row")
