"""How well page chrome is cut: words of hand-made bodies, precision and recall.

    python -m benchmarks.chrome.run [PAGES]

Each line of the pages says what it is (see pages.txt), so the truth and the page are one file. The headline is neither asked
for nor held against anyone. Beside firstprint stand: everything kept; lines of 100 characters or more; jusText and trafilatura
on the lines as <p>, where they are installed (they are made for HTML, whose markup these pages no longer have).
"""

from __future__ import annotations

import datetime
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl

from transforms import article, attribution, records
from transforms.read import Limits, read

WORD = re.compile(r"[^\W_]+")


def pages(path: Path) -> dict[str, list[tuple[str, str]]]:
    """The pages by name: (what a line is, the line)."""
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("=== "):
            name = line[4:]
            found[name] = []
        elif name:
            found[name].append((line[:1], line[2:]))
    return found


def firstprint(lines: list[str]) -> str:
    """The text that the product keeps."""
    raw = "\n".join(lines).encode()
    told = dict.fromkeys(("reason", "detail", "told_date", "told_title", "told_url", "told_outlet"))
    row = {"source_path": "a.txt", "modified_at": datetime.datetime(2026, 1, 1), "size": len(raw), "bytes": raw, **told}  # noqa: DTZ001
    documents = read(pl.DataFrame([row], schema=records.LANDED), limits=Limits())
    found = article.parse(
        documents, horizon=datetime.date(2026, 1, 1), timezone="UTC", outlets=attribution.default_outlets()
    )
    return str(found["text"][0])


def everything(lines: list[str]) -> str:
    """The whole page."""
    return "\n".join(lines)


def long_lines(lines: list[str]) -> str:
    """Lines of 100 characters or more."""
    return "\n".join(line for line in lines if len(line) >= 100)


def _html(lines: list[str]) -> str:
    escaped = (line.replace("&", "&amp;").replace("<", "&lt;") for line in lines if line.strip())
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in escaped) + "</body></html>"


def others() -> dict[str, Callable[[list[str]], str]]:
    """The peers that are installed."""
    found: dict[str, Callable[[list[str]], str]] = {}
    try:
        import justext

        def by_justext(lines: list[str], low: int = 70, high: int = 200) -> str:
            letters = "".join(lines)
            english = sum(char.isascii() for char in letters) > len(letters) / 2
            stop = justext.get_stoplist("English" if english else "Russian")
            told = justext.justext(_html(lines).encode(), stop, length_low=low, length_high=high)
            return "\n".join(paragraph.text for paragraph in told if not paragraph.is_boilerplate)

        found["jusText"] = by_justext
        # Its paragraphs are those of web corpora; with half their lengths it finds those of short news.
        found["jusText, half"] = lambda lines: by_justext(lines, 35, 100)
    except ImportError:
        pass
    try:
        import trafilatura

        def by_trafilatura(lines: list[str]) -> str:
            return trafilatura.extract(_html(lines), include_comments=False, favor_recall=True) or ""

        found["trafilatura"] = by_trafilatura
    except ImportError:
        pass
    return found


def score(page: list[tuple[str, str]], keep: Callable[[list[str]], str]) -> tuple[int, int, int]:
    """Words kept rightly, words kept, words of the body."""
    kept = Counter(WORD.findall(keep([line for _, line in page])))
    body = Counter(WORD.findall("\n".join(line for sign, line in page if sign == "+")))
    title = Counter(WORD.findall("\n".join(line for sign, line in page if sign == "=")))
    kept -= (kept - body) & title  # the headline is not held against who keeps it
    return (kept & body).total(), kept.total(), body.total()


def main() -> None:
    """Prints a table."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("pages.txt")
    told = pages(path)
    ways = {"firstprint": firstprint, "everything": everything, "long lines": long_lines, **others()}
    for way, keep in ways.items():
        scores = {name: score(page, keep) for name, page in told.items()}
        right, kept, body = (sum(column) for column in zip(*scores.values(), strict=True))
        precision, recall = right / max(kept, 1), right / max(body, 1)
        print(f"{way:14} precision {precision:.3f}  recall {recall:.3f}  F1 {2 * right / max(kept + body, 1):.3f}")
        if way == "firstprint":
            for name, (hit, all_kept, all_body) in scores.items():
                print(f"    {name:16} precision {hit / max(all_kept, 1):.3f}  recall {hit / all_body:.3f}")


if __name__ == "__main__":
    main()
