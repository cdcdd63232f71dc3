"""People and policies of the tests in which something waits for another person."""

from __future__ import annotations

from platform_site.access import Actor, Role
from registry.models import ApprovalRequest
from registry.versions.actions.approval_decisions import approve_request
from registry.versions.actions.gate_settings import save_gate_settings
from registry.versions.actions.policies import save_policy

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())
AUC = {"metric": "auc", "operator": ">=", "threshold": 0.75}
FAIR = {"metric": "disparate_impact_ratio", "slice": "sex", "operator": ">=", "threshold": 0.8}
RATES = [
    {"metric": metric, "slice": f"sex={sex}", "value": value}
    for sex in "fm"
    for metric, value in (("group_rows", 100), ("selection_rate", 0.5))
]


def floor(threshold=0.75, **others):
    """The next version of the platform's policy `floor`: an auc of at least the threshold."""
    values = {"name": "floor", "checks": [AUC | {"threshold": threshold}], "reason": "x", "actor": LEA}
    return save_policy(**values | others)


def looser_settings(**settings) -> ApprovalRequest:
    """Looser gate settings that a lead requested."""
    request = save_gate_settings(**settings, reason="Reports come late.", actor=LEA)
    assert isinstance(request, ApprovalRequest)
    return request


def leave_the_gate_open_at_skew() -> None:
    """Skew closes no gate any more: one person requested it, another approved it."""
    approve_request(looser_settings(skew_closes_gate=False), actor=ANN)
