"""Names of events, and the patterns that subscribe to them. Pure: standard library alone.

An event has its name in the audit log, `noun.past_tense`: everything that is recorded can be sent, new nouns too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from platform_site.webhooks.rules.incidents import BLOCKED, DECIDED

OFFERED = {
    "alert.*": "An alert opened, was updated or acknowledged, opened again or resolved.",
    "health_alert.*": "A figure of an organization got worse: score, tickets per engineer, active teams; or it recovered.",
    "gate.blocked": "A deployment or promotion gate decided BLOCKED.",
    "override.*": "An override was requested, approved or rejected.",
    "change_request.*": "A change waits for approval, or was decided.",
    "approval_request.*": "A looser policy, looser gate settings or a regulated promotion waits for approval, or was decided.",
    "gate_policy.saved": "A policy was tightened, loosened or retired.",
    "standing_approval.*": "A fast lane was requested, approved, rejected, revoked or replaced.",
    "deployment.*": "The serving configuration changed, by a change, a rollout step or a rollback.",
    "rollout.*": "A rollout started, advanced, stopped by itself or ended.",
    "model_version.promoted": "A model version moved to another stage.",
    "feature.current_changed": "The current definition of a feature changed.",
    "feature_version.registered": "A feature got a new definition.",
    "check_run.finished": "A check run finished, with any outcome.",
    "assessment.published": "An assessment was published.",
    "assessment.team_answered": "A team said itself what it has, for a draft.",
    "exemption.*": "A capability is left out for a time, that ends within a week, or it ended.",
    "initiative.*": "Work on a gap was proposed, changed, is due within a week or late, was closed or opened again.",
    "access_request.*": "Somebody is to get a role or team that decides about others, or that was decided.",
    "user.roles_changed": "Somebody's roles changed.",
    "user.teams_changed": "Somebody joined or left a team.",
    "user.locked_out": "Sign-ins for a name or from an address were slowed down or stopped.",
    "webhook.changed": "Somebody changed what goes out by a webhook, or switched it off or on.",
    "webhook.switched_off": "A webhook was switched off after many failures.",
    "webhook.removed": "Somebody removed a webhook.",
}
PATTERN = re.compile(r"\*\Z|[a-z][a-z0-9_]{0,39}\.(?:\*|[a-z][a-z0-9_]{0,39})\Z")
MOST_PATTERNS = 40


def names_of(action: str, payload: Any) -> tuple[str, ...]:
    """The names by which an event of the log is known, the one that is sent last: a gate that decided BLOCKED has two.

    >>> names_of("gate.decided", {"decision": "BLOCKED"})
    ('gate.decided', 'gate.blocked')
    """
    blocked = action == DECIDED and isinstance(payload, Mapping) and payload.get("decision") == "BLOCKED"
    return (action, BLOCKED) if blocked else (action,)


def pattern_faults(patterns: Iterable[str]) -> list[str]:
    """A sentence for each entry that is not an event, or for a list that is empty or too long."""
    patterns = list(patterns)
    if not patterns:
        return ["Name at least one event, such as alert.opened or alert.*."]
    if len(patterns) > MOST_PATTERNS:
        return [
            f"{len(patterns)} events are too many. Name at most {MOST_PATTERNS}; alert.* stands for all events of alerts."
        ]
    wrong = [pattern for pattern in patterns if not PATTERN.match(pattern)]
    return [f"{pattern[:80]} is not an event. Write for example alert.opened, alert.* or *." for pattern in wrong]
