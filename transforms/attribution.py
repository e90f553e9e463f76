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
from urllib.parse import urlsplit


@dataclasses.dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the table: its one name, and its kind (agency, paper, site, tv)."""

    name: str
    kind: str


@dataclasses.dataclass(frozen=True)
class Outlets:
    """The table of outlets. `by_key`: folded names and aliases (`key`). `by_domain`: domains without www."""

    by_key: dict[str, Outlet]
    by_domain: dict[str, Outlet]

    def named(self, found: str) -> Outlet | None:
        """The outlet that a name stands for, whatever its case, quotes and inflection; None where the table has
        none."""
        bare = found.strip(_QUOTES + " .,;:()")
        if (hit := self.by_key.get(key(bare))) is not None:
            return hit
        if "." in bare and (hit := self.at(bare)) is not None:
            return hit
        shorter = _TYPE_WORDS.sub("", bare)
        if shorter != bare:
            return self.named(shorter)
        return None

    def at(self, address: str) -> Outlet | None:
        """The outlet of a URL or a domain, the closest parent domain in the table; None where there is none."""
        parts = domain_of(address).split(".")
        for i in range(len(parts) - 1):
            if (hit := self.by_domain.get(".".join(parts[i:]))) is not None:
                return hit
        return None

    def name(self, found: str) -> str:
        """The one form of a name: the table's, or the name as found, without quotes."""
        hit = self.named(found)
        return hit.name if hit is not None else found.strip(_QUOTES + " .,;:")


_QUOTES: Final = "«»\"“”„‟'‘’‹›"
_TYPE_WORDS: Final = re.compile(
    r"^(?:(?:российск|казахстанск|международн|информационн|деловo|ежедневн|британск|американск)\w*\s+)?"
    r"(?:газет\w*|издани\w*|агентств\w*|информагентств\w*|портал\w*|сайт\w*|журнал\w*|телеканал\w*|канал\w*|иа|миа|ия|"
    r"newspaper|agency|the)\s+",
    re.IGNORECASE,
)
# Endings that Russian, Kazakh and Ukrainian names take in their cases; longest first.
_ENDINGS: Final = re.compile(
    r"(?:ыми|ими|ами|ями|ого|его|ому|ему|ой|ей|ий|ый|ая|яя|ое|ее|ые|ие|ую|юю|ых|их|ым|им|ом|ем|ах|ях|ам|ям|ов|ев|ия|ии|ию|ием|"
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
    text = address.strip().casefold()
    try:
        host = urlsplit(text if "//" in text else "//" + text).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.").removeprefix("m.").rstrip(".")


class Attribution(NamedTuple):
    """What a text says: who published it, whom it took it from, and its address; None where it does not say."""

    outlet: str | None
    origin: str | None
    url: str | None


_DOMAIN: Final = r"(?:[\w-]+\.)+(?:kz|ru|com|org|net|info|uz|kg|ua|by|uk|bg|cz|pl|eu|tv|asia|media|news|press|рф|қаз)\b"
_NAME: Final = (
    r"(?:(?:газет\w*|издани\w*|агентств\w*|информагентств\w*|портал\w*|сайт\w*|журнал\w*|телеканал\w*|канал\w*|корреспондент\w*|"
    r"пресс-служб\w*|ИА|МИА)\s+){0,2}"
    r"(?P<n>[«\"“„][^«»\"“”„\n]{2,60}[»\"”“]|"
    + _DOMAIN
    + r"|[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w-]*(?:\.\w+)*(?:[ \t]+[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w.-]*){0,3})"
)
_SAYS: Final = re.compile(
    r"(?:переда[её]т|сообща[её]т|пишет|информирует|деп хабарлайды|деп жазады|хабарлайды|повідомляє|передає)"
    r"[ \t,:]+(?:об этом\s+)?" + _NAME
)
_REFERS: Final = re.compile(
    r"(?:со ссылкой на|ссылаясь на|по данным|по сообщению|с посиланням на|citing|according to)\s+(?:the\s+)?" + _NAME
)
_PRINTED: Final = re.compile(
    r"(?:(?:опубликова\w*|вышл\w*|вышел|напечатан\w*|размещен\w*|появил\w*)\s+(?:\w+\s+)?в\s+(?:российской\s+|казахстанской\s+)?"
    + _NAME
    + r")"
)
_IN_PRINTED: Final = re.compile(r"\b[вВ]\s+" + _NAME + r"\s+(?:был\w*\s+)?(?:опубликова\w*|вышл\w*|напечатан\w*)")
_KK_PRINTED: Final = re.compile(_NAME + r"\s+(?:басылымында|газетінде|сайтында|порталында|журналында)")
_SOURCE: Final = re.compile(
    r"^[ \t]*(?:источник\w*|дереккөз\w*|source|джерело|источник информации)\s*[-–—:]+\s*(?P<n>\S[^\n]{0,120})$",
    re.IGNORECASE | re.MULTILINE,
)
_REPORTS: Final = re.compile(
    r"\b(?P<n>[A-Z][\w.-]+(?:[ ][A-Z][\w.-]+){0,3})\s+(?:reports|reported)\b|\((?P<a>Reuters|AP|AFP|Bloomberg|TASS|Xinhua)\)"
)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'«»()\[\]]+")
# How far from the beginning and from the end the words of attribution are looked for, in characters: the first two
# paragraphs and the last.
_HEAD: Final = 900
_TAIL: Final = 500


def attribute(
    text: str, body_start: int, outlets: Outlets, *, url: str | None = None, outlet: str | None = None
) -> Attribution:
    """Reads the attribution of a document.

    Takes its text, where its body begins, the table, and the address and outlet that are known already. Gives what is
    known and found.
    """
    head = text[body_start : body_start + _HEAD]
    tail = text[max(body_start + _HEAD, len(text) - _TAIL) :] if len(text) > body_start + _HEAD else ""
    origin: str | None = None
    last = tail or head
    source = _SOURCE.search(last)
    if url is None and "://" in last:
        address = _ADDRESS.search(last[source.end() :] if source else last) or _ADDRESS.search(last)
        url = address[0].rstrip(".,;:!?") if address else None
    if url is not None and outlet is None:
        domain = domain_of(url)
        hit = outlets.at(url)
        outlet = hit.name if hit is not None else domain or None
    if source is not None:
        told = source["n"].strip().rstrip(".")
        origin = _origin_of(told, outlets)
    referred = _REFERS.search(head)
    if origin is None and referred is not None:
        origin = outlets.name(referred["n"])
    says = _SAYS.search(head) or _SAYS.search(tail)
    if says is not None:
        speaker = says["n"]
        known = outlets.named(speaker)
        name = known.name if known is not None else outlets.name(speaker)
        is_site = re.fullmatch(_DOMAIN, speaker) is not None or (known is not None and known.kind == "site")
        if outlet is None and (is_site or referred is not None):
            outlet = name
        elif origin is None and name != outlet:
            origin = name
    if origin is None:
        for form in (_PRINTED, _IN_PRINTED, _KK_PRINTED):
            printed = form.search(head)
            if printed is not None and (outlets.named(printed["n"]) is not None or form is not _IN_PRINTED):
                origin = outlets.name(printed["n"])
                break
    if origin is None:
        reports = _REPORTS.search(head)
        if reports is not None:
            origin = outlets.name(reports["n"] or reports["a"])
    if origin == outlet:
        origin = None
    return Attribution(outlet, origin, url)


def _origin_of(told: str, outlets: Outlets) -> str | None:
    hit = outlets.at(told) if "." in told else None
    if hit is not None:
        return hit.name
    return domain_of(told) or None if "://" in told else outlets.name(told) or None
