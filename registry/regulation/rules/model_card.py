"""The model card: the headings of the EU AI Act's Annex IV, each with what is on record and what people wrote.

A heading without either is said to be empty: a card with gaps must not look whole.

>>> card = filled({"1a": ["Model demand, version v1."]}, {"risks": "Wrong in floods."})
>>> [(entry.heading.number, entry.is_empty) for entry in card if entry.heading.number in ("1a", "1b", "5")]
[('1a', False), ('1b', True), ('5', False)]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.text.markdown import escape

LAW = "Regulation (EU) 2024/1689, Annex IV"
LONGEST = 8_000
EMPTY = "Nothing is on record under this heading."


class Heading(NamedTuple):
    """A heading of Annex IV: its number, its title in short, and the name of the text that people write under it."""

    number: str
    title: str
    text: str
    hint: str


class Entry(NamedTuple):
    """A heading as it is filled: what is on record, as sentences, and what people wrote."""

    heading: Heading
    on_record: Sequence[str]
    written: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands under the heading."""
        return not (self.on_record or self.written)


# fmt: off
HEADINGS = (
    Heading("1a", "Intended purpose, provider and version", "purpose", "What it is for, who uses it for what, and what it must not be used for."),
    Heading("1b", "Interaction with other hardware and software", "interaction", "Systems it reads from, and systems that act on its output."),
    Heading("1c", "Versions of software, and requirements for updates", "updates", "What has to be updated together."),
    Heading("1d", "Forms in which it is put into service", "forms", "As an API, a batch, a package on a device."),
    Heading("1e", "Hardware that it runs on", "hardware", "What it needs to run as intended."),
    Heading("1f", "Product that it is part of", "product", "Where it is a component: the product, with photographs or drawings."),
    Heading("1g", "User interface", "interface", "What the people who use it see."),
    Heading("1h", "Instructions for use", "instructions", "What whoever deploys it has to know and do."),
    Heading("2a", "Methods and steps of development", "development", "How it was developed, with pre-trained systems and tools of others."),
    Heading("2b", "Design: logic, choices, assumptions, what it optimises", "design", "Why it is built so, for whom, and which trade-offs were made."),
    Heading("2c", "System architecture and computing resources", "architecture", "How the parts build on each other, and what training and serving take."),
    Heading("2d", "Data: provenance, scope, selection, labels, cleaning", "data", "How the data was obtained, selected, labelled and cleaned."),
    Heading("2e", "Assessment of human oversight", "oversight", "Who can understand, stop and overrule it, and how."),
    Heading("2f", "Changes determined in advance", "planned_changes", "What will change, and how compliance is kept."),
    Heading("2g", "Validation and testing", "validation", "How it was tested, on which data, for which groups."),
    Heading("2h", "Cybersecurity", "security", "What protects it and its data."),
    Heading("3", "Monitoring, functioning and control: capabilities and limitations", "limits", "How accurate it is for whom, where it fails, and what may be fed to it."),
    Heading("4", "Appropriateness of the performance metrics", "metrics", "Why these metrics fit what it is for."),
    Heading("5", "Risk management", "risks", "Known and foreseeable risks, and what is done about each."),
    Heading("6", "Changes through its life", "changes", "What was changed since it was put into service, and why."),
    Heading("7", "Standards applied", "standards", "Harmonised standards, or the solutions that were chosen instead."),
    Heading("8", "EU declaration of conformity", "conformity", "Where the declaration is."),
    Heading("9", "Evaluation after it is put into service", "monitoring_plan", "The plan for post-market monitoring."),
)
# fmt: on
TEXTS = {heading.text: heading for heading in HEADINGS}


def filled(on_record: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> list[Entry]:
    """The card: every heading in order, with what is on record by its number, and the texts by their names."""
    return [Entry(h, list(on_record.get(h.number, ())), texts.get(h.text, "").strip()) for h in HEADINGS]


def empty_headings(card: Iterable[Entry]) -> list[str]:
    """The numbers of the headings under which nothing stands."""
    return [entry.heading.number for entry in card if entry.is_empty]


def faults(texts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is wrong with texts to store: the field, a code, a sentence."""
    unknown = [
        (str(name), "unknown", f"{name} is not a text of the card. Choose from {', '.join(TEXTS)}.")
        for name in texts
        if name not in TEXTS
    ]
    long = [
        (name, "too_long", f"{name} has {len(text):,} characters; at most {LONGEST:,} are stored.")
        for name, text in texts.items()
        if isinstance(text, str) and len(text) > LONGEST
    ]
    return unknown + long


def as_json(card: Iterable[Entry]) -> list[dict[str, Any]]:
    """The card as values for programs."""
    return [
        {
            "number": entry.heading.number,
            "title": entry.heading.title,
            "on_record": list(entry.on_record),
            "written": entry.written,
            "empty": entry.is_empty,
        }
        for entry in card
    ]


def as_markdown(card: Sequence[Entry], *, title: str, about: str) -> str:
    """The card as Markdown; whatever people wrote is text and no markup."""
    empty = empty_headings(card)
    gaps = f"Empty headings: {', '.join(empty)}." if empty else "No heading is empty."
    lines = [f"# Model card: {escape(title)}", "", f"{escape(about)} Headings of {LAW}. {gaps}", ""]
    for entry in card:
        lines += [f"## {entry.heading.number} {entry.heading.title}", ""]
        lines += [escape(part) for part in entry.written.splitlines() if part.strip()]
        lines += [""] if entry.written else []
        lines += [f"- {escape(line)}" for line in entry.on_record] or ([] if entry.written else [f"_{EMPTY}_"])
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
