"""How the language profiles are built, and the shipped ones."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted((ROOT / "transforms" / "profiles").glob("*.json"))


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "build_profiles", ROOT / "benchmarks" / "language" / "build_profiles.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["build_profiles"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def corpus(path: Path, records: list[tuple[str, str, str, str]]) -> Path:
    keys = ("lang", "script", "source", "text")
    lines = [json.dumps(dict(zip(keys, record, strict=True)), ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_shipped_profiles_are_langdetects_format() -> None:
    assert len(PROFILES) >= 50
    for path in PROFILES:
        profile = json.loads(path.read_text("utf-8"))
        assert f"{profile['name']}.json" == path.name
        assert len(profile["n_words"]) == 3
        assert all(1 <= len(gram) <= 3 and n > 0 for gram, n in profile["freq"].items())
        letters = {gram for gram in profile["freq"] if len(gram) == 1}
        assert all(letter.isalpha() or not letter.isascii() for letter in letters)
        assert set("".join(profile["freq"])) <= letters | {" "}


def test_azerbaijani_keeps_its_schwa() -> None:
    assert "ə" in json.loads((ROOT / "transforms" / "profiles" / "az-Latn.json").read_text("utf-8"))["freq"]


def test_reserved_and_unlicensed_text_is_left_out(builder: ModuleType, tmp_path: Path) -> None:
    kept = ("kk", "Cyrl", "xwmt", "қала")
    reserved = [("kk", "Cyrl", source, "дала") for source in ("ntrex", "ntrex~2021", "ud_test", "rfkbd")]
    counts = builder.count_words([corpus(tmp_path / "c.jsonl", [kept, *reserved])])
    assert counts == {("kk", "Cyrl"): {"xwmt": Counter({"қала": 1})}}


def test_words_of_other_scripts_are_left_out(builder: ModuleType, tmp_path: Path) -> None:
    path = corpus(tmp_path / "c.jsonl", [("kk", "Cyrl", "xwmt", "Қала YouTube 2025 № 7 көшеде")])
    assert builder.count_words([path])["kk", "Cyrl"]["xwmt"] == Counter({"қала": 1, "көшеде": 1})


def test_smoothing_keeps_shares(builder: ModuleType) -> None:
    freq = builder.smooth(builder.grams_of_words({"қала": 3.0, "дала": 2.0, "жаңа": 1.0}), cut=False)
    for order in (1, 2, 3):
        total = sum(n for gram, n in freq.items() if len(gram) == order)
        assert total == pytest.approx(builder.SCALE, rel=0.01)
    assert freq["ала"] > freq["аңа"] > 0
    assert freq["лаң"] > 0, "an unseen 3-gram has what its 2-grams say"


def test_the_order_of_records_does_not_matter(builder: ModuleType, tmp_path: Path) -> None:
    records = [("kk", "Cyrl", "xwmt", f"қала {word} көшеде") for word in ("жаңа", "ескі", "биік", "кең")]
    one = builder.count_words([corpus(tmp_path / "1.jsonl", records)])
    two = builder.count_words([corpus(tmp_path / "2.jsonl", records[::-1])])
    part = (builder.Part("kk", "Cyrl"),)
    assert builder.smooth(builder.grams_of_words(builder.mix(part, one)), cut=False) == builder.smooth(
        builder.grams_of_words(builder.mix(part, two)), cut=False
    )


def test_respelling(builder: ModuleType) -> None:
    assert builder.serbian_cyrillic("džep") == "џеп"
    assert builder.serbian_cyrillic("ljubav") == "љубав"
    assert builder.tatar_from_bashkir("төҙөүсе") == "төзеүче"
    assert builder.tatar_from_bashkir("ҡала") == "кала"
    assert builder.loanword("министр") == "министр"
    assert builder.loanword("ҡала") == ""


@pytest.mark.long
def test_the_shipped_profiles_come_from_the_shared_corpus(builder: ModuleType) -> None:
    """Those that need no word list, byte by byte."""
    path = ROOT.parent / "shared" / "data" / "lid-train" / "train.jsonl.gz"
    if not path.exists():
        pytest.skip(f"the corpus is not here: {path}")
    built = builder.build([path])
    for name in builder.TRAINED:
        if name != "sr-Cyrl":  # half of it is a word list
            assert built[f"{name}.json"] == (ROOT / "transforms" / "profiles" / f"{name}.json").read_bytes(), name
