"""Every gap once, in the order to work on them (H8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assessments.health.rules.advice import advice_for
from assessments.health.rules.exemptions import LeftOut
from assessments.health.rules.maturity import LEVELS, Level, blockers
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import Priority, Status, position
from platform_site.text.wording import counted, in_words, label

ORDER = [str(priority) for priority in Priority]
NAMED = 3  # models or incidents that a sentence names; the rest is counted
LONGEST_NOTE = 160


class Known(NamedTuple):
    """What is known beside the assessment, by capability: the models (or features) that were measured to be without it, the
    published postmortems that name it (their titles), and the exemptions in force: nothing that is exempt is proposed."""

    without: Mapping[str, Sequence[str]] = {}
    incidents: Mapping[str, Sequence[str]] = {}
    exempt: Mapping[str, LeftOut] = {}


NOTHING_KNOWN = Known()


class Recommendation(NamedTuple):
    """One gap: what it is in plain words, whether it blocks the next level, why it matters here (facts of the organization
    alone) and anywhere (``matters``), and how to begin."""

    capability: str
    title: str
    group: str
    status: str
    priority: str
    blocks: str | None
    why: str
    matters: str
    first_step: str


class LeftOutGap(NamedTuple):
    """A gap that is not proposed until a day, and why."""

    capability: str
    title: str
    status: str
    until: date
    reason: str
    sentence: str


def recommendations(
    items: Sequence[Item], levels: Sequence[Level] = LEVELS, known: Known = NOTHING_KNOWN
) -> list[Recommendation]:
    """Gaps ordered by: blocks the next level, priority, partial before missing; ties by incidents, then in catalogue order.

    What is exempt is left out (`left_out`). An unknown priority is a ValueError.

    >>> gaps = recommendations([Item("lineage", "", "missing", "high"), Item("model_registry", "", "partial", "low")])
    >>> [gap.capability for gap in gaps]
    ['model_registry', 'lineage']
    """
    waiting = blockers(items, levels)
    blocking = {item.capability for item in waiting[0].items} if waiting else set()
    next_level = waiting[0].level.label if waiting else None
    proposed = (item for item in items if item.is_gap and item.capability not in known.exempt)
    gaps = sorted(proposed, key=lambda item: _rank(item, blocking, known))
    return [_recommendation(item, next_level if item.capability in blocking else None, known) for item in gaps]


def left_out(items: Sequence[Item], known: Known) -> list[LeftOutGap]:
    """The gaps that are exempt, in the order of the items."""
    return [
        LeftOutGap(
            item.capability,
            title_of(item.capability, item.description),
            str(item.counts_as),
            *exemption,
            exemption.sentence,
        )
        for item in items
        if item.is_gap and (exemption := known.exempt.get(item.capability))
    ]


def title_of(capability: str, description: str) -> str:
    """A capability in plain words: its description, else its name.

    >>> title_of("lineage", "Full training lineage."), title_of("cost_reports", "")
    ('Full training lineage', 'Cost reports')
    """
    return description.strip().rstrip(".") or label(capability)


def facts_of(item: Item, blocks: str | None = None, known: Known = NOTHING_KNOWN) -> str:
    """What is known here of a gap, each piece a fact: status, priority, the level that needs it, models, incidents, notes.

    >>> facts_of(Item("lineage", "", "partial", "high", "not for images"), None, Known({"lineage": ["eta"]}))
    'Partial, high priority. Without it: eta. Noted: “not for images”.'
    """
    sentences = [f"{label(item.counts_as)}, {in_words(item.priority)} priority."]
    if blocks:
        sentences.append(f"{blocks} needs it.")
    if without := known.without.get(item.capability):
        sentences.append(f"Without it: {listed(without)}.")
    if incidents := known.incidents.get(item.capability):
        sentences.append(prevented(incidents))
    if note := " ".join(item.notes.split()):
        sentences.append(f"Noted: “{_shortened(note).rstrip('.')}”.")
    return " ".join(sentences)


def prevented(incidents: Sequence[str]) -> str:
    """Which incidents a capability would have prevented, by their titles.

    >>> prevented(["Zeros for gaps"])
    'It would have prevented 1 incident: “Zeros for gaps”.'
    """
    titles = [f"“{title.rstrip('.')}”" for title in incidents]
    return f"It would have prevented {counted(len(titles), 'incident')}: {listed(titles)}."


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are.

    >>> listed(["a", "b"]), listed(list("abcde"))
    ('a, b', 'a, b, c and 2 more')
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _shortened(note: str) -> str:
    return note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE].rsplit(' ', 1)[0]} …"


def _rank(item: Item, blocking: set[str], known: Known) -> tuple[bool, int, bool, int, int]:
    partial_first = item.status != Status.PARTIAL
    incidents = len(known.incidents.get(item.capability, ()))
    return (
        item.capability not in blocking,
        ORDER.index(item.priority),
        partial_first,
        -incidents,
        position(item.capability),
    )


def _recommendation(item: Item, blocks: str | None, known: Known) -> Recommendation:
    advice = advice_for(item.capability, item.description)
    return Recommendation(
        item.capability,
        title_of(item.capability, item.description),
        item.group,
        str(item.counts_as),
        str(item.priority),
        blocks,
        facts_of(item, blocks, known),
        advice.why,
        advice.first_step,
    )
