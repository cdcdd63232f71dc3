"""A notice as an Adaptive Card for a Workflows webhook of Microsoft Teams. Pure: standard library alone.

Texts stand in RichTextBlocks, whose runs know no Markdown: what people wrote makes no links.
"""

from __future__ import annotations

import json
from typing import Any

from platform_site.webhooks.rules.formats.text import cut
from platform_site.webhooks.rules.notices import Notice

LONGEST_MESSAGE = 20 * 1024  # bytes; Teams documents 28 KB, and others were refused from 21 KB on
LONGEST_TEXT = 2_000
PARTS = ("sections", "ways_out", "facts")
COLORS = {"critical": "attention", "error": "attention", "warning": "warning", "info": "accent"}
CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def as_teams(notice: Notice) -> str:
    """`{"type": "message", "attachments": [card]}`; what exceeds the size that Teams takes is left out from the end: sections,
    then ways out, then facts."""
    shown, left = notice, 0
    body = _message(shown, left)
    while len(body.encode()) > LONGEST_MESSAGE and (name := next((name for name in PARTS if getattr(shown, name)), "")):
        shown, left = shown._replace(**{name: getattr(shown, name)[:-1]}), left + 1
        body = _message(shown, left)
    return body


def _message(notice: Notice, left: int) -> str:
    body = [_rich(_run(notice.title, size="large", weight="bolder", color=COLORS[notice.severity]))]
    body += [_rich(_run(f"{fact.label}: ", weight="bolder"), _run(fact.text)) for fact in notice.facts]
    body += [_rich(_run(text), separator=True) for text in notice.sections if text.strip()]
    if left:
        body.append(_rich(_run(f"… and {left:,} more; the link leads to all of them.", isSubtle=True)))
    if notice.ways_out:
        body.append(_rich(_run("Ways out", weight="bolder"), separator=True))
        body += [_rich(_run(f"• {way}")) for way in notice.ways_out]
    body.append(_rich(_run(notice.footer, isSubtle=True, size="small"), separator=True))
    card: dict[str, Any] = {"$schema": SCHEMA, "type": "AdaptiveCard", "version": "1.4", "body": body}
    card["fallbackText"] = cut(notice.title, LONGEST_TEXT)
    if notice.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open in Plumbline", "url": notice.link}]
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]})


def _rich(*runs: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)} | options


def _run(text: str, **options: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": cut(text, LONGEST_TEXT) or "–"} | options
