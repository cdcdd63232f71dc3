"""Search everything that has a name, in a bounded number of bounded queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from assessments.models import Organization
from platform_site.access import Actor
from platform_site.errors import Fault, Invalid, Unknown
from platform_site.navigation.places import chains, url_of
from platform_site.roof.search import platform, registry
from platform_site.roof.search.kinds import Hit, Kind

KINDS: tuple[Kind, ...] = (*registry.KINDS, *platform.KINDS)
PAGES, PAGES_LABEL = "pages", "Pages and actions"
LABELS = {PAGES: PAGES_LABEL} | {kind.name: kind.label for kind in KINDS}
SHORTEST, LONGEST = 2, 200
SHOWN = 5
MOST = 100  # of one kind: nobody reads further, and counting on would read whole tables
FEWEST_DIGITS = 4  # of a hash
HASH = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})", re.IGNORECASE)
LARGEST_ID = 2**63 - 1


class Group(NamedTuple):
    """What matches of one kind: the first hits, how many there are (at most `MOST`), and whether one matches exactly."""

    name: str
    label: str
    hits: list[Hit]
    count: int  # type: ignore[assignment] # not the tuple's method
    is_more: bool = False
    is_exact: bool = False


def cleaned(text: str) -> str:
    """The query as it is searched. Invalid when it is too long, or too short to find anything by."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise _fault("too_long", f"A search has at most {LONGEST} characters; this one has {len(text):,}. Shorten it.")
    if not text:
        raise _fault("required", "Write what to search for: a name, a hash, a part of a title or of SQL.")
    if len(text) < SHORTEST and not text.isdigit():
        raise _fault("too_short", f"`{text}` is one letter. Write at least {SHORTEST}.")
    return text


def _fault(code: str, sentence: str) -> Invalid:
    return Invalid([Fault("q", code, sentence)])


def search(
    text: str, organization: Organization | None, actor: Actor, *, kind: str = "", shown: int = SHOWN
) -> list[Group]:
    """What matches a cleaned query, by kind; kinds with an exact match come first. Unknown for an unknown kind."""
    if kind and kind not in LABELS:
        raise Unknown(f"`{kind}` is not a kind of thing that is searched. Choose from {', '.join(LABELS)}.")
    groups = [_pages(text, actor, shown)] if kind in ("", PAGES) else []
    groups += [_group(entry, text, organization, shown) for entry in KINDS if kind in ("", entry.name)]
    return sorted((group for group in groups if group.count), key=lambda group: not group.is_exact)


def _group(kind: Kind, text: str, organization: Organization | None, shown: int) -> Group:
    rows = kind.rows(organization)
    matches = _containing(kind, rows, text.split())
    exact = [row for row in matches if text in (getattr(row, field) for field in kind.exact)]
    if (condition := _exactly(kind, text, named=len(matches) > MOST)) and not exact:
        exact = list(rows.filter(pk__in=rows.filter(condition).order_by().values("pk")[: MOST + 1]))
    merged = list({row.pk: row for row in (*exact, *matches)}.values())
    hits = [kind.show(row) for row in merged[:shown]]
    return Group(kind.name, kind.label, hits, min(len(merged), MOST), len(merged) > MOST, bool(exact))


def _containing(kind: Kind, rows: QuerySet[Any], words: Sequence[str]) -> list[Any]:
    """The first rows with every word, each in any of the fields; one more than are counted shows that there are more."""
    if kind.folded:
        folded, field, leads_to = kind.folded.rows(), kind.folded.field, kind.folded.leads_to
        every = Q(*(Q(**{f"{field}__contains": word.casefold()}) for word in words))
        return list(rows.filter(pk__in=folded.filter(every).values(leads_to)[: MOST + 1]))
    if not (kind.text or kind.names):
        return []
    among = kind.searched(rows) if kind.searched else rows
    return list(among.filter(*(_any(_with(kind, word)) for word in words))[: MOST + 1])


def _with(kind: Kind, word: str) -> Iterator[Q]:
    yield from (Q(**{f"{field}__contains": word.lower()}) for field in kind.names)
    yield from (Q(**{f"{field}__icontains": word}) for field in kind.text)


def _exactly(kind: Kind, text: str, *, named: bool) -> Q | None:
    """The whole query as an id or the beginning of a hash, and where ``named`` as a name: each by an index."""
    parts = [Q(**{field: text}) for field in kind.exact] if named else []
    digits = HASH.fullmatch(text)
    if digits and kind.hashes:
        begin = digits[1].lower()  # a range, which every database answers from the index; "g" comes after every digit
        parts += [Q(**{f"{field}__gte": begin, f"{field}__lt": f"{begin}g"}) for field in kind.hashes]
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and int(number) <= LARGEST_ID:
        parts += [Q(**{field: int(number)}) for field in kind.numbers]
    return _any(parts) if parts else None


def _any(conditions: Iterable[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR)


def _pages(text: str, actor: Actor, shown: int) -> Group:
    """The pages of the site, and what can be started on one, that this person is shown the way to."""
    words = text.lower().split()
    entries = [way for way in _ways(actor) if _has_all(words, f"{way[0]} {way[1]}".lower())]
    entries.sort(key=lambda way: not way[0].lower().startswith(text.lower()))
    hits = [Hit(label, about, url_of(url_name)) for label, about, url_name in entries[:shown]]
    is_exact = any(label.lower() == text.lower() for label, _, _ in entries)
    return Group(PAGES, PAGES_LABEL, hits, len(entries), is_exact=is_exact)


def _ways(actor: Actor) -> Iterator[tuple[str, str, str]]:
    """Each as its label, what it is about, and the name of its address."""
    for chain in chains():
        page = chain[-1]
        if any(above.may is not None and not above.may(actor) for above in chain):
            continue
        yield page.label, page.lead, page.url_name
        for action in page.actions:
            if action.may is None or action.may(actor):
                yield action.label, f"Under {page.label}", action.url_name


def _has_all(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


def summary(groups: Sequence[Group]) -> dict[str, Any]:
    """How much matches in all, as a number and whether there is more."""
    return {"count": sum(group.count for group in groups), "is_more": any(group.is_more for group in groups)}
