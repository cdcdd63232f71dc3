"""What follows from a published assessment: initiatives close that reached their target, and open again that lost it."""

from __future__ import annotations

from typing import Any

from assessments.initiatives.actions.following import settle
from assessments.models import Assessment
from platform_site.access import Actor


def follow_assessment(sender: Any, *, assessment: Assessment, actor: Actor, **_: Any) -> None:
    """Settle the initiatives of its organization, in the transaction that publishes it."""
    settle(assessment.organization, actor=actor)
