"""Short ways to ask for a change of what serves, and to have it approved."""

from __future__ import annotations

from platform_site.access import Actor, Role
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import deploy
from registry.serving.queries.proposals import Proposal

ANN, BOB = (Actor(name, frozenset({Role.APPROVER}), frozenset()) for name in ("ann", "bob"))
STEPS = [{"percent": 5, "hold_minutes": 10}, {"percent": 50, "hold_minutes": 20}, {"percent": 100, "hold_minutes": 0}]


def ask(version, actor, *, environment="production", reason="", **fields):
    """Ask for a change."""
    return deploy(version, environment=environment, proposal=Proposal(**fields), reason=reason, actor=actor)


def approved(version, actor, **fields):
    """Ask for a change and have it approved."""
    outcome = ask(version, actor, **fields)
    return approve_change(outcome.request, actor=ANN)
