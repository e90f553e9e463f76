"""transforms.language: what a text is written in. The sentences are written for these tests."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import language
from transforms.records import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]

KAZAKH = "Бүгін қала тұрғындары жаңа көпірдің ашылуына жиналып, құрылысшыларға алғыс айтты."
RUSSIAN = "Сегодня жители города собрались на открытие нового моста и поблагодарили строителей."
ENGLISH = "The residents of the city gathered today for the opening of the new bridge and thanked the builders."
SENTENCES = {
    ("kk", "Cyrl"): KAZAKH,
    ("ru", "Cyrl"): RUSSIAN,
    ("en", "Latn"): ENGLISH,
    ("ky", "Cyrl"): "Бүгүн шаардын тургундары жаңы көпүрөнүн ачылышына чогулуп, куруучуларга ыраазычылык айтышты.",
    ("tt", "Cyrl"): "Бүген шәһәр халкы яңа күпер ачылышына җыелды һәм төзүчеләргә рәхмәт әйтте.",
    ("ba", "Cyrl"): "Бөгөн ҡала халҡы яңы күпер асылыуына йыйылды һәм төҙөүселәргә рәхмәт әйтте.",
    ("tg", "Cyrl"): "Имрӯз сокинони шаҳр барои кушодашавии пули нав ҷамъ омада, ба бинокорон ташаккур гуфтанд.",
    ("mn", "Cyrl"): "Өнөөдөр хотын иргэд шинэ гүүрний нээлтэд цугларч, барилгачдад талархал илэрхийллээ.",
    ("be", "Cyrl"): "Сёння жыхары горада сабраліся на адкрыццё новага моста і падзякавалі будаўнікам.",
    ("sr", "Cyrl"): "Данас су се становници града окупили на отварању новог моста и захвалили грађевинцима.",
    ("uk", "Cyrl"): "Сьогодні мешканці міста зібралися на відкриття нового мосту та подякували будівельникам.",
    ("bg", "Cyrl"): "Днес жителите на града се събраха за откриването на новия мост и благодариха на строителите.",
    (
        "mk",
        "Cyrl",
    ): "Денес жителите на градот се собраа на отворањето на новиот мост и им заблагодарија на градителите.",
    ("uz", "Cyrl"): "Бугун шаҳар аҳолиси янги кўприкнинг очилишига йиғилиб, қурувчиларга миннатдорчилик билдирди.",
    (
        "uz",
        "Latn",
    ): "Bugun shahar aholisi yangi ko‘prikning ochilishiga yig‘ilib, quruvchilarga rahmat aytdi.",
    ("az", "Latn"): "Bu gün şəhər sakinləri yeni körpünün açılışına toplaşdılar və inşaatçılara təşəkkür etdilər.",
    (
        "tk",
        "Latn",
    ): "Şu gün şäheriň ýaşaýjylary täze köpriniň açylyşyna ýygnanyp, gurluşykçylara sag bolsun aýtdylar.",
    ("kk", "Latn"): "Búgin qala turǵyndary jańa kópirdiń ashylýyna jınalyp, qurylysshylarǵa alǵys aıtty.",
    ("tr", "Latn"): "Bugün şehir sakinleri yeni köprünün açılışı için toplandı ve inşaatçılara teşekkür etti.",
    (
        "de",
        "Latn",
    ): "Die Bewohner der Stadt versammelten sich heute zur Eröffnung der neuen Brücke und dankten den Bauleuten.",
    ("fr", "Latn"): "Les habitants de la ville se sont réunis aujourd'hui pour l'ouverture du nouveau pont.",
    ("el", "Grek"): "Οι κάτοικοι της πόλης συγκεντρώθηκαν σήμερα για τα εγκαίνια της νέας γέφυρας.",
    ("ja", "Jpan"): "市民は今日、新しい橋の開通式に集まり、建設者に感謝しました。",
    ("zh", "Hani"): "今天市民聚集在一起庆祝新桥通车，并感谢建设者。",
    ("ko", "Hang"): "오늘 시민들은 새 다리 개통식에 모여 건설자들에게 감사를 전했다.",
}
JUNK = {
    "empty": "",
    "blanks": " \n\t \n",
    "digits": "12 345,67 89 01 234 56,7 8\n900 100 200",
    "links": "https://example.org/news/2025/11/18/bridge?id=7 www.example.kz/kk/zhanalyqtar t@example.com #мост @author",
    "code": "for (int i = 0; i < n; i++) { total += a[i]; }\nif (x == null) { return; }\n",
    "base64": "VGhpcyBpcyBhIHNlbnRlbmNlIHRoYXQgbm9ib2R5IHJlYWRz" * 3,
    "emoji": "😀🎉👍🏽 🔥🔥🔥 ❤️",
    "punctuation": "—— !!! ... «» * * *",
}


def frame(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {"article_id": [f"{i:064x}" for i in range(len(texts))], "text": texts},
        schema={"article_id": pl.String, "text": pl.String},
    )


def answers(texts: list[str]) -> list[tuple[str, str]]:
    return language.identify(frame(texts)).select("language", "script").rows()


def test_schema_and_order() -> None:
    given_ = frame([RUSSIAN, "", KAZAKH])
    found = language.identify(given_)
    assert found.schema == LANGUAGES
    assert found["article_id"].to_list() == given_["article_id"].to_list()
    assert language.identify(frame([])).schema == LANGUAGES
    assert language.identify(pl.DataFrame({"article_id": ["a"], "text": [None]}))["language"].to_list() == ["und"]


@pytest.mark.parametrize(("expected", "text"), SENTENCES.items(), ids=["-".join(key) for key in SENTENCES])
def test_sentences(expected: tuple[str, str], text: str) -> None:
    assert answers([text]) == [expected]


@pytest.mark.parametrize("text", JUNK.values(), ids=list(JUNK))
def test_junk_is_und(text: str) -> None:
    assert answers([text]) == [("und", "Zyyy")]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Geor", "ქალაქის მცხოვრებლები დღეს ახალი ხიდის გახსნაზე შეიკრიბნენ."),
        ("Armn", "Քաղաքի բնակիչներն այսօր հավաքվել էին նոր կամրջի բացմանը։"),
    ],
)
def test_a_script_without_a_profile_is_und(script: str, text: str) -> None:
    assert answers([text]) == [("und", script)]


def test_shares_of_a_mixed_page() -> None:
    page = "\n".join([KAZAKH, RUSSIAN] * 6)
    [row] = language.identify(frame([page])).rows(named=True)
    letters = {name: sum(c.isalpha() for c in text) for name, text in (("kk", KAZAKH), ("ru", RUSSIAN))}
    expected = {name: n / sum(letters.values()) for name, n in letters.items()}
    found = {entry["language"]: entry["share"] for entry in row["languages"]}
    assert found == pytest.approx(expected, abs=1e-4)
    assert row["language"] == max(expected, key=lambda name: expected[name])
    assert row["language_share"] == max(found.values())


def test_short_lines_follow_their_neighbours() -> None:
    page = f"Бас бет\n{KAZAKH}\nФото: Иван Петров\n{KAZAKH}\nReuters"
    [row] = language.identify(frame([page])).rows(named=True)
    assert [entry["language"] for entry in row["languages"]] == ["kk"]


def test_look_alike_letters() -> None:
    typed = KAZAKH.replace("і", "i")
    assert typed != KAZAKH
    assert answers([typed]) == [("kk", "Cyrl")]
    assert answers([RUSSIAN.upper(), RUSSIAN.replace("о", "o").replace("е", "e")]) == [("ru", "Cyrl")] * 2


def test_decomposed_letters() -> None:
    assert answers(["Райо́н Й: Сегодня жители города собрались на открытие нового моста"]) == [("ru", "Cyrl")]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Latn", "asdf jkl qwer uiop zxcv asdfjkl qwerty asdf zxcvbn hjkl qwer asdf " * 4),
        ("Cyrl", "фыва олдж йцук щшгн ячсм фывапр йцукен фыва ячсмит олдж йцук " * 4),
        ("Latn", "xlzwxu oy ubfdl hmrdshaxg ifymfyzc ttoe aagy ffjkg fwgmj ln eick tsatvw cjljpwk ppwf ia marznlm"),
    ],
)
def test_letters_that_are_no_words_are_und(script: str, text: str) -> None:
    assert answers([text]) == [("und", script)]


TEXTS = [*SENTENCES.values(), *JUNK.values(), "\n".join([KAZAKH, RUSSIAN, ENGLISH]), f"{RUSSIAN} {ENGLISH}"]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(TEXTS))), st.integers(1, len(TEXTS)))
def test_no_batch_cut_and_no_order_matters(order: list[int], size: int) -> None:
    whole = language.identify(frame(TEXTS)).drop("article_id").rows()
    shuffled = [TEXTS[i] for i in order]
    parts = [language.identify(frame(shuffled[i : i + size])).drop("article_id") for i in range(0, len(order), size)]
    assert pl.concat(parts).rows() == [whole[i] for i in order]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_text_gives_whole_shares(texts: list[str]) -> None:
    for row in language.identify(frame(texts)).rows(named=True):
        shares = [(entry["share"], entry["language"], entry["script"]) for entry in row["languages"]]
        assert sum(share for share, _, _ in shares) == pytest.approx(1.0, abs=1e-3)
        assert shares == sorted(shares, key=lambda s: (-s[0], s[1], s[2]))
        assert (row["language_share"], row["language"], row["script"]) == shares[0]


def digest() -> str:
    return hashlib.sha256(json.dumps(language.identify(frame(TEXTS)).rows()).encode()).hexdigest()


def test_threads_agree() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({*pool.map(lambda _: digest(), range(16)), digest()}) == 1


def test_processes_and_hash_seeds_agree() -> None:
    code = "from tests.transforms.test_language import digest; print(digest())"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("0", "4711")
    }
    assert found == {digest()}


def test_pure_langdetect_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the samples and on each of their words, which are short enough to be doubtful."""
    pytest.importorskip("langdetect_rs")
    asked = 0
    ask = language._ask

    def counted(*question: Any) -> int:
        nonlocal asked
        asked += 1
        return ask(*question)

    monkeypatch.setattr(language, "_ask", counted)
    texts = [*TEXTS, *(word for text in SENTENCES.values() for word in text.split())]
    one = language._identify(frame(texts), "langdetect_rs")
    two = language._identify(frame(texts), "langdetect")
    assert one.equals(two)
    assert asked >= 2 * 20


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([KAZAKH, RUSSIAN, "я", "ө ә", "Жщы 1"]), st.data())
def test_a_prior_of_one_profile_is_the_answer(text: str, data: st.DataObject) -> None:
    """So that langdetect need not be asked."""
    names = language._letters("Cyrl").names
    k = data.draw(st.integers(0, len(names) - 1))
    scores = [-language.PRIOR_REACH - 1] * len(names)
    scores[k] = 0
    assert language._ask("Cyrl", text.lower(), scores, language.engine_name()) == k


def test_the_global_langdetect_is_left_alone() -> None:
    import langdetect.detector_factory as stock

    before = (stock._factory, stock.DetectorFactory.seed)
    language._identify(frame(TEXTS), "langdetect")
    assert (stock._factory, stock.DetectorFactory.seed) == before


def test_seeds(seeds: Path) -> None:
    files = sorted(seeds.glob("*.txt"))
    found = language.identify(frame([file.read_text("utf-8") for file in files]))
    assert dict(zip((f.name[:3] for f in files), found["language"], strict=True)) == {
        "000": "ru",
        "001": "ru",
        "002": "kk",
        "003": "ru",
        "004": "ru",
    }
