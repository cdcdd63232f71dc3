"""Send the review by mail: one digest for a person, an organization and a week or month.

A row is made once for each period (the database holds that) and claimed by one worker (`platform_site.work`). Before the mail
server gets the mail the row says so: a worker that dies in that moment leaves a mail that may have arrived, and it is not sent
again. A mail server that refuses or is away is tried again, for a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessments.models import ReviewMail, ReviewSubscription
from assessments.review.queries import document, review_of
from assessments.review.queries.subscriptions import (
    covered_until,
    has_access,
    review_link,
    unsubscribe_link,
    why_nothing_is_sent,
)
from assessments.review.rules.digest import WHEN, Every, is_due, period_begin, shortened
from platform_site import work
from platform_site.documents.files import as_html
from platform_site.text.documents import as_text
from platform_site.work import Claim, ClaimLost, Kind, after_commit_each

TASK = "assessments.send_review_mail"
State = ReviewMail.State
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 720))
ENDED = "The subscription was ended before the mail was sent."
NO_ACCESS = "The person is deactivated, has no role any more, or has no e-mail address."
ARCHIVED = "The organization is archived."
UNCERTAIN = "The worker stopped while the mail server took the mail. It may have arrived, so it is not sent again."
REFUSED = "The mail server did not take it: {error}"
CRASHED = "Unexpected error. The worker's log has the details under mail {pk}."
TOO_LONG = "The review took longer than the time limit of a task."
USED_UP = "The worker that sent it stopped responding. That was attempt {attempts}, the last one."


def queue_due() -> int:
    """Make the digests that are due and send them to workers; how many were made. None while nothing can be sent."""
    if why_nothing_is_sent():
        return 0
    now = timezone.now()
    rows = ReviewSubscription.objects.filter(organization__archived_at=None, person__is_active=True)
    due = [
        row for row in rows.select_related("organization") if is_due(row.every, row.subscribed_at.date(), now.date())
    ]
    with transaction.atomic():
        made = [pk for row in due if (pk := _make(row, now))]
        after_commit_each(TASK, made)
    return len(made)


def send(mail_id: int) -> bool:
    """Send a mail if it is due and unclaimed; whether it was."""
    return work.perform(MAILS, mail_id, _send)


def sweep() -> int:
    """Send again what waits or was abandoned, end what cannot be sent; how many were touched."""
    return work.sweep(MAILS)


def _make(subscription: ReviewSubscription, now: datetime) -> int | None:
    """The number of a new mail; None when the period has one."""
    mail, is_new = ReviewMail.objects.get_or_create(
        person_id=subscription.person_id,
        organization=subscription.organization,
        every=subscription.every,
        period_begin=period_begin(subscription.every, now.date()),
        defaults={"created_at": now, "next_attempt_at": now, "since": covered_until(subscription)},
    )
    return mail.pk if is_new else None


def _send(claim: Claim) -> None:
    mail = ReviewMail.objects.select_related("person", "organization").get(pk=claim.pk)
    if mail.handed_over_at is not None:
        _end(claim, State.FAILED, UNCERTAIN)
        return
    if reason := _why_not(mail):
        _end(claim, State.SKIPPED, reason)
        return
    message, until = _message(mail)
    if not work.renew(claim, handed_over_at=timezone.now()):
        raise ClaimLost
    try:
        message.send()
    except (OSError, SMTPException) as error:
        _try_later(claim, mail, str(error) or type(error).__name__)
    else:
        _end(claim, State.SENT, until=until)


def _why_not(mail: ReviewMail) -> str:
    subscribed = ReviewSubscription.objects.filter(person=mail.person, organization=mail.organization)
    if not subscribed.exists():
        return ENDED
    if not has_access(mail.person) or not mail.person.email:
        return NO_ACCESS
    return ARCHIVED if mail.organization.archived_at else why_nothing_is_sent()


def _message(mail: ReviewMail) -> tuple[EmailMultiAlternatives, object]:
    review = review_of(mail.organization, mail.since)
    content = shortened(document(review))
    page = review_link(mail.organization, review.period.since)
    leave = unsubscribe_link(mail.person_id, mail.organization)
    why = f"You get this {WHEN[Every(mail.every)]}, because you subscribed to it."
    links = {"Open the review": page, "Unsubscribe": leave}
    text = f"{as_text(content)}\n-- \n{why}\n" + "".join(f"{label}: {address}\n" for label, address in links.items())
    subject = f"[Plumbline] {' '.join(content.title.split())}, {review.period.words}"[:150]
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(subject, text, to=[mail.person.email], headers=headers)
    message.attach_alternative(as_html(content, footer=why, links=links), "text/html")
    return message, review.period.until


def _try_later(claim: Claim, mail: ReviewMail, error: str) -> None:
    reason = REFUSED.format(error=" ".join(error.split()))[:300]
    if mail.attempts > len(WAITS):
        _end(claim, State.FAILED, reason)
        return
    columns = {"handed_over_at": None, "next_attempt_at": timezone.now() + WAITS[mail.attempts - 1], "sent_at": None}
    with transaction.atomic():
        work.finish(claim, state=State.QUEUED, reason=reason, **columns)


def _end(claim: Claim, state: str, reason: str = "", **columns: object) -> None:
    with transaction.atomic():
        work.finish(claim, state=state, reason=reason[:300], **columns)


def _end_with(claim: Claim, sentence: str) -> bool:
    with transaction.atomic():
        return work.finish(claim, state=State.FAILED, reason=sentence[:300])


def _due(now: datetime) -> Q:
    return Q(next_attempt_at__lte=now)


MAILS = Kind(
    model=ReviewMail,
    task=TASK,
    lease=timedelta(seconds=60 + settings.EMAIL_TIMEOUT),
    most_attempts=len(WAITS) + 1,
    send_again_after=timedelta(minutes=2),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    due=_due,
    order=("next_attempt_at", "pk"),
    most_sent_at_once=50,
)
