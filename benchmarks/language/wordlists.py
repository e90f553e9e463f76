"""Writes the word lists of wordfreq 3.1.1 as a corpus for build_profiles.py: a word a line, with its weight.

    .venv-bench/bin/python benchmarks/language/wordlists.py OUT.jsonl.gz

Run it with the environment of this folder's requirements.txt: the project itself does not need wordfreq.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import wordfreq

# The lists, in wordfreq's codes. `sh` is Serbian, Croatian and Bosnian together.
CODES = ("bg", "ca", "cs", "da", "de", "en", "es", "fi", "fil", "fr", "hu", "id", "it", "lt", "lv", "mk", "nb", "nl")
CODES += ("pl", "pt", "ro", "ru", "sh", "sk", "sl", "sv", "tr", "uk", "vi")
RENAMED = {"nb": "no", "fil": "tl"}
CYRILLIC = {"bg", "mk", "ru", "uk"}
# The frequency of a word is told to 1 %; the least frequent in the small lists stand at 1e-6.
UNIT = 1e8


def main() -> None:
    target = Path(sys.argv[1])
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        for code in sorted(CODES):
            lang = RENAMED.get(code, code)
            script = "Cyrl" if lang in CYRILLIC else "Latn"
            for word, frequency in sorted(wordfreq.get_frequency_dict(code, wordlist="small").items()):
                record = {"lang": lang, "script": script, "source": "wordfreq", "text": word}
                out.write(
                    (json.dumps({**record, "weight": round(frequency * UNIT)}, ensure_ascii=False) + "\n").encode()
                )


if __name__ == "__main__":
    main()
