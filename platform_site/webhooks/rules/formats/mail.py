"""A notice as a mail, and several that waited as one. Pure: standard library alone."""

from __future__ import annotations

import json

from platform_site.webhooks.rules.messages import shortened
from platform_site.webhooks.rules.notices import Notice, as_text

LONGEST_TEXT, LONGEST_SUBJECT = 20_000, 150


def as_mail(notice: Notice) -> str:
    """`{"subject", "text"}` of a mail."""
    text = [shortened(as_text(notice), LONGEST_TEXT), ""]
    text += [f"Event: {notice.event}, {notice.severity}", f"Subject: {notice.subject}", f"By: {notice.by}"]
    text += [f"At: {notice.at} UTC", *([f"See: {notice.link}"] if notice.link else []), "", "-- ", "Plumbline"]
    subject = " ".join(f"[Plumbline] {notice.title}".split())[:LONGEST_SUBJECT]
    return json.dumps({"subject": subject, "text": "\n".join(text)})
