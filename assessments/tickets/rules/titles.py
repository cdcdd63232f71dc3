"""Titles that ask the same, grouped: what people ask most often (K5).

>>> group_titles(["Add 'Ana' to ml-prod!", "add “Ben” to ML-Prod", "Quota 4 GPUs"])
[TitleGroup(title="Add 'Ana' to ml-prod!", count=2), TitleGroup(title='Quota 4 GPUs', count=1)]
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

LONGEST_KEY = 200
QUOTED = re.compile(
    r"'[^']{1,80}'(?!\w)|\"[^\"]{1,80}\"|`[^`]{1,80}`|“[^”]{1,80}”|„[^“”]{1,80}[“”]|«[^»]{1,80}»|‘[^’]{1,80}’"
)
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
NOT_A_WORD = re.compile(r"[^\w<>]+")
COURTESY = {
    "a", "an", "the", "please", "pls", "kindly", "hi", "hello", "hey", "dear", "team", "all", "could", "can", "would", "you",
    "we", "i", "thanks", "thank", "urgent", "question",
}  # fmt: skip
# What is asked for: a kind of thing, or what stands behind "to", "on", "open".
THING = re.compile(r"(?:\b(?P<of>[\w-]+)\s+)?\b(?P<thing>quota|limit|namespace|credential|token)s?\b", re.IGNORECASE)
PLACE = re.compile(
    r"\b(?:access|rights?|permissions?|denied|roles?|member(?:ship)?|read|write|grants?|add|invite|onboard|login|log in)\b"
    r".{0,60}?\b(?:to|on|into|in)\s+(?:the\s+)?[\"'`“]?(?P<place>[\w-]+(?:\s+[\w-]+){0,3})|\bopen\s+(?:the\s+)?[\"'`“]?(?P<opened>[\w-]+(?:\s+[\w-]+){0,3})",
    re.IGNORECASE,
)
PLACE_ENDS = re.compile(r"\s+(?:for|to|in|on|of|from|by|is|as|please|again|asap|and)\b.*$", re.IGNORECASE)
NOT_A_KIND = {
    "a", "an", "the", "new", "more", "my", "our", "your", "of", "for", "raise", "increase", "rotate", "request", "another",
    "this", "that",
}  # fmt: skip


class TitleGroup(NamedTuple):
    """Titles that ask the same: the wording used most often, and how many tickets have one of them."""

    title: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls


def title_key(title: str) -> str:
    """What titles that ask the same have in common: case, numbers, punctuation and names in quotes do not count.

    >>> title_key("Re: How do I get 4 GPUs?") == title_key("how do I get 16 GPUs")
    True
    >>> title_key("Can't log in to 'ads'"), title_key("???")
    ('t log in to <name>', '???')
    """
    text = unicodedata.normalize("NFKC", title[: 2 * LONGEST_KEY]).casefold()
    text = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", text.strip())
    text = NUMBER.sub("<n>", QUOTED.sub(" <name> ", text))
    words = NOT_A_WORD.sub(" ", text).split()
    key = " ".join(word for word in words if word not in COURTESY) or " ".join(words)
    return key[:LONGEST_KEY] or text[:LONGEST_KEY]  # a title of signs alone is only equal to itself


def group_titles(titles: Iterable[str], most: int | None = None) -> list[TitleGroup]:
    """The groups, the most tickets first, equal ones by title; at most ``most`` of them."""
    wordings: dict[str, Counter[str]] = {}
    for title, count in Counter(titles).items():
        wordings.setdefault(title_key(title), Counter())[title] += count
    groups = [
        TitleGroup(min(counts, key=lambda title: (-counts[title], title)), counts.total())
        for counts in wordings.values()
    ]
    return sorted(groups, key=lambda group: (-group.count, group.title))[:most]


def access_target(title: str) -> str:
    """What a ticket asks access to, or what kind of thing it asks for; empty where its title does not say.

    >>> access_target("Read rights on the feature store for Ana"), access_target("Raise GPU quota for churn to 8")
    ('feature store', 'GPU quota')
    >>> access_target("New namespace for the churn project"), access_target("Please help")
    ('namespace', '')
    """
    short = title[: 2 * LONGEST_KEY]
    if thing := THING.search(short):
        kind, name = thing["of"] or "", thing["thing"].lower()
        return name if not kind or kind.lower() in NOT_A_KIND or kind.isdigit() else f"{kind} {name}"
    place = PLACE.search(short)
    return PLACE_ENDS.sub("", place["place"] or place["opened"]) if place else ""
