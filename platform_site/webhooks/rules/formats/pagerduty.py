"""A notice as an event of PagerDuty's Events API v2. Pure: standard library alone.

The routing key is not in it: it is a secret, and is added when the event is sent (`with_routing_key`).
"""

from __future__ import annotations

import json
from typing import Any

from platform_site.webhooks.rules.formats.text import cut
from platform_site.webhooks.rules.incidents import Step
from platform_site.webhooks.rules.notices import Notice, as_text

ADDRESS = "https://events.pagerduty.com/v2/enqueue"
LONGEST_KEY, LONGEST_SUMMARY, LONGEST_DETAIL = 255, 1_024, 20_000


def as_pagerduty(notice: Notice, *, key: str, step: str, source: str) -> str:
    """What happened to the incident of this key: all that is known when it opens, the key alone when it ends."""
    content: dict[str, Any] = {"event_action": step, "dedup_key": key[:LONGEST_KEY]}
    if step != Step.TRIGGER:
        return json.dumps(content)
    details = {fact.label: fact.text for fact in notice.facts}
    details |= {"What happened": cut(as_text(notice), LONGEST_DETAIL), "Event": notice.event, "By": notice.by}
    if notice.ways_out:
        details["Ways out"] = "\n".join(notice.ways_out)
    facts = {fact.label: fact.text for fact in notice.facts}
    content["payload"] = {
        "summary": cut(notice.title, LONGEST_SUMMARY),
        "source": source,
        "severity": str(notice.severity),
        "timestamp": notice.at,
        "component": facts.get("Feature") or facts.get("Model") or notice.subject,
        "group": facts.get("Model") or facts.get("Organization") or notice.subject,
        "class": notice.event,
        "custom_details": details,
    }
    content["client"] = "Plumbline"
    if notice.link:
        content |= {"client_url": notice.link, "links": [{"href": notice.link, "text": "Open in Plumbline"}]}
    return json.dumps(content)


def with_routing_key(body: str, routing_key: str) -> bytes:
    """The event as it is sent."""
    return json.dumps({"routing_key": routing_key} | json.loads(body)).encode()
