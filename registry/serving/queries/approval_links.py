"""Approval links: who gets one, what it says, and what a link that comes back refers to."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from platform_site.access import Role
from platform_site.errors import Refused, Unknown
from platform_site.people.models import AccountHolder, User
from registry.models import ApprovalLink, ChangeRequest

SALT = "registry.approval_link"
MOST_PEOPLE = 50
DEAD = "This link was used or has expired. Open the change request under Approvals."
UNKNOWN = "There is no such approval link."


def approvers_of(request: ChangeRequest) -> QuerySet[User]:
    """The people who may decide a change request: active approvers, other than its requester and whoever holds that account,
    whose password nobody else chose."""
    held = AccountHolder.objects.filter(account__username=request.requested_by).values("person")
    able = User.objects.filter(groups__name=Role.APPROVER, is_active=True, is_service=False, password_known=False)
    others = able.exclude(username=request.requested_by).exclude(pk__in=held)
    return others.order_by("username")[:MOST_PEOPLE]


def token_of(link: ApprovalLink) -> str:
    """What the address of a link carries: its number, person, diff and end, signed."""
    end = int(link.expires_at.timestamp())
    return signing.dumps([link.pk, link.person_id, link.change_request_id, link.digest, end], salt=SALT)


def url_of(link: ApprovalLink, origin: str = "") -> str:
    """The whole address; ``origin`` counts where the settings name none."""
    path = reverse("registry:approval_link", args=[token_of(link)])
    return f"{settings.PUBLIC_ORIGIN or origin}{path}"


def link_for(token: str, user_id: int | None) -> ApprovalLink:
    """The link behind a token, as the person whom it was made for. Unknown for anybody else and where the signature does
    not fit; Refused once it was used, has expired, or the change is another."""
    try:
        pk, person, request, digest, end = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Unknown(UNKNOWN) from None
    link = ApprovalLink.objects.select_related("change_request").filter(pk=pk, person=person).first()
    if link is None or link.person_id != user_id or (link.change_request_id, link.digest) != (request, digest):
        raise Unknown(UNKNOWN)
    if int(link.expires_at.timestamp()) != end:
        raise Unknown(UNKNOWN)
    require_alive(link)
    return link


def require_alive(link: ApprovalLink) -> None:
    """Refused unless a link still leads to a decision."""
    if link.used_at is not None or link.expires_at <= timezone.now():
        raise Refused("approval_link_dead", DEAD)
