"""Generated landings: articles that share text, pages without one, bad files, the same bytes at several paths."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

# Words of three alphabets, made up for the tests: enough of them that two random sentences hardly share a run of five.
_STEMS = (
    "дала",
    "тау",
    "қала",
    "өзен",
    "жол",
    "күн",
    "поле",
    "река",
    "город",
    "завод",
    "market",
    "river",
    "road",
    "vote",
)
_ENDS = ("", "лар", "дың", "ский", "ного", "ers", "ing", "ға", "ами", "s")
WORDS = tuple(f"{stem}{end}" for stem in _STEMS for end in _ENDS)

sentences = st.lists(st.sampled_from(WORDS), min_size=8, max_size=25).map(
    lambda told: " ".join(told).capitalize() + "."
)
bodies = st.lists(sentences, min_size=2, max_size=6)
furniture = st.lists(
    st.sampled_from(
        [
            "© 2025 Все права защищены.",
            "Поделиться",
            "Читайте также:",
            "https://www.mayak.example/2025/11/" + "%d0%bc" * 30,
            "10:39 18.11.2025",
            # Three languages, a third of the letters each.
            "Паромщик проверил канат и объявил.\n\nქალაქში ახალი ხიდი დღეს გაიხსნა.\n\nΗ νέα γέφυρα άνοιξε στην πόλη.",
        ]
    ),
    max_size=4,
)
days = st.dates(date(2025, 11, 1), date(2025, 11, 28))
titles = st.one_of(st.just(""), st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(" ".join))
# A folder may be named by a site.
names = (
    st.lists(st.sampled_from([*"abcd", "mayak.example"]), min_size=1, max_size=3)
    .map("/".join)
    .map(lambda path: f"{path}.txt")
)
junk = st.one_of(
    st.just(b""),
    st.just(b"   \n"),
    st.binary(min_size=1, max_size=200),
    st.just(b"\x00\x01\x02\xff\xfe" * 50),
    st.just(b"%PDF-1.7\n\x93\x8c\x8b\x9e"),
)


def document(title: str, day: date | None, body: list[str]) -> bytes:
    """A raw file as scrapers leave it: `[title] date YYYY-MM-DD text`, or without a date."""
    text = "\n\n".join(body)
    return (f"{title} date {day} {text}" if day is not None else text).encode()


@st.composite
def landings(draw: st.DrawFn, max_files: int = 12, bad: bool = True) -> dict[str, bytes]:
    """Files by path: articles, reposts of them (shortened, under another title, on another day), twins, junk."""
    pool = draw(st.lists(bodies, min_size=1, max_size=4))
    files: dict[str, bytes] = {}
    for _ in range(draw(st.integers(1, max_files))):
        name = draw(names)
        kind = draw(st.sampled_from(["article", "repost", "part", "undated", "twin", "page"] + ["junk"] * bad))
        body = draw(st.sampled_from(pool))
        if kind == "junk":
            files[name] = draw(junk)
        elif kind == "twin" and files:
            files[name] = draw(st.sampled_from(sorted(files.values())))
        elif kind == "part":
            files[name] = document(draw(titles), draw(days), [*body[: max(1, len(body) // 2)], draw(sentences)])
        elif kind == "page":
            # What pages have around an article, and no article, under a headline or none.
            files[name] = document(draw(titles), draw(st.none() | days), ["\n".join(draw(furniture))])
        elif kind == "undated":
            files[name] = document("", None, body)
        else:
            files[name] = document(draw(titles), draw(days), body)
    return {
        name: content for name, content in files.items() if not any(other.startswith(f"{name}/") for other in files)
    }
