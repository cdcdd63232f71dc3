"""Which events there are to subscribe to, and which subscription wants which. Pure: standard library alone.

An event is named as the audit log names it, `noun.past_tense`: whatever is recorded can be sent, new nouns too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

TEST = "webhook.tested"
BLOCKED = "gate.blocked"
OFFERED = {
    "alert.*": "An alert opened, was acknowledged, opened again or resolved.",
    "gate.blocked": "A deployment or promotion gate said BLOCKED.",
    "override.*": "An override was asked for, approved or rejected.",
    "change_request.*": "A change waits for approval, or was decided.",
    "deployment.*": "Another configuration serves, by a change, a rollout's step or a rollback.",
    "rollout.*": "A rollout began, went on, stopped by itself or ended.",
    "model_version.promoted": "A model version went to another stage.",
    "feature.current_changed": "Serving computes a feature by another definition.",
    "feature_version.registered": "A feature got a new definition.",
    "check_run.finished": "A check ended, whatever it found.",
    "webhook.switched_off": "A webhook failed for so long that it was switched off.",
}
PATTERN = re.compile(r"\*\Z|[a-z][a-z0-9_]{0,39}\.(?:\*|[a-z][a-z0-9_]{0,39})\Z")
MOST_PATTERNS = 40


def names_of(action: str, payload: Any) -> tuple[str, ...]:
    """The names by which an event of the log is known, the one that is sent last: a gate that said BLOCKED has two.

    >>> names_of("gate.decided", {"decision": "BLOCKED"})
    ('gate.decided', 'gate.blocked')
    """
    blocked = action == "gate.decided" and isinstance(payload, Mapping) and payload.get("decision") == "BLOCKED"
    return (action, BLOCKED) if blocked else (action,)


def wants(patterns: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a subscription names one of them: `alert.opened`, `alert.*`, or `*` for every event."""
    wanted, names = set(patterns), tuple(names)
    return "*" in wanted or any(name in wanted or f"{name.partition('.')[0]}.*" in wanted for name in names)


def pattern_faults(patterns: Iterable[str]) -> list[str]:
    """A sentence for each entry that names no event, and for a list that is empty or too long."""
    patterns = list(patterns)
    if not patterns:
        return ["Name at least one event, such as alert.opened or alert.*."]
    if len(patterns) > MOST_PATTERNS:
        return [f"Name at most {MOST_PATTERNS} events; alert.* stands for all that begin so."]
    wrong = [pattern for pattern in patterns if not PATTERN.match(pattern)]
    return [f"{one[:80]!r} names no event: write alert.opened, alert.* or *." for one in wrong]
