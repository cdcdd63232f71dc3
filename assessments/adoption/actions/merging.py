"""Answers that mean the same are counted as one: a lead says which, and can take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from assessments.adoption.rules.adoption import folded
from assessments.models import Organization, ShowstopperAnswer
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.text.changes import changes

ONLY_LEADS = "Only leads merge answers."
LONGEST_ANSWER = 300


def merge_answers(organization: Organization | None, wordings: Sequence[str], *, into: str, actor: Actor) -> int:
    """Count every answer in these words as `into`, also those that come later; returns how many rows that changed.

    An answer that others were merged into takes them along.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    into = " ".join(into.split())
    wanted = {folded(wording) for wording in wordings if wording.strip()}
    with transaction.atomic():
        answers = _locked(organization)
        if faults := _faults(wanted, into, answers):
            raise Invalid(faults)
        wanted.add(folded(into))
        chosen = [answer for answer in answers if wanted & {folded(answer.answer), folded(answer.counted_as)}]
        changed = [answer for answer in chosen if answer.counted_as != into]
        before = sorted({answer.counted_as for answer in changed})
        for answer in changed:
            answer.counted_as = into
        ShowstopperAnswer.objects.bulk_update(changed, ["counted_as"])
        if changed:
            payload = {"into": into, "wordings": _wordings(chosen), "answers": len(changed)}
            payload |= {"changes": changes({"counted_as": before}, {"counted_as": into})}
            record("showstoppers.merged", subject="showstoppers", actor=actor, payload=payload)
    return len(changed)


def separate_answers(organization: Organization | None, merged: str, *, actor: Actor) -> int:
    """Count the answers that were merged into this one by their own words again; returns how many rows."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        chosen = [answer for answer in _locked(organization) if folded(answer.counted_as) == folded(merged) != ""]
        if not chosen:
            raise Invalid([Fault("merged", "unknown", f"No answer is counted as “{merged[:LONGEST_ANSWER]}”.")])
        for answer in chosen:
            answer.counted_as = ""
        ShowstopperAnswer.objects.bulk_update(chosen, ["counted_as"])
        payload = {"from": merged, "wordings": _wordings(chosen), "answers": len(chosen)}
        payload |= {"changes": changes({"counted_as": merged}, {"counted_as": ""})}
        record("showstoppers.separated", subject="showstoppers", actor=actor, payload=payload)
    return len(chosen)


def _locked(organization: Organization | None) -> list[ShowstopperAnswer]:
    rows = ShowstopperAnswer.objects.select_for_update(no_key=True)
    return list(rows.filter(organization=organization).order_by("pk"))


def _faults(wanted: set[str], into: str, answers: Iterable[ShowstopperAnswer]) -> list[Fault]:
    faults = []
    if not into or len(into) > LONGEST_ANSWER:
        code = "required" if not into else "too_long"
        faults.append(Fault("into", code, f"Write the answer to count them as, in 1 to {LONGEST_ANSWER} characters."))
    if not wanted:
        faults.append(Fault("wordings", "required", "Choose the answers that mean the same."))
    known = {words for answer in answers for words in (folded(answer.answer), folded(answer.counted_as))}
    faults += [
        Fault("wordings", "unknown", f"No team answered “{wording[:LONGEST_ANSWER]}”.")
        for wording in sorted(wanted - known)
    ]
    return faults


def _wordings(answers: Iterable[ShowstopperAnswer]) -> list[str]:
    return sorted({" ".join(answer.answer.split()) for answer in answers})
