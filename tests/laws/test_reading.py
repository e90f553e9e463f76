"""Law 1 for the reader: every landed file and every member of a container is one row, read or refused, whatever it holds.

The fuzz target is `read_anything`: short in `make test`, ten minutes in `make test-long`.
"""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import json
import lzma
import os
import shutil
import tarfile
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import landing
from transforms import article, attribution, records
from transforms.read import Limits, read

LIMITS = Limits(max_bytes=20_000, max_read_bytes=50_000, free_expansion=100_000, max_members=200)
OUTLETS = attribution.default_outlets()
HORIZON = datetime.date(2025, 11, 22)

_SENTENCES = st.sampled_from(
    [
        "Паромщик проверил канат и объявил, что в среду переправа откроется. ",
        "Өзен жағасындағы ауылда жаңа көпір ашылды, деп хабарлайды BAQ.KZ. ",
        "The ferry reopened on Wednesday, Reuters reports.\n",
        " date 2025-11-18 ",
        "Источник - НГ\n",
        "\ud800",
        "\x00",
        "e\u0301\u200b\r\n",
    ]
)
texts = st.lists(_SENTENCES, max_size=6).map("".join)
_CODECS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8_r", "iso8859_5", "mac_cyrillic"])


def _encode(text: str, codec: str) -> bytes:
    return text.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace")


plain = st.one_of(
    st.builds(_encode, texts, _CODECS),
    st.binary(max_size=200),
    st.sampled_from([b"", b" \n", b"%PDF-1.4 x", b"\x00" * 50, b"x" * 30_000, b"y" * 60_000]),
)
_PARTS = st.sampled_from(["a", "б", "2025", "11", "18", "\\", "!", ".tar!", "~", "é", "e\u0301", " ", "\n", "x.zip!y"])
_ENDS = st.sampled_from([".txt", "", ".md", ".tmp", ".TXT"])
names = st.builds(lambda parts, end: "".join(parts) + end, st.lists(_PARTS, min_size=1, max_size=4), _ENDS)


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _tar(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _jsonl(members: list[tuple[str, bytes]]) -> bytes:
    return b"\n".join(
        json.dumps({"text": content.decode("latin-1"), "title": name}).encode() for name, content in members
    )


_member_names = st.one_of(
    names, st.sampled_from(["../up.txt", "/abs.txt", "a/../../b.txt", "C:\\x.txt", "a.txt", "__MACOSX/._a"])
)
members = st.lists(st.tuples(_member_names.filter(lambda name: not name.endswith("/")), plain), max_size=5)
_PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
_ARCHIVES = {".zip": _zip, ".tar": _tar, ".jsonl": _jsonl}


@st.composite
def archives(draw: st.DrawFn) -> tuple[str, bytes, int | None]:
    """A container's ending, its bytes, and how many rows it must give (None: damaged, at least one)."""
    kind = draw(st.sampled_from(sorted(_ARCHIVES)))
    pack = draw(st.sampled_from(sorted(_PACK))) if kind != ".zip" else ""
    held = draw(members)
    content = _PACK[pack](_ARCHIVES[kind](held))
    if draw(st.booleans()) or not held:
        return kind + pack, content, len(held) or 1
    at = draw(st.integers(0, len(content)))
    damaged = draw(st.sampled_from([content[:at], content[:at] + b"\xff\x00" + content[at + 2 :], content + b"junk"]))
    return kind + pack, damaged, None


def _read_all(zone: Path, **batches: int) -> list[pl.DataFrame]:
    entries = list(landing.scan(zone))
    return list(landing.read_files(zone, entries, limits=LIMITS, **batches))


def _follow(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Reads and parses, checking that no row goes or comes; gives DOCUMENTS."""
    whole = []
    for frame in frames:
        told = read(frame, limits=LIMITS)
        assert told["source_path"].to_list() == frame["source_path"].to_list()
        assert (told["reason"].is_null() == told["text"].is_not_null()).all()
        assert set(told["reason"].drop_nulls()) <= set(records.QUARANTINE_REASONS)
        assert told["detail"].is_null().to_list() == told["reason"].is_null().to_list()
        accepted = told.filter(pl.col("reason").is_null())
        articles = article.parse(accepted, horizon=HORIZON, timezone="Asia/Almaty", outlets=OUTLETS)
        assert articles["article_id"].to_list() == accepted["document_id"].to_list()
        whole.append(told)
    return pl.concat(whole) if whole else pl.DataFrame(schema=records.DOCUMENTS)


def _build(zone: Path, files: dict[str, bytes], specials: dict[str, str]) -> int:
    """Lays the files down; how many there are."""
    count = 0
    for name, content in files.items():
        path = zone / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_bytes(content)
                count += 1
        except OSError:
            continue
    for name, kind in specials.items():
        path = zone / f"special-{name}"
        if kind == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to({"out": "/etc/hostname", "loop": path.name, "nowhere": "missing", "folder": zone}[kind])
        count += 1
    return count


_specials = st.dictionaries(
    st.sampled_from("abc"), st.sampled_from(["fifo", "out", "loop", "nowhere", "folder"]), max_size=3
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, plain, max_size=5), st.lists(archives(), max_size=2), _specials, st.integers(1, 7))
def test_every_landed_file_is_one_row_and_every_member_is(
    files: dict[str, bytes], containers: list[tuple[str, bytes, int | None]], specials: dict[str, str], batch_rows: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        zone = Path(folder)
        singles = _build(zone, files, specials)
        for number, (ending, content, _) in enumerate(containers):
            (zone / f"container-{number}{ending}").write_bytes(content)
        frames = _read_all(zone)
        documents = _follow(frames)
        owners = [landing.container_of(path) for path in documents["source_path"]]
        assert documents["source_path"].n_unique() == documents.height
        assert owners == sorted(owners)
        listed = [entry.source_path for entry in landing.scan(zone)]
        assert set(owners) == set(listed), "a file without a row, or a row without a file"
        assert len(listed) == singles + len(containers)
        assert sum(not owner.startswith("container-") for owner in owners) == singles
        for number, (ending, _, expected) in enumerate(containers):
            rows = owners.count(f"container-{number}{ending}")
            assert rows == expected if expected is not None else rows >= 1
        again = _follow(_read_all(zone, batch_rows=batch_rows, batch_bytes=1000 * batch_rows))
        assert again.equals(documents), "how rows are cut into batches"


def read_anything(zone: Path, name: str, content: bytes) -> None:
    """The fuzz target: any bytes under any ending are read or refused, and nothing is raised."""
    path = zone / name
    path.write_bytes(content)
    try:
        documents = _follow(_read_all(zone))
        assert documents.height >= 1
        assert {landing.container_of(found) for found in documents["source_path"]} == {name}
    finally:
        path.unlink()


_ENDINGS = [
    ".txt",
    ".zip",
    ".tar",
    ".tgz",
    ".tar.zst",
    ".jsonl",
    ".jsonl.gz",
    ".parquet",
    ".txt.gz",
    ".zst",
    ".xz",
    ".bz2",
]


def _parquet(text: str) -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"text": [text, None], "date": ["2025-11-18", "x"]}).write_parquet(out)
    return out.getvalue()


@st.composite
def anything(draw: st.DrawFn) -> tuple[str, bytes]:
    """An ending and bytes: right for it and then damaged, or not right at all."""
    ending = draw(st.sampled_from(_ENDINGS))
    base = draw(
        st.one_of(
            plain,
            members.map(_zip),
            members.map(_tar),
            members.map(_jsonl),
            texts.map(lambda t: _parquet(t.encode("utf-8", "replace").decode())),
        )
    )
    for pack, function in _PACK.items():
        if pack and ending.endswith((pack, ".tgz" if pack == ".gz" else pack)) and draw(st.booleans()):
            base = function(base)
    changed = bytearray(base)
    for at, value in draw(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6)):
        if changed:
            changed[at % len(changed)] = value
    cut = draw(st.integers(0, max(1, 4 * len(changed))))
    return f"f{ending}", bytes(changed[:cut])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(anything())
def test_fuzzing_finds_no_crash(case: tuple[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read_anything(Path(folder), *case)


@pytest.mark.long
def test_ten_minutes_of_fuzzing_find_no_crash() -> None:
    end = time.monotonic() + 600
    folder = Path(tempfile.mkdtemp())
    try:
        while time.monotonic() < end:

            @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(anything())
            def campaign(case: tuple[str, bytes]) -> None:
                read_anything(folder, *case)

            campaign()
    finally:
        shutil.rmtree(folder)
