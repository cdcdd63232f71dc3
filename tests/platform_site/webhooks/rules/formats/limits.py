"""What the vendors document of the bodies that they take, as tables, and a reader that holds a body to them.

Slack: docs.slack.dev/reference/block-kit/blocks. Teams: adaptivecards.io/explorer (1.4) and learn.microsoft.com, "Create
Incoming Webhooks". PagerDuty: developer.pagerduty.com, "Send an Alert Event". Opsgenie: docs.opsgenie.com/docs/alert-api.
"""

from __future__ import annotations

import json
from typing import Any

TEXT = {"type": "string", "minLength": 1}


def text(longest: int) -> dict[str, Any]:
    return TEXT | {"maxLength": longest}


def thing(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def const(value: str) -> dict[str, str]:
    return {"const": value}


def _slack_text(kind: str, longest: int) -> dict[str, Any]:
    more = {"emoji": {"type": "boolean"}} if kind == "plain_text" else {"verbatim": {"type": "boolean"}}
    return thing(("type", "text"), type=const(kind), text=text(longest), **more)


BLOCK_ID = text(255)
BUTTON = thing(
    ("type", "text"),
    type=const("button"),
    text=_slack_text("plain_text", 75),
    url=text(3_000),
    action_id=text(255),
    value=text(2_000),
    style={"enum": ["primary", "danger"]},
)
SLACK_BLOCKS = [
    thing(("type", "text"), type=const("header"), text=_slack_text("plain_text", 150), block_id=BLOCK_ID),
    thing(("type", "text"), type=const("section"), text=_slack_text("mrkdwn", 3_000), block_id=BLOCK_ID),
    thing(
        ("type", "fields"),
        type=const("section"),
        fields={"type": "array", "minItems": 1, "maxItems": 10, "items": _slack_text("mrkdwn", 2_000)},
    ),
    thing(
        ("type", "elements"),
        type=const("context"),
        elements={"type": "array", "minItems": 1, "maxItems": 10, "items": _slack_text("mrkdwn", 3_000)},
    ),
    thing(("type", "elements"), type=const("actions"), elements={"type": "array", "maxItems": 25, "items": BUTTON}),
]
SLACK = thing(
    ("text", "blocks"),
    text=text(40_000),
    blocks={"type": "array", "minItems": 1, "maxItems": 50, "items": {"anyOf": SLACK_BLOCKS}},
)

COLORS = {"enum": ["default", "dark", "light", "accent", "good", "warning", "attention"]}
TEXT_RUN = thing(
    ("type", "text"),
    type=const("TextRun"),
    text=TEXT,
    color=COLORS,
    fontType={"enum": ["default", "monospace"]},
    highlight={"type": "boolean"},
    isSubtle={"type": "boolean"},
    italic={"type": "boolean"},
    size={"enum": ["default", "small", "medium", "large", "extraLarge"]},
    strikethrough={"type": "boolean"},
    underline={"type": "boolean"},
    weight={"enum": ["default", "lighter", "bolder"]},
)
RICH_TEXT = thing(
    ("type", "inlines"),
    type=const("RichTextBlock"),
    inlines={"type": "array", "minItems": 1, "items": TEXT_RUN},
    separator={"type": "boolean"},
    spacing={"enum": ["default", "none", "small", "medium", "large", "extraLarge", "padding"]},
)
OPEN_URL = thing(
    ("type", "url"), type=const("Action.OpenUrl"), title=TEXT, url={"type": "string", "pattern": "^https?://"}
)
CARD = {
    "type": "object",
    "required": ["type", "version"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "type": const("AdaptiveCard"),
        "version": {"enum": ["1.2", "1.3", "1.4", "1.5"]},
        "body": {"type": "array", "items": RICH_TEXT},
        "actions": {"type": "array", "items": OPEN_URL},
        "fallbackText": TEXT,
    },
}
TEAMS = thing(
    ("type", "attachments"),
    type=const("message"),
    attachments={
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": thing(
            ("contentType", "content"),
            contentType=const("application/vnd.microsoft.card.adaptive"),
            contentUrl={"type": "null"},
            content=CARD,
        ),
    },
)
TEAMS_BYTES = 28 * 1024

SEVERITIES = {"enum": ["critical", "error", "warning", "info"]}
PAGERDUTY_TRIGGER = thing(
    ("event_action", "payload"),
    routing_key={"type": "string", "minLength": 32, "maxLength": 32},
    event_action=const("trigger"),
    dedup_key=text(255),
    client=TEXT,
    client_url=TEXT,
    links={"type": "array", "items": thing(("href",), href=TEXT, text=TEXT)},
    payload=thing(
        ("summary", "source", "severity"),
        summary=text(1_024),
        source=TEXT,
        severity=SEVERITIES,
        timestamp={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)$"},
        component=TEXT,
        group=TEXT,
        custom_details={"type": "object"},
        **{"class": TEXT},
    ),
)
PAGERDUTY_ENDING = thing(
    ("event_action", "dedup_key"),
    routing_key={"type": "string", "minLength": 32, "maxLength": 32},
    event_action={"enum": ["acknowledge", "resolve"]},
    dedup_key=text(255),
)
PAGERDUTY = {"oneOf": [PAGERDUTY_TRIGGER, PAGERDUTY_ENDING]}
PAGERDUTY_BYTES = 512 * 1024

OPSGENIE_CREATE = thing(
    ("message",),
    message=text(130),
    alias=text(512),
    description=text(15_000),
    priority={"enum": ["P1", "P2", "P3", "P4", "P5"]},
    source=text(100),
    entity=text(512),
    tags={"type": "array", "maxItems": 20, "items": text(50)},
    details={"type": "object", "additionalProperties": {"type": "string"}},
    user=text(100),
    note=text(25_000),
)
OPSGENIE_DETAILS = 8_000
OPSGENIE_ENDING = thing((), user=text(100), source=text(100), note=text(25_000))


def fits(body: str, schema: dict[str, Any]) -> Any:
    """The content of a body; fails with everything that the table does not allow."""
    from jsonschema import Draft202012Validator

    content = json.loads(body)
    faults = [
        f"{fault.json_path}: {fault.message[:200]}" for fault in Draft202012Validator(schema).iter_errors(content)
    ]
    assert not faults, faults
    return content
