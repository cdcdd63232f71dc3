"""What changed of who may do what, and of what goes out by webhooks, in a sentence for the dashboard. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SENTENCES = {
    "user.roles_changed": "Roles of {name}: {before} → {after}",
    "user.teams_changed": "Teams of {name}: {before} → {after}",
    "user.activated": "{name} was activated again",
    "user.deactivated": "{name} was deactivated",
    "user.handed_over": "{name} was handed over to the provider",
    "user.password_link_made": "A link to a new password of {name} was made",
    "user.password_set": "The password of {name} was set in a shell",
    "user.locked_out": "Too many wrong passwords by {by}: {name}, from {address}",
    "user.lock_reset": "The lock of {name} was lifted",
    "service_account.created": "The service account {name} was added",
    "service_account.owner_changed": "Owner of {name}: {before} → {after}",
    "access_request.requested": "{name} is to get {wanted}",
    "access_request.approved": "{name} got {wanted}",
    "webhook.changed": "What goes out by {name} was changed",
    "webhook.switched_off": "{name} was switched off: it failed too often",
    "webhook.removed": "{name} was removed: nothing goes out by it any more",
}


def sentence_of(action: str, name: str, content: Any) -> str:
    """The sentence of one event.

    >>> sentence_of("user.roles_changed", "zoe", {"from": [], "to": ["approver", "viewer"]})
    'Roles of zoe: none → approver, viewer'
    >>> sentence_of("access_request.requested", "zoe", {"roles": ["approver"], "teams": ["risk"]})
    'zoe is to get approver, risk'
    """
    values: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    return SENTENCES[action].format(
        name=name,
        before=_words(values.get("from")),
        after=_words(values.get("to")),
        wanted=_words([*values.get("roles", []), *values.get("teams", [])]),
        by=values.get("by", "name"),
        address=values.get("address") or "an unknown address",
    )


def name_of(subject: str) -> str:
    """What a sentence calls the subject of an event.

    >>> name_of("user:zoe"), name_of("webhook:3")
    ('zoe', 'Webhook 3')
    """
    return subject.removeprefix("user:").replace("webhook:", "Webhook ")


def _words(value: Any) -> str:
    words = value if isinstance(value, list) else [value] if value else []
    return ", ".join(map(str, words)) or "none"
