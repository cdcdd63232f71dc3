"""A notice as Slack's Block Kit, with a text for notifications and for Mattermost and Rocket.Chat. Pure: standard library.

What people wrote makes no links and mentions nobody: `&`, `<` and `>` are escaped, as Slack's documentation asks for.
"""

from __future__ import annotations

import json
from typing import Any

from platform_site.webhooks.rules.formats.text import cut
from platform_site.webhooks.rules.messages import shortened
from platform_site.webhooks.rules.notices import Fact, Notice, as_text

LONGEST_TEXT, LONGEST_HEADER, LONGEST_FIELD, LONGEST_SECTION, LONGEST_URL = 3_000, 150, 2_000, 2_900, 3_000
MOST_FIELDS = 10  # of a section
ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
SIGNS = {"critical": "\U0001f534", "error": "\U0001f534", "warning": "\U0001f7e1", "info": "\U0001f535"}


def as_slack(notice: Notice) -> str:
    """`{"text", "blocks"}`: a header, the facts, each section, the ways out, who and when, and a button."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(f"{SIGNS[notice.severity]} {notice.title}")}]
    if len(notice.title) > LONGEST_HEADER - 2:
        blocks.append(_section(notice.title))
    fields = [_field(fact) for fact in notice.facts]
    blocks += [
        {"type": "section", "fields": fields[first : first + MOST_FIELDS]}
        for first in range(0, len(fields), MOST_FIELDS)
    ]
    blocks += [_section(text) for text in notice.sections if text.strip()]
    if notice.ways_out:
        blocks.append(_section("\n".join(["*Ways out*", *(f"• {way}" for way in notice.ways_out)])))
    blocks.append({"type": "context", "elements": [_mrkdwn(notice.footer, LONGEST_FIELD)]})
    if notice.link and len(notice.link) <= LONGEST_URL:
        open_page = {"type": "button", "text": _plain("Open in Plumbline"), "url": notice.link, "action_id": "open"}
        blocks.append({"type": "actions", "elements": [open_page]})
    return json.dumps({"text": _fallback(notice), "blocks": blocks})


def _fallback(notice: Notice) -> str:
    text = cut(f"{shortened(as_text(notice), LONGEST_TEXT - 500)}\nBy {notice.by}.", LONGEST_TEXT, write=_escaped)
    return f"{text} <{notice.link}|Open>" if notice.link else text


def _escaped(mark: str) -> str:
    return ESCAPED.get(mark, mark)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, LONGEST_HEADER), "emoji": True}


def _mrkdwn(text: str, longest: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": cut(text, longest, write=_escaped)}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text, LONGEST_SECTION)}


def _field(fact: Fact) -> dict[str, str]:
    return _mrkdwn(f"*{fact.label}*\n{fact.text or '–'}", LONGEST_FIELD)
