"""Whether a parity check is about a definition that serving computes."""

from __future__ import annotations

from registry.models import Check, CurrentVersionChange


def compares_unserved_definition(check: Check) -> bool:
    """Whether a parity check compares a definition that is only proposed, or that was current and no longer is.

    A version that waits for its check before it becomes current was never current: its check counts.
    """
    if check.kind != Check.Kind.DEFINITION_PARITY or check.feature is None:
        return False
    if "proposed" in check.parameters:
        return True
    current, compared = check.feature.current, check.feature.versions.filter(name=check.parameters["current"]).first()
    if compared is None or current is None or compared.equivalence == current.equivalence:
        return False
    return CurrentVersionChange.objects.filter(feature=check.feature, after=compared).exists()
