"""What reading costs: files per CPU second, against a plain loop that opens and reads the same files; and which encodings are
guessed.

    python -m benchmarks.reading.run [--files 100000] [--folder DIR]

Writes invented articles of about 3 kB (a third Kazakh, a third Russian, a third English; half of them with a headline before the
date, a third with a source line and an address, a quarter with page chrome above), reads them once to warm the cache, and
measures CPU
time of this process, all threads, and its greatest resident memory. The jusText and trafilatura lines appear where these are
installed:
their cleaning of the same texts as <p> elements, on a sample.
"""

from __future__ import annotations

import argparse
import datetime
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from benchmarks.chrome.run import others
from flows import landing
from transforms import article, attribution
from transforms.read import Limits, Refusal, decode, read

_RUSSIAN = (
    "и в не на с что по это как река паром канат мост берег весна доска мельница сыр рояль школа погода ветер "
    "хутор праздник говорит открыли будет стоить прошлым летом утром проверил объявил жители ждали"
)
_KAZAKH = (
    "және бұл үшін өзен өткел арқан көпір жаға көктем тақтай диірмен ірімшік мектеп ауа жел ауыл мереке дейді "
    "ашылды болады былтыр жазда таңертең тексерді хабарлады тұрғындар күтті қыста жеңіл әсем"
)
_ENGLISH = (
    "and the of to in that river ferry rope bridge bank spring board mill cheese piano school weather wind "
    "farm feast says opened will cost last summer morning checked announced people waited winter"
)
SIZE = 3000


def _prose(rng: random.Random, words: list[str], size: int) -> str:
    paragraphs: list[str] = []
    while sum(len(p.encode()) + 2 for p in paragraphs) < size:
        sentences = (
            " ".join(rng.choice(words) for _ in range(rng.randint(6, 18))).capitalize() + "."
            for _ in range(rng.randint(1, 4))
        )
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def write(folder: Path, count: int) -> None:
    """Lays `count` files down, a thousand to a folder."""
    rng = random.Random(20251118)
    languages = [told.split() for told in (_RUSSIAN, _KAZAKH, _ENGLISH)]
    for i in range(count):
        words = languages[i % 3]
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=i % 300)
        title = " ".join(rng.choice(words) for _ in range(6)).capitalize()
        head = f"{title} date {day} " if i % 2 else f" date {day} "
        top = f"ГЛАВНАЯ НОВОСТИ СПОРТ\n10:39 {day:%d.%m.%Y}\n\n{title}\n\n" if i % 4 == 0 else ""
        tail = f"\n\nИсточник - НГ\nПостоянный адрес статьи - https://paper.example/{i}\n" if i % 3 == 0 else ""
        room = SIZE - len((head + top + tail).encode()) - 120
        path = folder / f"{i // 1000:04}" / f"{i}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{head}{top}{_prose(rng, words, room)} {i}.{tail}", "utf-8")


def plain(folder: Path) -> int:
    """Opens and reads every file, and nothing else."""
    return sum(len(path.read_bytes()) > 0 for path in folder.rglob("*.txt"))


def whole(folder: Path) -> int:
    """Lists, opens, reads, hashes, decodes and parses every file."""
    limits = Limits()
    count = 0
    for frame in landing.read_files(folder, landing.scan(folder), limits=limits):
        documents = read(frame, limits=limits)
        accepted = documents.filter(pl.col("reason").is_null())
        count += article.parse(
            accepted, horizon=datetime.date(2026, 1, 1), timezone="UTC", outlets=attribution.default_outlets()
        ).height
    return count


def stages(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """The stages apart, on one batch."""
    limits = Limits()
    entries = list(landing.scan(folder))[:5000]
    frame = pl.concat(landing.read_files(folder, entries, limits=limits))
    documents = read(frame, limits=limits)
    outlets = attribution.default_outlets()
    yield "open and read", lambda: list(landing.read_files(folder, entries, limits=limits))
    yield "hash and decode", lambda: read(frame, limits=limits)
    yield "parse", lambda: article.parse(documents, horizon=datetime.date(2026, 1, 1), timezone="UTC", outlets=outlets)


def _cpu(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def encodings() -> None:
    """How many pieces of texts in single-byte encodings come back letter by letter."""
    rng = random.Random(7)
    cases = [(_RUSSIAN, codec) for codec in ("cp1251", "koi8_r", "iso8859_5", "mac_cyrillic", "cp866")]
    cases += [(_KAZAKH, codec) for codec in ("kz1048", "ptcp154")]
    for words, codec in cases:
        told = []
        for size in (40, 100, 400, 3000):
            right = 0
            for _ in range(40):
                raw = _prose(rng, words.split(), size)[:size].encode(codec, "replace")
                found = decode(raw)
                right += not isinstance(found, Refusal) and found[0] == raw.decode(codec)
            told.append(f"{size} letters {right}/40")
        print(f"{codec:14}", "  ".join(told))


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = told.folder or Path(temporary)
        if not any(folder.iterdir()):
            write(folder, told.files)
        count = plain(folder)
        whole_batch = dict(stages(folder))
        for name, function in whole_batch.items():
            function()
            print(
                f"{name:16} {min(_cpu(function) for _ in range(3)) / min(count, 5000) * 1e6:7.1f} microseconds a file"
            )
        loop = min(_cpu(lambda: plain(folder)) for _ in range(2))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        all_of_it = min(_cpu(lambda: whole(folder)) for _ in range(2))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"plain loop       {count / loop:9.0f} files per CPU second")
        print(
            f"firstprint       {count / all_of_it:9.0f} files per CPU second, {all_of_it / loop:.1f} times the plain loop"
        )
        print(f"memory           {after / 1024:9.0f} MB, {(after - before) / 1024:.0f} MB more than for 5,000 files")
        sample = [path.read_text("utf-8").split("\n") for path in sorted(folder.rglob("*.txt"))[:300]]
        for name, keep in others().items():
            cost = _cpu(lambda keep=keep: [keep(lines) for lines in sample])  # type: ignore[misc]
            print(f"{name:16} {len(sample) / cost:9.0f} texts per CPU second, cleaning alone")
    encodings()


if __name__ == "__main__":
    main()
