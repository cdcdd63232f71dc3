"""Notices of every shape: short, long, hostile, and of the gate."""

from __future__ import annotations

from hypothesis import strategies as st

from platform_site.webhooks.rules.notices import Fact, Notice, notice_of
from platform_site.webhooks.rules.severity import Severity
from tests.platform_site.webhooks.rules.test_notices import ALERT, GATE

BLOCKED = notice_of(GATE)
OPENED = notice_of(ALERT)
LINKS = st.sampled_from(["", "https://plumbline.example/registry/alerts/3/", "http://127.0.0.1:8000/a"])
HOSTILE = st.sampled_from(
    ["<!channel>", "<https://evil.example|look>", "[look](https://evil.example)", "&amp;" * 900, "\U0001f600" * 800]
)
WORDS = st.one_of(HOSTILE, st.text(min_size=1, max_size=3_000).filter(str.strip))


@st.composite
def notices(draw) -> Notice:
    """A notice as `notice_of` makes them: parts within its limits, of any content."""
    return Notice(
        title=draw(WORDS)[:300].strip() or "x",
        severity=draw(st.sampled_from(Severity)),
        facts=tuple(
            Fact(f"Label {number}", draw(WORDS)[:300].strip() or "x") for number in range(draw(st.integers(0, 20)))
        ),
        sections=tuple(draw(st.lists(WORDS.map(lambda text: text[:2_050]), max_size=21))),
        ways_out=tuple(draw(st.lists(WORDS.map(lambda text: text[:500]), max_size=20))),
        link=draw(LINKS),
        event="alert.opened",
        subject="alert:3",
        by=draw(st.text(min_size=1, max_size=150).filter(str.strip)),
        at="2026-03-01T12:00:00+00:00",
    )
