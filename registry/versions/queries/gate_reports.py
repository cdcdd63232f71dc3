"""A gate's decision as every door answers it: its JSON with the model version, a link, and the message of G5."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from registry.models import GateDecision, ModelVersion
from registry.versions.queries.compatibility import approvers, compatibility_of
from registry.versions.rules.gates import NOBODY, Decision, Verdict
from registry.versions.rules.message import as_markdown, as_text, message


def address_of(version: ModelVersion, *, origin: str = "") -> str:
    """The page of a model version: absolute where the site's address is known, from the settings or from the request."""
    path = reverse("registry:model_version", args=[version.model.name, version.version])
    return f"{settings.PUBLIC_ORIGIN or origin}{path}"


def report_of_verdict(version: ModelVersion, verdict: Verdict, *, origin: str = "") -> dict[str, Any]:
    """What the gate says of a version, with the message as text and as Markdown."""
    return _with_message(version, verdict.as_dict(), origin)


def report_of(decision: GateDecision, *, origin: str = "") -> dict[str, Any]:
    """The same of a stored decision."""
    about = {"gate": decision.gate, "decided_by": decision.decided_by, "decided_at": decision.decided_at.isoformat()}
    return about | _with_message(decision.model_version, decision.as_dict(), origin)


def compatibility_report(version: ModelVersion, *, requester: str = "", origin: str = "") -> dict[str, Any]:
    """Whether serving would compute what training did, each conflict, and what the comparison rests on."""
    compared = compatibility_of(version)
    able = approvers(requester) if compared.blocks else NOBODY
    verdict = Verdict(Decision.PROCEED, compared.conflicts, rests_on=compared.rests_on, approvers=able).as_dict()
    return {
        "compatible": not compared.blocks,
        "conflicts": verdict["conflicts"],
        "rests_on": verdict["rests_on"],
        "url": address_of(version, origin=origin),
    }


def _with_message(version: ModelVersion, report: dict[str, Any], origin: str) -> dict[str, Any]:
    about: dict[str, Any] = {
        "model": version.model.name,
        "version": version.version,
        "url": address_of(version, origin=origin),
    }
    about["advisory"] = report["missing_parts"] is not None
    content = message(report | about)
    return report | about | {"message": as_text(content), "markdown": as_markdown(content)}
