"""Attribution: what an article says of who published it and whom it took it from.

What belongs here: the table of outlets, the phrases of attribution, and the way back from inflected and quoted names
to one form. What
does not: reuse that the text does not tell (transforms.reuse).
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import re
from importlib import resources
from typing import Final, NamedTuple

from transforms.records import CONTAINER


@dataclasses.dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the table: its one name, and its kind (agency, paper, site, tv)."""

    name: str
    kind: str


@dataclasses.dataclass(frozen=True, eq=False)  # compared and hashed by identity, so that what was looked up can be kept
class Outlets:
    """The table of outlets. `by_key`: folded names and aliases (`key`). `by_domain`: domains without www."""

    by_key: dict[str, Outlet]
    by_domain: dict[str, Outlet]

    def named(self, found: str) -> Outlet | None:
        """The outlet that a name stands for, whatever its case, quotes and inflection; None where the table has
        none."""
        return _named(self, found)

    def at(self, address: str) -> Outlet | None:
        """The outlet of a URL or a domain, the closest parent domain in the table; None where there is none."""
        return _at(self, domain_of(address))

    def name(self, found: str) -> str:
        """The one form of a name: the table's, or the name as found, without quotes."""
        hit = self.named(found)
        return hit.name if hit is not None else found.strip(_QUOTES + " .,;:")


# Names and domains whose outlets are kept: an archive has few of them, again and again. About 1 MB.
_KEPT: Final = 4096


@functools.lru_cache(maxsize=_KEPT)
def _named(outlets: Outlets, found: str) -> Outlet | None:
    bare = _POSSESSIVE.sub("", found.strip(_QUOTES + " .,;:()"))
    if (hit := outlets.by_key.get(key(bare))) is not None:
        return hit
    if "." in bare and (hit := outlets.at(bare)) is not None:
        return hit
    for shorter in (_TYPE_WORDS.sub("", bare), _KAZAKH_CASE.sub("", bare)):
        if shorter and shorter != bare and (hit := _named(outlets, shorter)) is not None:
            return hit
    return None


@functools.lru_cache(maxsize=_KEPT)
def _at(outlets: Outlets, domain: str) -> Outlet | None:
    parts = domain.split(".")
    for i in range(len(parts) - 1):
        if (hit := outlets.by_domain.get(".".join(parts[i:]))) is not None:
            return hit
    return None


_QUOTES: Final = "«»\"“”„‟'‘’‹›"
_POSSESSIVE: Final = re.compile(r"['’]s?$")
# Case endings of Kazakh, with or without a hyphen: BAQ.KZ-ке, Казинформға.
_KAZAKH_CASE: Final = re.compile(
    r"[»\"”]?-?(?:ға|ге|қа|ке|на|не|дың|дің|тың|тің|ның|нің|да|де|та|те|дан|ден|тан|тен|нан|нен|ды|ді|ты|ті|ны|ні)$"
)
_TYPE_WORDS: Final = re.compile(
    r"^(?:(?:российск|казахстанск|международн|информационн|деловo|ежедневн|британск|американск)\w*\s+)?"
    r"(?:газет\w*|издани\w*|агентств\w*|информагентств\w*|портал\w*|сайт\w*|журнал\w*|телеканал\w*|канал\w*|иа|миа|ия|"
    r"newspaper|agency|the)\s+",
    re.IGNORECASE,
)
# Endings that Russian, Kazakh and Ukrainian names take in their cases; longest first.
_ENDINGS: Final = re.compile(
    r"(?:иями|иях|иям|ией|ыми|ими|ами|ями|ого|его|ому|ему|ой|ей|ий|ый|ая|яя|ое|ее|ые|ие|ую|юю|ых|их|ым|им|ом|ем|ах|ях|ам|ям|ов|ев|ия|ии|ию|ием|"
    r"а|я|о|е|ы|и|у|ю|ь|й)$"
)
_NAME_WORD: Final = re.compile(r"[^\W_]+")


def key(name: str) -> str:
    """A name folded so that its cases are alike: lower case, no punctuation, Cyrillic words without their endings."""
    words = []
    for word in _NAME_WORD.findall(name.casefold().replace("ё", "е")):
        # Short words are acronyms, which take no endings.
        words.append(_ENDINGS.sub("", word) if len(word) > 4 and word[0] > "\u0400" else word)
    return " ".join(words)


def outlets_from_csv(text: str, base: Outlets | None = None) -> Outlets:
    """The table that a CSV file tells.

    Takes its text (a header with `name`, and any of `kind`, `domains`, `aliases`; several domains or aliases are
    parted by "|"), and a
    table that it extends: its rows win. Raises ValueError where the column `name` is missing.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if "name" not in (rows.fieldnames or ()):
        raise ValueError("A table of outlets needs a header with the column `name`.")
    by_key: dict[str, Outlet] = {}
    by_domain: dict[str, Outlet] = {}
    for row in rows:
        name = (row["name"] or "").strip()
        if not name:
            continue
        outlet = Outlet(name, (row.get("kind") or "site").strip() or "site")
        for alias in (name, *(row.get("aliases") or "").split("|")):
            if key(alias):
                by_key.setdefault(key(alias), outlet)
        for domain in (row.get("domains") or "").split("|"):
            if domain.strip():
                by_domain.setdefault(domain_of(domain), outlet)
    if base is not None:
        by_key, by_domain = {**base.by_key, **by_key}, {**base.by_domain, **by_domain}
    return Outlets(by_key, by_domain)


@functools.cache
def default_outlets() -> Outlets:
    """The table that ships with the package (transforms/outlets.csv)."""
    return outlets_from_csv(resources.files("transforms").joinpath("outlets.csv").read_text("utf-8"))


def domain_of(address: str) -> str:
    """The domain of a URL, or of an address without its scheme; lower case, without www."""
    match = _HOST.match(address.strip().casefold())
    return match[1].removeprefix("www.").removeprefix("m.").rstrip(".") if match is not None else ""


# Scheme, user and port are passed over (RFC 3986, section 3).
_HOST: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^\s/?#@]*@)?([^\s/:?#@\\]+)")


# A domain ends in a country's two letters (ISO 3166 and its like in other alphabets: рф) or in one of these; "example" stands for
# any (RFC 2606).
_TOP: Final = frozenset(
    {
        *("com", "net", "org", "info", "biz", "edu", "gov", "int", "asia"),
        *("news", "press", "media", "online", "site", "today"),
        *("қаз", "укр", "бел", "срб", "мкд", "example"),
    }
)
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?P<top>[^\W\d_]+)")
# Members of a container stand behind a "!", and its name may be that of a folder.
_STEP: Final = re.compile(r"[/!]")
_CONTAINER: Final = re.compile(rf"{CONTAINER}$")


def domain_in_path(path: str) -> str | None:
    """The domain that a folder of a path, or a container, is named by, as crawlers leave them (`tengrinews.kz/2025/11/18/1.txt`,
    `tengrinews.kz.jsonl.gz!17`): that nearest to the file, lower case, without www; None where there is none."""
    return _domain_of_folder(path[: max(path.rfind("/"), path.rfind("!")) + 1])


@functools.lru_cache(maxsize=_KEPT)
def _domain_of_folder(folder: str) -> str | None:
    for part in reversed(_STEP.split(folder.casefold())):
        match = _DOMAIN.fullmatch(_CONTAINER.sub("", part)) if "." in part else None
        if match is not None and (len(match["top"]) == 2 or match["top"] in _TOP):
            return domain_of(match[0])
    return None


class Attribution(NamedTuple):
    """What a text says: who published it, whom it took it from, and its address; None where it does not say."""

    outlet: str | None
    origin: str | None
    url: str | None


_UP: Final = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІЇЄЎ"
# A name as it stands in a sentence: in quotes, or a domain, or up to four words with a capital.
_NAME: Final = (
    r"(?P<t>(?:(?:газет|издани|агентств|информагентств|информационн|международн|портал|сайт|журнал|телеканал|канал|корреспондент|"
    r"пресс-служб|информбюро|радио)\w*\s+|(?:ИА|МИА|ИАА|the)\s+){0,3})"
    r"(?P<n>[«\"“„][^«»\"“”„\n]{2,60}[»\"”“]"
    rf"|(?:[\w-]+\.)+[a-zа-яқ]{{2,8}}\b|[{_UP}][\w’'-]*(?:\.\w+)*(?:[ \t]+[{_UP}][\w’'-]*(?:\.\w+)*){{0,3}})"
)


# A phrase: stems of which a text must hold one (looking for them costs a fraction of a regular expression), and its pattern.
class _Cue(NamedTuple):
    stems: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]


def _cue(*phrases: tuple[str, str]) -> _Cue:
    told = tuple((tuple(stems.split("|")), re.compile(pattern.replace("NAME", _NAME))) for stems, pattern in phrases)
    return _Cue(frozenset(stem for stems, _ in told for stem in stems), told)


# Who speaks: «передает X», «деп хабарлайды X», «X хабарлайды». The article's own outlet, unless something else tells that.
_SAYS: Final = _cue(
    (
        "ереда|ообща|ишет |нформиру|овідомля|ъобщава",
        r"(?:переда[её]т|сообща[её]т|пишет|информирует|передають|повідомляє|передає|съобщава|предава)[ \t,:]+"
        r"(?:об этом\s+|про це\s+)?NAME",
    ),
    ("еп хабарлайды|еп жазады|еп хабарлады", r"деп (?:хабарлайды|жазады|хабарлады)[ \t,:]+NAME"),
    ("хабарлайды", r"NAME\s+(?:тілшісі\s+)?хабарлайды"),
)
# Whom it cites: «со ссылкой на X», «X-ке сілтеме жасап».
_REFERS: Final = _cue(
    (
        "сылкой на|сылаясь на|осиланням на|осилаючись на|iting |озоваване на|озовавайки се",
        r"(?:со ссылкой на|ссылаясь на|с посиланням на|з посиланням на|посилаючись на|citing|с позоваване на|позовавайки се на)\s+"
        r"(?:the\s+)?NAME",
    ),
    ("сілтеме", r"NAME(?:\s+\w+)?\s+сілтеме"),
)
# The same, but only a name that the table knows, or one in quotes: these words are said of ministries and people as well.
_ACCORDING: Final = _cue(
    (
        "о данным|о сообщению|о информации|ccording to|а даними",
        r"(?:[Пп]о данным|[Пп]о сообщению|[Пп]о информации|[Aa]ccording to|[Зз]а даними)\s+(?:the\s+)?NAME",
    ),
    ("мәліметінше|ақпаратынша|хабарлауынша", r"NAME\s+(?:мәліметінше|ақпаратынша|хабарлауынша)"),
)
_PRINTED: Final = _cue(
    (
        "публик|ышл|ышел|апечат|азмещ",
        r"(?:опубликова\w*|вышл\w*|вышел|напечатан\w*|размещ[её]н\w*)\s+(?:\w+\s+)?в\s+(?:\w+ой\s+|\w+ом\s+)?NAME",
    ),
    (
        "публик|ышл|ышел|апечат|азмещ",
        r"\b[вВ]\s+(?:\w+ой\s+)?NAME\s+(?:был\w*\s+)?(?:опубликова\w*|вышл\w*|вышел|напечатан\w*|размещ[её]н\w*)",
    ),
    ("басылымында|газетінде|журналында", r"NAME\s+(?:басылымында|газетінде|журналында)"),
    ("published in|appeared in", r"(?:published|appeared) in\s+(?:the\s+)?NAME"),
)
# "X reports": the third person tells of somebody else. A name that the table does not know must close or open the sentence so.
_REPORTS: Final = _cue(
    (" reports", r"(?:,\s+|\b[Aa]s\s+)NAME\s+reports\b"),
    (" report|сообща|сообщил|переда", r"NAME\s+(?:reports|reported|сообщает|сообщил\w*|переда[её]т)\b"),
)
_DATELINE: Final = re.compile(
    rf"\s*[{_UP}][\w .,’'-]{{1,40}}?(?:[.,]\s*|\s+)(?:\d{{1,2}}\.?\s+[^\W\d_]+\.?|[^\W\d_]+\.?\s+\d{{1,2}})?[.,]?\s*"
    rf"(?:[(/]\s*(?P<a>[{_UP}][^()/\n]{{1,40}}?)\s*[)/]|(?:[–—-]\s*)?(?P<b>[{_UP}][\w-]*(?:\.\w+)*(?:\s[{_UP}][\w-]*)?))\s*(?P<e>[.–—-])"
)
_SOURCE: Final = re.compile(
    r"^\W*(?:источник\w*(?: информации)?|дереккөз\w*|source|джерело|източник|źródło|zdroj)\s*[-–—:]+\s*(?P<n>\S[^\n]{0,120})$",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'«»()\[\]]+")
# How far from the beginning and from the end the words of attribution are looked for, in characters: the first two paragraphs and
# the last. How far around a stem its pattern is tried: a long name on either side.
HEAD: Final = 900
TAIL: Final = 400
_BEFORE: Final = 90
_AFTER: Final = 160


def attribute(
    head: str,
    tail: str,
    sources: list[str],
    outlets: Outlets,
    *,
    stems: frozenset[str] | None = None,
    url: str | None = None,
    outlet: str | None = None,
    folder: str | None = None,
) -> Attribution:
    """Reads the attribution of an article.

    Takes the beginning of its text (HEAD characters), the end (TAIL characters), its source lines (chrome), the table, those of
    `cue_stems` that the document holds (None: any can be), the address and the outlet that are known already, and the domain of
    its folder (`domain_in_path`), which counts where no address does. Gives what is known and found. Raises nothing.
    """
    origin: str | None = None
    for line in sources:
        match = _SOURCE.match(line)
        if match is not None:
            origin = origin or _source_name(match["n"], outlets)
        elif url is None and (found := _ADDRESS.search(line)) is not None:
            url = found[0].rstrip(".,;:!?")
    place = outlet
    domain = ""
    address = url if url is not None else folder
    if address is not None and outlet is None:
        domain = domain_of(address)
        hit = outlets.at(domain)
        outlet = hit.name if hit is not None else domain or None
        place = hit.name if hit is not None else None
    referred = says = None
    if stems is None or stems:
        referred = _search(_REFERS, head, outlets, stems) or _search(_REFERS, tail, outlets, stems)
        says = _search(_SAYS, head, outlets, stems) or _search(_SAYS, tail, outlets, stems)
    if origin is None and referred is not None:
        origin = referred.name
    if says is not None and says.name != origin:
        if (place is None and domain and _is_domain_of(says.name, domain)) or (
            outlet is None and (referred is not None or says.kind in {"site", "unknown"})
        ):
            outlet = says.name
        elif origin is None or (domain and referred is not None and origin == referred.name):
            origin = says.name if says.name != outlet else origin
    line_of = _dateline(head, outlets)
    if line_of is not None:
        if outlet is None:
            outlet = line_of
        elif origin is None:
            origin = line_of
    for cue, known_only in ((_ACCORDING, True), (_REPORTS, False), (_PRINTED, True)):
        if origin is not None or not (stems is None or stems):
            break
        named = _search(cue, head, outlets, stems, known_only=known_only, known_after=1 if cue is _REPORTS else 0)
        origin = named.name if named is not None and named.name != outlet else None
    return Attribution(outlet, origin if origin != outlet else None, url)


def cue_stems() -> list[str]:
    """The stems of all phrases of attribution: a text that holds none of them has none of the phrases."""
    return sorted(frozenset().union(*(cue.stems for cue in (_SAYS, _REFERS, _ACCORDING, _PRINTED, _REPORTS))))


class _Named(NamedTuple):
    name: str
    kind: str  # of the table, or `unknown`


def _search(
    cue: _Cue,
    window: str,
    outlets: Outlets,
    held: frozenset[str] | None,
    *,
    known_only: bool = False,
    known_after: int = 0,
) -> _Named | None:
    """The first name that a phrase of the cue tells. `known_only`: only names that the table knows or that stand in quotes;
    `known_after`: the same for the patterns from this one on (0: none of them)."""
    if held is not None and held.isdisjoint(cue.stems):
        return None
    for number, (stems, pattern) in enumerate(cue.phrases):
        only_known = known_only or (known_after and number >= known_after)
        for stem in stems:
            at = window.find(stem) if held is None or stem in held else -1
            while at >= 0:
                match = pattern.search(window, max(0, at - _BEFORE), at + _AFTER)
                if match is None:
                    at = window.find(stem, at + 1)
                    continue
                known = outlets.named(match["n"])
                if known is not None:
                    return _Named(known.name, known.kind)
                if not only_known or (match["n"][0] in _QUOTES and not known_after):
                    return _Named(_as_found(match, outlets), "unknown")
                at = window.find(stem, max(at + 1, match.end()))
    return None


def _as_found(match: re.Match[str], outlets: Outlets) -> str:
    name = outlets.name(match["n"])
    return f"пресс-служба {name}" if "пресс-служб" in match["t"] else name


def _dateline(head: str, outlets: Outlets) -> str | None:
    """The agency of a dateline ("LONDON, Nov 18 (Reuters) -", "МОСКВА, 18 ноября /ТАСС/."), where the table knows it or brackets
    tell."""
    opening = head[:120]
    first = opening.split(None, 1)[0] if opening.strip() else ""
    if not (first.isupper() or first[-1:] in {".", ","} or "(" in opening or "/" in opening):
        return None
    match = _DATELINE.match(opening)
    if match is None:
        return None
    if match["a"] is not None:
        return outlets.name(match["a"])
    known = outlets.named(match["b"])
    if known is not None:
        return known.name
    # An unknown name counts only after a day: "TOWN, 10 ноября, Some Agency. Text".
    return match["b"] if any(map(str.isdigit, match[0])) and match["e"] == "." and len(match["b"]) > 3 else None


def _source_name(told: str, outlets: Outlets) -> str | None:
    told = told.strip().rstrip(".")
    address = _ADDRESS.search(told)
    if address is not None:
        hit = outlets.at(address[0])
        return hit.name if hit is not None else domain_of(address[0]) or None
    return outlets.name(told) or None


# How Cyrillic names are spelt in domains; several spellings are tried away by dropping what varies.
_LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфыэіғқңөұүһә", "abvgdeezijklmnoprstufyeigqnouuha", strict=True)),
        **{
            "ж": "zh",
            "х": "h",
            "ц": "c",
            "ч": "ch",
            "ш": "sh",
            "щ": "sh",
            "ъ": "",
            "ь": "",
            "ю": "yu",
            "я": "ya",
            "ї": "i",
            "є": "e",
        },
    }
)
_VARIES: Final = str.maketrans({"k": "q", "c": "q", "j": "i", "y": "i", "x": "h", "w": "v"})


def _is_domain_of(name: str, domain: str) -> bool:
    """Whether a domain is a name in Latin letters: "Кенсай Инфо" and kensai-info.example."""
    labels = domain.split(".")
    label = labels[-2] if len(labels) > 1 else labels[0]
    one, other = ("".join(_NAME_WORD.findall(text.casefold())).translate(_LATIN) for text in (name, label))
    one, other = (text.replace("kh", "h").replace("h", "").translate(_VARIES) for text in (one, other))
    # A domain may add a word ("...news", "...kz"); a shared beginning of four letters is no chance.
    return len(one) >= 4 and len(other) >= 4 and (one.startswith(other) or other.startswith(one))
