"""Make approval links with a change request, mail them, and decide through one.

A link is as strict as the sign-in: opening it shows the change to the person whom it was made for, signed in; the decision
is a POST in that session. So whoever forwards, finds or prefetches a link decides nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from platform_site import work
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Refused, Unknown
from platform_site.work import Claim, Kind, after_commit
from registry.models import ApprovalLink, ChangeRequest, Deployment
from registry.serving.actions.change_requests import STALE, approve_change, reject_change
from registry.serving.actions.revisions import require_deployer
from registry.serving.queries.approval_links import approvers_of, link_for, require_alive, url_of
from registry.versions.queries.audit_subjects import subject_of

TASK = "registry.mail_approval_link"
LASTS = timedelta(hours=24)
A_LINK = "a one-time link, in a session"
State = ApprovalLink.State


def make_links(request: ChangeRequest, *, actor: Actor) -> list[ApprovalLink]:
    """A new link for each person who may decide a waiting request, mailed where they have an address; by its team. Earlier
    links stay as they are."""
    require_deployer(request.model_version, actor)
    with transaction.atomic():
        waiting = ChangeRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
        if waiting.word != ChangeRequest.State.WAITING:
            raise Refused("change_request_decided", f"Change request {request.pk} is already {waiting.word}.")
        return links_of_request(request, actor=actor)


def links_of_request(request: ChangeRequest, *, actor: Actor) -> list[ApprovalLink]:
    """The same inside the transaction that stores the request."""
    now, people = timezone.now(), list(approvers_of(request))
    links = [
        ApprovalLink.objects.create(
            change_request=request,
            person=person,
            digest=request.digest,
            made_by=actor.name,
            created_at=now,
            expires_at=min(now + LASTS, request.expires_at),
            state=State.QUEUED if settings.MAIL_IS_SET and person.email else State.NOT_MAILED,
        )
        for person in people
    ]
    for link in links:
        if link.state == State.QUEUED:
            after_commit(TASK, link.pk)
    if links:
        payload = {
            "change_request": request.pk,
            "people": [person.username for person in people],
            "digest": request.digest,
            "until": links[0].expires_at.isoformat(timespec="seconds"),
        }
        record("change_request.links_made", subject=subject_of(request.model_version), actor=actor, payload=payload)
    return links


def decide_by_link(token: str, decision: str, *, reason: str = "", actor: Actor) -> Deployment | ChangeRequest:
    """Approve or reject the change that a link shows, as the person whom it was made for. The link is used up by the
    decision, also where the gate then refuses it."""
    if decision not in DECISIONS:
        raise Unknown(f"{decision[:40]} is not a decision. Choose from {', '.join(DECISIONS)}.")
    link = link_for(token, actor.user_id)
    with transaction.atomic():
        link = ApprovalLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
        require_alive(link)
        request = ChangeRequest.objects.select_related("model_version__model").get(pk=link.change_request_id)
        if request.digest != link.digest:
            raise Refused("stale", STALE)
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        payload = {"change_request": request.pk, "approval_link": link.pk, "decision": decision}
        record("change_request.link_used", subject=subject_of(request.model_version), actor=actor, payload=payload)
    through = dataclasses.replace(actor, door=A_LINK)
    return DECISIONS[decision](request, reason=reason, digest=link.digest, actor=through)


DECISIONS: dict[str, Callable[..., Deployment | ChangeRequest]] = {"approve": approve_change, "reject": reject_change}


def mail_link(link_id: int) -> bool:
    """Mail a link if it is due and unclaimed; whether it was free."""
    return work.perform(LINKS, link_id, _mail)


def sweep() -> int:
    """Send links again whose mail waits, end what used its attempts up."""
    return work.sweep(LINKS)


def _mail(claim: Claim) -> None:
    link = ApprovalLink.objects.select_related("person", "change_request__model_version__model").get(pk=claim.pk)
    request = link.change_request
    title = f"{request.model_version.model.name} in {request.environment}: a change waits for your approval"
    text = [
        f"{request.requested_by} requests a change with impact {request.impact}:",
        *(f"- {part['sentence']}" for part in request.parts[:20]),
        *([request.reason[:1_000]] if request.reason else []),
        "",
        f"Sign in, read it and decide: {url_of(link)}",
        f"The link is for you alone, once, until {link.expires_at:%Y-%m-%d %H:%M} UTC. Opening it decides nothing.",
    ]
    subject = " ".join(f"[Plumbline] {title}".split())[:150]
    try:
        EmailMessage(subject, "\n".join(text), to=[link.person.email]).send()
    except (OSError, SMTPException) as error:
        _end_with(claim, f"The mail server did not take it: {type(error).__name__}.")
        return
    with transaction.atomic():
        work.finish(claim, state=State.SENT)


def _end_with(claim: Claim, sentence: str) -> bool:
    """End an attempt: it waits for the next one, or has failed for good. An audit event is not its end: the request waits
    under Approvals whoever gets a mail."""
    attempts = ApprovalLink.objects.values_list("attempts", flat=True).get(pk=claim.pk)
    again = attempts < LINKS.most_attempts
    with transaction.atomic():
        return work.finish(claim, state=State.QUEUED if again else State.FAILED, failure=sentence[:300])


LINKS = Kind(
    model=ApprovalLink,
    task=TASK,
    lease=timedelta(minutes=1),
    most_attempts=5,
    send_again_after=timedelta(seconds=60),
    end_with=_end_with,
    crashed="Unexpected error. The worker's log has the details under approval link {pk}.",
    too_long="The attempt exceeded the time limit of a task.",
    used_up="The worker that sent it stopped responding. That was attempt {attempts}, the last one.",
)
