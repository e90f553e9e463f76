"""Bytes to clean text: encodings, repair, cleaning, refusals."""

from __future__ import annotations

import datetime
import hashlib
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import records
from transforms.read import Limits, Refusal, clean, decode, read, repair

RUSSIAN = (
    "Паромщик Ерлан с утра проверил канат и объявил, что в среду переправа откроется. Жители ждали этого дня с весны, и возле "
    "причала выстроилась очередь из телег, велосипедов и одного старого грузовика."
)
KAZAKH = (
    "Өзен жағасындағы ауылда жаңа көпір ашылды. Тұрғындар бұл күнді көптен күткен, әсіресе қыста өткел жабылып қалғанда қиын еді. "
    "Құрылысшылар жұмысты үш айда аяқтап, үлкен той жасады, ғимарат та жаңарды, һәм бәрі риза."
)
UKRAINIAN = (
    "Їжаки повернулися до міського парку, і ґаздині вже несуть їм яблука. Цього року їх удвічі більше, ніж торік."
)
ENGLISH = "The ferry reopened on Wednesday, and a queue of carts and bicycles formed at the pier before sunrise."
LIMITS = Limits()


def landed(*contents: bytes | None, **told: str) -> pl.DataFrame:
    """A LANDED frame of these bytes."""
    rows = [
        {
            "source_path": f"{i}.txt",
            "modified_at": datetime.datetime(2026, 1, 2, 3, 4, 5),  # noqa: DTZ001
            "size": None if content is None else len(content),
            "bytes": content,
            "reason": None if content is not None else "vanished",
            "detail": None if content is not None else "Gone.",
            **{f"told_{name}": told.get(name) for name in ("date", "title", "url", "outlet")},
        }
        for i, content in enumerate(contents)
    ]
    return pl.DataFrame(rows, schema=records.LANDED)


def one(content: bytes, limits: Limits = LIMITS) -> dict[str, object]:
    return read(landed(content), limits=limits).row(0, named=True)


@pytest.mark.parametrize(
    ("text", "codec"),
    [(text, codec) for text in (RUSSIAN, UKRAINIAN) for codec in ("cp1251", "iso8859_5", "mac_cyrillic", "koi8_u")]
    + [(RUSSIAN, "koi8_r"), (RUSSIAN, "cp866"), (KAZAKH, "kz1048"), (KAZAKH, "ptcp154")],
)
def test_a_single_byte_encoding_is_found_and_no_letter_is_lost(text: str, codec: str) -> None:
    found = one(text.encode(codec, "replace"))
    assert found["reason"] is None
    assert found["text"] == text.encode(codec, "replace").decode(codec)
    assert found["encoding_source"] == "detected"


@pytest.mark.parametrize("text", [RUSSIAN, KAZAKH, ENGLISH])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_with_and_without_a_mark(text: str, codec: str) -> None:
    found = one(text.encode(codec))
    assert found["text"] == text
    marked = codec in {"utf-8-sig", "utf-16", "utf-32"}
    assert (found["encoding_source"] == "bom") == marked


@pytest.mark.parametrize("through", ["cp1251", "cp1252"])
@pytest.mark.parametrize("text", [RUSSIAN, KAZAKH, UKRAINIAN])
def test_utf8_that_was_read_as_windows_once_is_put_right(text: str, through: str) -> None:
    broken = "".join(
        bytes([byte]).decode(through, "ignore") or chr(byte) for byte in text.encode()
    )  # undefined bytes pass as controls, as browsers do it
    found = one(broken.encode())
    assert found["text"] == text
    assert found["encoding_source"] == "mojibake"


@pytest.mark.parametrize("errors", ["ignore", "replace"])
def test_what_windows_1251_has_no_character_for_is_put_back(errors: str) -> None:
    text = "И Рая, и Ирина Иванова: «Идём?» Әсел де келді. Рано утром Илья ушёл, Ирис зацвёл."
    broken = text.encode().decode("cp1251", errors)
    assert one(broken.encode())["text"] == text
    if errors == "replace":  # where both are gone, nothing tells "И " from "Р"
        questions = broken.replace("\ufffd", "?").replace("\xa0", " ")
        assert one(questions.encode())["text"] == text


def test_only_the_broken_lines_of_a_page_are_repaired() -> None:
    broken = RUSSIAN.encode().decode("cp1251", "ignore").replace("\x98", "")
    page = f"{ENGLISH} 20° — чисто.\n{'Дружба'.encode().decode('cp1251')}"
    assert repair(page) == f"{ENGLISH} 20° — чисто.\nДружба"
    assert broken != RUSSIAN


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_unseen(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(char in cleaned for char in "\r\x00\x0b\x0c\x85\u00ad\u200b\u200d\ufeff\u2028\xa0")
    assert all(unicodedata.category(char) not in {"Cc", "Cs"} or char in "\n\t" for char in cleaned)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=30))
def test_reading_is_decoding_and_cleaning_for_any_unicode(text: str) -> None:
    found = one(b"\xef\xbb\xbf" + text.encode())
    if found["reason"] is None:
        assert found["text"] == clean(text)
    else:
        assert found["reason"] in {"empty", "too_short"}


def test_letters_are_composed_and_invisible_characters_go() -> None:
    text = "И\u0306огурт и за\u00adпись\u200b готовы,\r\nсъемка\rидет\u2028до вечера\xa0завтра.\ufeff"
    assert one(text.encode())["text"] == "Йогурт и запись готовы,\nсъемка\nидет\nдо вечера завтра."


def test_surrogates_are_joined_or_replaced() -> None:
    pair = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    lone = b"\xed\xa0\x80"
    found = one(RUSSIAN.encode() + pair + lone)
    assert found["text"] == RUSSIAN + "\U0001f600\ufffd"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        ("\u200b\ufeff\u00ad".encode(), "empty"),
        ("Привет.".encode(), "too_short"),
        (b"12.03.2024 10:39 | 500 + 300 = 800", "too_short"),
        (b"%PDF-1.7\n" + b"text " * 50, "binary"),
        (b"{\\rtf1 " + b"text " * 50, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (("words and more words " * 5).encode() + b"\x00" * 40, "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_its_hash(content: bytes, reason: str) -> None:
    found = one(content)
    assert found["reason"] == reason
    assert found["document_id"] == hashlib.sha256(content).hexdigest()
    assert found["text"] is None
    assert str(found["detail"]).endswith(".")


def test_a_stray_zero_byte_is_cleaned() -> None:
    assert one(RUSSIAN.encode() + b"\x00")["text"] == RUSSIAN


def test_what_is_too_long_is_refused_with_its_hash() -> None:
    found = one(RUSSIAN.encode(), Limits(max_bytes=100))
    assert found["reason"] == "too_long"
    assert found["document_id"] is not None


def test_a_sentence_is_an_article() -> None:
    assert one("Мост через реку открыт снова.".encode())["reason"] is None


def test_one_broken_byte_does_not_make_utf8_another_encoding() -> None:
    raw = RUSSIAN.encode()
    assert str(one(raw + raw[:1])["text"]).startswith(RUSSIAN)


def test_a_record_is_known_by_its_text_and_by_what_it_tells() -> None:
    plain, first, second = (
        read(landed(RUSSIAN.encode(), **told), limits=LIMITS)["document_id"][0]
        for told in ({}, {"outlet": "A"}, {"outlet": "B"})
    )
    assert plain == hashlib.sha256(RUSSIAN.encode()).hexdigest()
    assert len({plain, first, second}) == 3


contents = st.one_of(
    st.none(),
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([RUSSIAN, KAZAKH, ENGLISH]).flatmap(
        lambda text: st.sampled_from(["utf-8", "cp1251", "utf-16", "koi8_r"]).map(
            lambda codec: text.encode(codec, "replace")
        )
    ),
)


@settings(deadline=None)
@given(st.lists(contents, max_size=8), st.integers(0, 8))
def test_any_bytes_give_one_row_a_row_however_they_are_cut(many: list[bytes | None], cut: int) -> None:
    frame = landed(*many)
    whole = read(frame, limits=LIMITS)
    assert whole.schema == records.DOCUMENTS
    assert whole["source_path"].to_list() == frame["source_path"].to_list()
    told = whole.select(refused=pl.col("reason").is_not_null(), silent=pl.col("text").is_null())
    assert told["refused"].to_list() == told["silent"].to_list()
    parts = pl.concat([read(frame[:cut], limits=LIMITS), read(frame[cut:], limits=LIMITS)])
    assert parts.equals(whole)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_decoding_never_fails(raw: bytes) -> None:
    found = decode(raw)
    if isinstance(found, Refusal):
        assert found.reason in records.QUARANTINE_REASONS
    else:
        found[0].encode("utf-8")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Курс на 19 ноября: доллар 521,40; евро 604,15; рубль 6,42; юань 73,18.",
        "ПАРОМ ПОЙДЁТ В СРЕДУ",
        "Ferry, 18.11.2025: 40 people, 3 bicycles, 1 goat.",
        "Көпір ашылды: https://a.example/2025/11/18/kopir-ashyldy-turgyndar-kutken-kun",
    ],
)
def test_short_texts_of_utf16_without_a_mark(text: str, codec: str) -> None:
    found = one(text.encode(codec), Limits(min_letters=1))
    assert (found["text"], found["encoding"]) == (text, codec)


@given(st.data())
def test_bytes_at_every_other_place_are_no_utf16_by_that_alone(data: st.DataObject) -> None:
    """Planted: samples of sound, small numbers, one value over and over, letters without words."""
    count = 40
    low = data.draw(
        st.one_of(
            st.integers(1, 255).map(lambda value: [value] * count),
            st.lists(
                st.integers(1, 255).filter(lambda value: not chr(value).isascii()), min_size=count, max_size=count
            ),
            st.lists(st.integers(1, 31), min_size=count, max_size=count),
            st.lists(st.sampled_from(list(b"bcdfghjklmnpqrstvwxz")), min_size=count, max_size=count),
            st.lists(st.sampled_from(list(b"0123456789+-*/=")), min_size=count, max_size=count),
        )
    )
    high = data.draw(st.sampled_from([0, 4]) if max(low) > 127 else st.just(0))
    for raw in (bytes(byte for one in low for byte in (one, high)), bytes(byte for one in low for byte in (high, one))):
        told = decode(raw)
        cyrillic = high == 4 and len(set(low)) > 5
        assert isinstance(told, Refusal) or not told[1].startswith("utf-16") or cyrillic


def test_junk_that_passed_for_utf16() -> None:
    assert one(b"\x00\xff" * 40)["reason"] == "binary"
    assert one(b"\xff\x00" * 40)["reason"] == "binary"
