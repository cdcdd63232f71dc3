"""The one message of a gate (G5): the same sentences on the page, in the API, the commands, `/gate.py` and webhooks.

It is made from a decision as JSON, so that a stored decision reads as it did when it was made.

>>> seven = {"definition": 4, "parity": 0, "nothing": 3}
>>> first_line({"decision": "PROCEED", "model": "demand", "version": "v2", "rests_on": seven})
'PROCEED, 3 of 7 features compared by name only: demand v2'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from platform_site.text.wording import counted
from registry.versions.rules.compatibility import REPORTED

Report = Mapping[str, Any]
LONGEST = 300  # characters of one side of a change
BEFORE = 40  # of them before what differs, where a side is longer
PARTS = {
    "logic": "logic", "null_handling": "null handling", "data_type": "data type", "source_table": "source table",
}  # fmt: skip


class Fact(NamedTuple):
    """One thing to know about an entry: its label and its text."""

    label: str
    text: str


class Entry(NamedTuple):
    """What blocks, is overridden or is to be known: the feature (may be empty), a sentence, facts, and the run if any."""

    feature: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    run: int | None = None

    @property
    def title(self) -> str:
        return f"{self.feature}: {self.sentence}" if self.feature else self.sentence


class Message(NamedTuple):
    """A decision for people: what blocks comes first."""

    decision: str
    clauses: tuple[str, ...]
    subject: str
    url: str
    blocking: tuple[Entry, ...]
    overridden: tuple[Entry, ...]
    warnings: tuple[Entry, ...]
    notes: tuple[Entry, ...]
    ways_out: tuple[Report, ...]
    claim: str = ""

    @property
    def headline(self) -> str:
        """The first line without the model version, for a page that is about it."""
        return ", ".join([self.decision, *self.clauses])

    @property
    def is_reserved(self) -> bool:
        """Whether it proceeds, but not on everything that it should rest on."""
        return self.decision == "PROCEED" and bool(self.clauses)

    @property
    def first_line(self) -> str:
        return f"{self.headline}: {self.subject}"


def message(report: Report) -> Message:
    """The message of a decision: its JSON with ``model``, ``version`` and ``url``."""
    conflicts = report.get("conflicts") or ()
    closing = [conflict for conflict in conflicts if _closes(conflict, report)]
    of_conflicts = {reason_of(conflict) for conflict in closing}
    others = [Entry("", reason) for reason in report.get("reasons") or () if reason not in of_conflicts]
    informs = [_entry(conflict) for conflict in conflicts if conflict["severity"] == "INFO"]
    return Message(
        decision_words(report),
        clauses(report),
        f"{report.get('model', '')} {report.get('version', '')}".strip(),
        report.get("url") or "",
        (*map(_entry, closing), *others),
        tuple(_overridden(row) for row in report.get("overridden") or ()),
        tuple(map(_missing, report.get("missing_parts") or ())),
        (*(Entry("", f"An alert is open: {title}") for title in report.get("open_alerts") or ()), *informs),
        tuple(report.get("ways_out") or ()),
        _claim(report),
    )


def first_line(report: Report) -> str:
    """The decision, how much blocks it, and how much it rests on."""
    return message(report).first_line


def decision_words(report: Report) -> str:
    """The decision; one that an override opened says so."""
    under = " under override" if report["decision"] == "PROCEED" and report.get("overridden") else ""
    return f"{report['decision']}{under}"


def clauses(report: Report) -> tuple[str, ...]:
    """What stands behind the decision in its first line."""
    alerts = len(report.get("open_alerts") or ())
    skew = counted(alerts, "open skew alert") if alerts else ""
    every = (_how_much_blocks(report), _how_much_is_missing(report), _by_name_only(report), skew)
    return tuple(clause for clause in every if clause)


def reason_of(conflict: Report) -> str:
    """A conflict as one sentence.

    >>> reason_of({"feature": "orders", "issue": "It changed."})
    'orders: It changed.'
    """
    return f"{conflict['feature']}: {conflict['issue']}" if conflict["feature"] else str(conflict["issue"])


def as_text(content: Message) -> str:
    """The message for a log or a shell; ends with a line feed."""
    lines = [content.first_line, *([content.url] if content.url else [])]
    for word, entries in _sections(content):
        for entry in entries:
            lines += ["", f"{word}: {entry.title}", *(f"  {fact.label:14}{fact.text}" for fact in entry.facts)]
    if content.ways_out:
        lines += ["", "Ways out:", *(f"  {way['kind']:14}{way['do']}" for way in content.ways_out)]
    return "\n".join(lines) + "\n"


def as_markdown(content: Message) -> str:
    """The message for the summary of a pipeline's run; what people wrote is not read as markup."""
    lines = [f"## {_plain(content.first_line)}", ""]
    for word, entries in _sections(content):
        for entry in entries:
            lines.append(f"- **{word}:** {_plain(entry.title)}")
            lines += [f"  - {fact.label}: {_plain(fact.text)}" for fact in entry.facts]
    if content.ways_out:
        lines += ["", "Ways out:", "", *(f"- **{way['kind']}** {_plain(way['do'])}" for way in content.ways_out)]
    if content.url:
        lines += ["", f"<{content.url}>"]
    return "\n".join(lines) + "\n"


def _sections(content: Message) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    words = ("Blocks", "Overridden", "Warning", "Note")
    return tuple(zip(words, (content.blocking, content.overridden, content.warnings, content.notes), strict=True))


def _closes(conflict: Report, report: Report) -> bool:
    return conflict["severity"] != "INFO" and reason_of(conflict) in (report.get("reasons") or ())


def _how_much_blocks(report: Report) -> str:
    conflicts = sum(_closes(conflict, report) for conflict in report.get("conflicts") or ())
    others = len(report.get("reasons") or ()) - conflicts
    counts = [counted(number, noun) for number, noun in ((conflicts, "conflict"), (others, "other reason")) if number]
    if not conflicts:
        counts = [counted(others, "reason")] if others else []
    return f"{' and '.join(counts)} {'block' if conflicts + others > 1 else 'blocks'}" if counts else ""


def _how_much_is_missing(report: Report) -> str:
    """Of an observed version: how many of its parts are missing."""
    missing = report.get("missing_parts")
    if missing is None:
        return ""
    return f"advisory, {counted(len(missing), 'part')} missing" if missing else "advisory"


def _by_name_only(report: Report) -> str:
    basis = report.get("rests_on") or {}
    compared, by_name = sum(basis.values()), basis.get("nothing", 0)
    if report.get("missing_parts") is not None and not compared:
        return "no feature compared"
    if by_name:
        return f"{by_name:,} of {counted(compared, 'feature')} compared by name only"
    declares_none = not compared and any(
        not conflict["feature"] and conflict["severity"] == "INFO" for conflict in report.get("conflicts") or ()
    )
    return "no features declared: nothing can be compared" if declares_none else ""


def _claim(report: Report) -> str:
    """That serving computes what training did, where the gate knows it."""
    compared_by_name_only = (report.get("rests_on") or {}).get("nothing", 0)
    if report.get("missing_parts") is not None:
        return (
            "Only what is known of this version was compared." if sum((report.get("rests_on") or {}).values()) else ""
        )
    if report["decision"] != "PROCEED" or report.get("overridden") or report.get("open_alerts"):
        return ""
    if any(conflict["issue"].startswith(REPORTED) for conflict in report.get("conflicts") or ()):
        return "No accepted definition changed since training. What lineage events report was not compared."
    if compared_by_name_only:
        return "No definition changed since training, but whatever computes a column may change unseen."
    return "" if _by_name_only(report) else "Serving computes what this version was trained on."


def _entry(conflict: Report) -> Entry:
    return Entry(conflict["feature"], str(conflict["issue"]), tuple(_facts(conflict)), conflict.get("run"))


def _facts(conflict: Report) -> list[Fact]:
    facts = [
        Fact(label, str(conflict[name]))
        for label, name in (("trained on", "trained_on"), ("would serve", "current"))
        if conflict[name]
    ]
    changes = conflict.get("changes") or {}
    facts += [Fact(label, _moved(changes[part])) for part, label in PARTS.items() if changes.get(part)]
    if conflict.get("changed_by"):
        reason = f": {conflict['reason']}" if conflict.get("reason") else ""
        facts.append(Fact("changed", f"by {conflict['changed_by']}{_at(conflict.get('changed_at'))}{reason}"))
    if conflict.get("run"):
        facts.append(Fact("rows", _rows(conflict)))
    if conflict.get("approvers"):
        what = "approve an override" if conflict.get("overridable", True) else "confirm it"
        facts.append(Fact("approval", f"{_names(conflict)} can {what}"))
    return facts


def _moved(moved: Report) -> str:
    """Both sides, each on one line; of long ones the part that differs."""
    before, after = (" ".join(str(moved[side]).split()) for side in ("from", "to"))
    differing = (place for place, letters in enumerate(zip(before, after, strict=False)) if len({*letters}) > 1)
    alike = next(differing, min(len(before), len(after)))
    start = alike - BEFORE if max(len(before), len(after)) > LONGEST else 0
    return f"{_cut(before, start)} → {_cut(after, start)}"


def _cut(line: str, start: int) -> str:
    first, last = ("… ", start) if start > 0 else ("", 0)
    return f"{first}{line[last : last + LONGEST]}{' …' if len(line) > last + LONGEST else ''}"


def _at(moment: str | None) -> str:
    return f", {datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC" if moment else ""


def _rows(conflict: Report) -> str:
    differ, rows = conflict.get("rows_differ"), conflict.get("rows")
    if differ is None or rows is None:
        return f"parity run {conflict['run']}"
    return f"{differ:,} of {counted(rows, 'row')} differ in parity run {conflict['run']}"


def _names(conflict: Report) -> str:
    names: Sequence[str] = conflict["approvers"]
    more = conflict.get("more_approvers") or 0
    if more:
        return f"{', '.join(names)} and {more:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _missing(part: Report) -> Entry:
    line = (Fact("line", str(part["line"])),) if part.get("line") else ()
    return Entry("", str(part["how"]), line)


def _overridden(row: Report) -> Entry:
    return Entry("", f"{row['reason']} Covered by override {row['override']}.")


def _plain(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
    return " ".join(escaped.split())[:1_000]
