"""What an event says, as a sentence of its verb and its object, and the old and new values that it holds. Pure.

>>> verb_and_noun("model_version.registered", "model_version"), verb_and_noun("user.roles_changed", "user")
(('registered', 'model version'), ('changed the roles of', 'user'))
>>> verb_and_noun("dataset.snapshot_taken", "dataset"), verb_and_noun("alert.flagged_odd", "alert")
(('took a snapshot of', 'data set'), ('alert flagged odd:', ''))
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from platform_site.text.wording import in_words

LONGEST = 160  # of what a line says beside its object
LONGEST_VALUE = 400  # of an old or new value
MOST_CHANGES = 40
NOUNS = {
    "dataset": "data set", "gate": "gate", "user": "user", "gate_policy": "policy", "token": "token", "organization": "organization",
}  # fmt: skip
PAST = {"taken": "took", "made": "made", "begun": "began", "written": "wrote", "set": "set", "sent": "sent"}
WITHOUT_A_NOUN = {"user.signed_in": "signed in as", "user.signed_out": "signed out as"}
VERBS = {
    "feature.current_changed": "changed the current version of",
    "source_table.current_changed": "changed the current version of",
    "dataset.snapshot_taken": "took a snapshot of",
    "check_run.cancel_requested": "asked to cancel",
    "model_version.no_features_confirmed": "confirmed that no features are used by",
    "model_version.pinned": "changed the pins of",
    "model_version.refused": "was refused a change of",
    "feature_pin.set": "pinned a feature for",
    "feature_pin.lifted": "removed the pin of a feature from",
    "gate.decided": "asked the gate about",
    "exemption.ending_soon": "reminded of the end of",
    "organization.target_removed": "removed the target of",
    "assessment.team_answered": "answered for a team about",
    "change_request.link_used": "used a link for",
    "change_request.links_made": "made links for",
    "change_request.reminded": "reminded of",
    "serving.reported": "reported what serves of",
    "token.first_used": "used for the first time",
    "user.handed_over": "handed over",
    "user.lock_reset": "unlocked",
    "user.locked_out": "locked out",
    "user.password_link_made": "made a password link for",
    "user.password_set": "set the password of",
    "webhook.switched_off": "switched off",
    "regulator_pack.handed_out": "downloaded the regulator pack of",
}


class Change(NamedTuple):
    """What changed of a record: the field, and its value before and after, as text."""

    field: str
    before: str
    after: str


def verb_and_noun(action: str, kind: str) -> tuple[str, str]:
    """The verb of an event, and what its object is called; for words that are not a verb the words themselves."""
    if action in WITHOUT_A_NOUN:
        return WITHOUT_A_NOUN[action], ""
    noun = NOUNS.get(kind, in_words(kind))
    if action in VERBS:
        return VERBS[action], noun
    *before, last = action.partition(".")[2].split("_")
    verb = PAST.get(last) or (last if last.endswith("ed") else "")
    if not verb:
        return f"{in_words(action.replace('.', ' '))}:", ""
    return (f"{verb} the {' '.join(before)} of" if before else verb), noun


def subject_parts(subject: str) -> tuple[str, str]:
    """The kind and the name that an event is about.

    >>> subject_parts("model_version:demand/v1"), subject_parts("everything")
    (('model_version', 'demand/v1'), ('', 'everything'))
    """
    kind, colon, name = subject.partition(":")
    return (kind, name) if colon else ("", subject)


def changes(content: Any) -> list[Change]:
    """The old and new values in a payload, by field; the first of many."""
    return list(_changes(content, ""))[:MOST_CHANGES]


def _changes(content: Any, field: str) -> Iterator[Change]:
    if not isinstance(content, Mapping):
        return
    if "from" in content and "to" in content:
        yield Change(field or "value", _text(content["from"]), _text(content["to"]))
        return
    for name, value in content.items():
        inner = name if not field or field in ("changes", "changed") else f"{field} {name}"
        yield from _changes(value, in_words(inner))


def detail(content: Any) -> str:
    """What a line says beside its object: the change if there is one, the decision and the reason.

    >>> detail({"from": "a1", "to": "b2", "reason": "Nulls."}), detail({"decision": "BLOCKED"}), detail({"rows": 3})
    ('from a1 to b2: Nulls.', 'BLOCKED', '')
    """
    if not isinstance(content, Mapping):
        return ""
    reason = _of(content, "reason")
    differences = [change for change in changes(content) if not (reason and change.field == "reason")]
    parts = [_of(content, name) for name in ("feature", "decision", "outcome", "stage")]
    if len(differences) == 1:
        change = differences[0]
        of = "" if change.field == "value" else f"{change.field} "
        parts.append(f"{of}from {change.before} to {change.after}")
    elif differences:
        parts.append(", ".join(change.field for change in differences[:4]))
    line = ", ".join(part for part in parts if part)
    return _shortened(f"{line}: {reason}" if line and reason else line or reason, LONGEST)


def _of(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    if isinstance(value, Mapping) and {"head", "length", "sha256"} <= value.keys():
        return _shortened(f"{value['head']} ({value['length']:,} characters)", LONGEST_VALUE)
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _shortened(", ".join(value), LONGEST_VALUE)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _shortened(text, LONGEST_VALUE)


def _shortened(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
