"""The landing zone: what lies there, and what of it is opened."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import landing
from transforms import records
from transforms.read import Limits

TEXT = "Паромщик проверил канат и объявил, что в среду переправа откроется. Очередь выстроилась с утра."
LIMITS = Limits()


def rows(folder: Path, limits: Limits = LIMITS, **more: Any) -> dict[str, dict[str, Any]]:
    frames = list(landing.read_files(folder, list(landing.scan(folder)), limits=limits, **more))
    assert all(frame.schema == records.LANDED for frame in frames)
    found = [row for frame in frames for row in frame.iter_rows(named=True)]
    assert len({row["source_path"] for row in found}) == len(found), "a path twice"
    assert all((row["bytes"] is None) == (row["reason"] is not None) for row in found)
    assert all(row["reason"] is None or row["reason"] in records.QUARANTINE_REASONS for row in found)
    return {row["source_path"]: row for row in found}


def reasons(folder: Path, limits: Limits = LIMITS) -> dict[str, str | None]:
    return {path: row["reason"] for path, row in rows(folder, limits).items()}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ["b.txt", "a/2.txt", "a/1.txt", "a-b.txt", "a.txt", "a/c/deep.txt", "Ж.txt", "é.txt", "z"]
    write(tmp_path, dict.fromkeys(names, b"x"))
    found = [entry.source_path for entry in landing.scan(tmp_path)]
    assert found == sorted(names)
    first = next(iter(landing.scan(tmp_path)))
    assert (first.size, first.modified_ns) == (1, (tmp_path / "a-b.txt").stat().st_mtime_ns)


@settings(deadline=None)
@given(
    st.sets(
        st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & {0, 47} and name not in {b".", b".."})
    )
)
def test_names_are_printable_without_collisions_and_lead_back(names: set[bytes]) -> None:
    shown = {landing.printable(name) for name in names}
    assert len(shown) == len(names)
    assert {landing.raw_name(name) for name in shown} == names
    assert all(name.isprintable() for name in shown)


def test_undecodable_names_are_read(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name in (b"\xff.txt", b"\\xff.txt", b"a\nb.txt", b"dump.zip!a.txt"):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - names are bytes
            file.write(TEXT.encode())
    found = rows(tmp_path)
    assert set(found) == {"\\xff.txt", "\\\\xff.txt", "a\\x0ab.txt", "dump.zip\\x21a.txt"}
    assert all(row["bytes"] == TEXT.encode() for row in found.values())
    assert landing.container_of("dump.zip\\x21a.txt") == "dump.zip\\x21a.txt"


def test_nothing_waits_on_a_fifo_and_no_link_leads_out(tmp_path: Path) -> None:
    zone = tmp_path / "zone"
    write(zone, {"sub/a.txt": TEXT.encode()})
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    os.mkfifo(zone / "pipe.txt")
    (zone / "out.txt").symlink_to(tmp_path / "secret.txt")
    (zone / "out").symlink_to(tmp_path)
    (zone / "in.txt").symlink_to(zone / "sub" / "a.txt")
    (zone / "folder").symlink_to(zone / "sub")
    (zone / "nowhere.txt").symlink_to(zone / "missing.txt")
    (zone / "loop.txt").symlink_to(zone / "loop.txt")
    found: dict[str, str | None] = {}
    thread = threading.Thread(target=lambda: found.update(reasons(zone)), daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "blocked"
    assert found.pop("loop.txt") is not None
    assert found == {
        "sub/a.txt": None,
        "in.txt": None,
        "pipe.txt": "not_a_file",
        "out.txt": "outside",
        "out": "outside",
        "folder": "not_a_file",
        "nowhere.txt": "vanished",
    }


def test_hidden_and_working_files_are_told_and_not_read(tmp_path: Path) -> None:
    names = [".a.txt.swp", ".hidden/a.txt", "a.txt~", "~$a.docx", "b.tmp", "Thumbs.db", "#a#", "c.part"]
    write(tmp_path, dict.fromkeys(names, TEXT.encode()))
    assert reasons(tmp_path) == dict.fromkeys(names, "temporary")


def test_a_file_that_changes_or_goes_between_listing_and_reading(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "b.txt", "c.txt", "d.zip", "e.txt"], b"1234"))
    entries = list(landing.scan(tmp_path))
    (tmp_path / "a.txt").write_bytes(b"12345")
    os.utime(tmp_path / "b.txt", ns=(0, 0))
    (tmp_path / "c.txt").unlink()
    (tmp_path / "d.zip").write_bytes(b"12345")
    (tmp_path / "e.txt").unlink()
    os.mkfifo(tmp_path / "e.txt")
    frame = pl.concat(landing.read_files(tmp_path, entries, limits=LIMITS))
    assert frame["reason"].to_list() == ["changing", "changing", "vanished", "changing", "not_a_file"]


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.txt": b"1234"})
    entries = list(landing.scan(tmp_path))
    real = os.read

    def grow(descriptor: int, size: int) -> bytes:
        data = real(descriptor, size)
        with (tmp_path / "a.txt").open("ab") as file:
            file.write(b"5")
        return data

    monkeypatch.setattr(os, "read", grow)
    assert pl.concat(landing.read_files(tmp_path, entries, limits=LIMITS))["reason"].to_list() == ["changing"]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.txt": b"1234"})
    entries = list(landing.scan(tmp_path))

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    row = pl.concat(landing.read_files(tmp_path, entries, limits=LIMITS)).row(0, named=True)
    assert (row["reason"], row["detail"]) == ("unreadable", "The file cannot be read: Permission denied.")


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"ok.txt": b"1", "shut/a.txt": b"1"})
    real = os.scandir

    def refuse(path: bytes) -> Any:
        if bytes(path).endswith(b"shut"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [(e.source_path, e.reason) for e in landing.scan(tmp_path)] == [("ok.txt", None), ("shut", "unreadable")]


def test_a_landing_zone_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(landing.scan(tmp_path / "missing"))
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        next(landing.scan(tmp_path / "file"))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("text", [b"", TEXT.encode(), TEXT.encode() * 20_000])
def test_a_compressed_text_is_one_document_even_in_two_pieces(tmp_path: Path, ending: str, text: bytes) -> None:
    pack = PACKERS[ending]
    half = len(text) // 2
    write(tmp_path, {f"a.txt.{ending}": pack(text), f"b.txt.{ending}": pack(text[:half]) + pack(text[half:])})
    found = rows(tmp_path)
    assert [row["bytes"] for row in found.values()] == [text, text]
    assert list(found) == [f"a.txt.{ending}", f"b.txt.{ending}"]


@pytest.mark.parametrize("ending", PACKERS)
def test_a_broken_compressed_text(tmp_path: Path, ending: str) -> None:
    packed = PACKERS[ending](os.urandom(5000))
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xFF
    write(
        tmp_path, {f"cut.{ending}": packed[:-20], f"flip.{ending}": bytes(flipped), f"no.{ending}": b"not this format"}
    )
    found = reasons(tmp_path)
    assert found[f"cut.{ending}"] == found[f"no.{ending}"] == "bad_archive"
    if ending != "zst":  # written without a checksum here: raw blocks take any bytes
        assert found[f"flip.{ending}"] == "bad_archive"


def tar(members: dict[str, bytes], mode: str = "w", kind: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=kind) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_700_000_000
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


MEMBERS = {
    "2024/05/a.txt": TEXT.encode(),
    "б/" + "длинное-имя-" * 20 + ".txt": b"two" * 1000,
    "empty.txt": b"",
    "big.txt": os.urandom(300_000),
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.zip", zipped(MEMBERS)),
        ("d.tar", tar(MEMBERS)),
        ("d.gnu.tar", tar(MEMBERS, kind=tarfile.GNU_FORMAT)),
        ("d.tar.gz", tar(MEMBERS, "w:gz")),
        ("d.tgz", tar(MEMBERS, "w:gz")),
        ("d.tar.xz", tar(MEMBERS, "w:xz")),
        ("d.tar.bz2", tar(MEMBERS, "w:bz2")),
        ("d.tar.zst", zstandard.ZstdCompressor().compress(tar(MEMBERS))),
    ],
)
def test_members_are_documents(tmp_path: Path, name: str, content: bytes) -> None:
    write(tmp_path, {name: content})
    found = rows(tmp_path)
    assert {path: row["bytes"] for path, row in found.items()} == {
        f"{name}!{member}": data for member, data in MEMBERS.items()
    }
    assert {landing.container_of(path) for path in found} == {name}
    if "tar" in name or "tgz" in name:
        assert {row["modified_at"].year for row in found.values()} == {2023}


def test_batches_are_bounded_and_keep_the_order(tmp_path: Path) -> None:
    write(tmp_path, {"d.zip": zipped({f"{i:03}.txt": b"x" * 1000 for i in range(50)}), "e.txt": b"y"})
    entries = list(landing.scan(tmp_path))
    frames = list(landing.read_files(tmp_path, entries, limits=LIMITS, batch_rows=7))
    assert [frame.height for frame in frames] == [7] * 7 + [2]
    assert pl.concat(frames)["source_path"].is_sorted()
    small = list(landing.read_files(tmp_path, entries, limits=LIMITS, batch_bytes=5_000))
    assert max(frame["bytes"].bin.size().sum() for frame in small) <= 6_000


def test_members_that_must_not_be_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("/etc/passwd", "../up.txt", "a/../../up.txt", "ok.txt"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
        for name, kind, target in (
            ("link", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard", tarfile.LNKTYPE, "ok.txt"),
            ("pipe", tarfile.FIFOTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("__MACOSX/._ok.txt"))
    write(tmp_path, {"t.tar": out.getvalue()})
    write(
        tmp_path,
        {"z.zip": zipped({"../up.txt": b"abc", "/abs.txt": b"abc", "C:\\a.txt": b"abc", "ok.txt": b"abc", "f/": b""})},
    )
    assert reasons(tmp_path) == {
        "t.tar!/etc/passwd": "outside",
        "t.tar!../up.txt": "outside",
        "t.tar!a/../../up.txt": "outside",
        "t.tar!ok.txt": None,
        "t.tar!link": "outside",
        "t.tar!hard": "not_a_file",
        "t.tar!pipe": "not_a_file",
        "t.tar!__MACOSX/._ok.txt": "temporary",
        "z.zip!../up.txt": "outside",
        "z.zip!/abs.txt": "outside",
        "z.zip!C:\\\\a.txt": "outside",
        "z.zip!ok.txt": None,
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_stay_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for content in ("one", "two"):
            archive.writestr("a.txt", content)
        archive.writestr("a.txt#2", "three")
    write(tmp_path, {"d.zip": out.getvalue()})
    assert {path: row["bytes"] for path, row in rows(tmp_path).items()} == {
        "d.zip!a.txt": b"one",
        "d.zip!a.txt#2": b"two",
        "d.zip!a.txt#2#2": b"three",
    }


def test_archives_that_hold_nothing_or_are_cut(tmp_path: Path) -> None:
    whole = tar(MEMBERS)
    write(
        tmp_path,
        {
            "none.zip": zipped({}),
            "none.tar": tar({}),
            "no.zip": b"not a zip at all",
            "no.tar": b"not a tar at all" * 100,
            "zero.tar": b"",
            "cut.tar": whole[: len(whole) - 100_000],
            "cut.zip": zipped(MEMBERS)[:-50],
            "no.parquet": b"PAR1",
            "none.jsonl": b"\n\n",
        },
    )
    found = reasons(tmp_path)
    assert {path: reason for path, reason in found.items() if "!" not in path} == {
        "none.zip": "empty",
        "none.tar": "empty",
        "no.zip": "bad_archive",
        "no.tar": "bad_archive",
        "zero.tar": "bad_archive",
        "cut.tar": "bad_archive",
        "cut.zip": "bad_archive",
        "no.parquet": "bad_archive",
        "none.jsonl": "empty",
    }
    assert found["cut.tar!2024/05/a.txt"] is None


def test_one_broken_member_does_not_spoil_its_archive(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": os.urandom(1000), "b.txt": b"fine"}))
    content[500] ^= 0xFF
    write(tmp_path, {"d.zip": bytes(content)})
    assert reasons(tmp_path) == {"d.zip!a.txt": "bad_archive", "d.zip!b.txt": None}


def test_bombs_are_refused(tmp_path: Path) -> None:
    limits = Limits(max_bytes=100_000, max_read_bytes=1_000_000, free_expansion=200_000, max_ratio=50)
    zeros = b"0" * 5_000_000
    write(tmp_path, {f"bomb.txt.{ending}": pack(zeros) for ending, pack in PACKERS.items()})
    write(tmp_path, {"bomb.zip": zipped({"a.txt": zeros}), "bomb.tar.xz": tar({"a.txt": zeros}, "w:xz")})
    write(tmp_path, {"many.zip": zipped({f"{i}.txt": b"0" * 90_000 for i in range(20)})})
    found = reasons(tmp_path, limits)
    assert {reason for path, reason in found.items() if not path.startswith("bomb.tar.xz!")} == {"archive_bomb"}
    assert reasons(tmp_path, Limits(max_members=10))["many.zip"] == "archive_bomb"


def test_a_member_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    limits = Limits(max_read_bytes=1000)
    members = {"a.txt": os.urandom(5000), "b.txt": TEXT.encode()}
    write(tmp_path, {"d.tar": tar(members), "d.zip": zipped(members), "long.txt": bytes(2000)})
    assert reasons(tmp_path, limits) == {
        "d.tar!a.txt": "too_long",
        "d.tar!b.txt": None,
        "d.zip!a.txt": "too_long",
        "d.zip!b.txt": None,
        "long.txt": "too_long",
    }


def test_records_of_jsonl(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"Text": TEXT, "date": "2025-11-18", "title": "Переправа", "url": "https://a.example/1", "source": "A"}
        ),
        "",
        json.dumps({"text": TEXT}),
        "{broken",
        json.dumps(["no", "object"]),
        json.dumps({"title": "no text"}),
        '{"text": "lone \\ud800 surrogate"}',
    ]
    write(tmp_path, {"d.jsonl": "\n".join(lines).encode(), "d.jsonl.zst": PACKERS["zst"]("\n".join(lines).encode())})
    found = rows(tmp_path)
    for name in ("d.jsonl", "d.jsonl.zst"):
        first = found[f"{name}!1"]
        assert first["bytes"] == TEXT.encode()
        told = [first[f"told_{field}"] for field in ("date", "title", "url", "outlet")]
        assert told == ["2025-11-18", "Переправа", "https://a.example/1", "A"]
        assert found[f"{name}!3"]["told_title"] is None
        assert {found[f"{name}!{i}"]["reason"] for i in (4, 5, 6)} == {"bad_record"}
        assert found[f"{name}!7"]["reason"] is None
        assert f"{name}!2" not in found


def test_records_of_parquet_and_names_that_the_settings_map(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "story": [TEXT, None, TEXT],
            "day": pl.Series(["2025-11-18", None, "2025-11-19"]).str.to_date(),
            "headline": ["Переправа", "x", None],
            "extra": [1, 2, 3],
        }
    )
    frame.write_parquet(tmp_path / "d.parquet")
    columns = landing.Columns(text=("story",), date=("day",))
    found = rows(tmp_path, columns=columns)
    assert [row["told_date"] for row in found.values()] == ["2025-11-18", None, "2025-11-19"]
    assert [row["reason"] for row in found.values()] == [None, "bad_record", None]
    assert found["d.parquet!1"]["told_title"] == "Переправа"


def test_reading_leaves_the_zone_as_it_was(tmp_path: Path) -> None:
    write(tmp_path / "zone", {"d.zip": zipped(MEMBERS), "a.txt": TEXT.encode()})
    shutil.copytree(tmp_path / "zone", tmp_path / "copy")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "zone").rglob("*"))
    rows(tmp_path / "zone")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "zone").rglob("*")) == before


def test_what_is_refused_by_its_bytes_tells_their_hash(tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 5000)
    files = {
        "big.txt": b"x" * 1001,
        "whole.txt": b"x" * 1000,
        "cut.zip": b"PK\x03\x04 and no more",
        "empty.jsonl": b"\n",
        "long.txt.gz": packed,
        "cut.txt.gz": packed[:-4],
        ".hidden.txt": b"a working file",
        "copy.part": b"",
    }
    write(tmp_path, files)
    write(tmp_path, {"records.jsonl": b'{"no": "text"}\nnot json\n'})
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "fifo.txt")
    found = rows(tmp_path, Limits(max_read_bytes=1000))
    for name, content in files.items():
        assert found[name]["sha256"] == (None if name == "whole.txt" else hashlib.sha256(content).hexdigest()), name
    assert found["records.jsonl!1"]["sha256"] == hashlib.sha256(b'{"no": "text"}').hexdigest()
    assert found["records.jsonl!2"]["sha256"] == hashlib.sha256(b"not json").hexdigest()
    assert found["link.txt"]["sha256"] is None
    assert found["fifo.txt"]["sha256"] is None


def test_a_long_file_that_changes_while_it_is_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.txt": b"x" * 50, ".b": b"y" * 50})
    pread = os.pread

    def grows(descriptor: int, size: int, at: int) -> bytes:
        for name in ("a.txt", ".b"):
            with (tmp_path / name).open("ab") as file:
                file.write(b"z")
        return pread(descriptor, size, at)

    monkeypatch.setattr(landing.os, "pread", grows)
    found = rows(tmp_path, Limits(max_read_bytes=10))
    assert [(found[name]["reason"], found[name]["sha256"]) for name in ("a.txt", ".b")] == [
        ("changing", None),
        ("temporary", None),
    ]
