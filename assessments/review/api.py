"""An organization's review over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from assessments.organizations.queries import get_organization
from assessments.review.actions.subscriptions import subscribe, unsubscribe
from assessments.review.queries import KINDS, day_in, review_file, review_of
from assessments.review.queries.subscriptions import subscription_as_shown
from assessments.review.serializers import ReviewOutput, SubscriptionInput, SubscriptionOutput
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, Read
from platform_site.documents.files import download


class Review(Endpoint):
    """An organization's review: everything since a day.

    Without `since`, since the assessment before the current one; before there are two, the last 90 days.
    """

    noun = "organizations_review"
    serializer_class = ReviewOutput
    parameters = (
        OpenApiParameter("since", OpenApiTypes.DATE, description="The first day, for example 2026-08-03."),
        OpenApiParameter("format", str, enum=list(KINDS), default="json"),
    )

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """`format` names the kind of file here, not a renderer."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        responses={
            (200, "application/json"): ReviewOutput,
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "text/html"): OpenApiTypes.STR,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        review = review_of(get_organization(slug), day_in(request.query_params.get("since", "")))
        file = review_file(review, request.query_params.get("format", "json"))
        return download(file)


class Subscription(Read):
    """Your own subscription to an organization's review by mail."""

    noun = "organizations_review_subscription"
    serializer_class = SubscriptionOutput

    def content(self, slug: str) -> Any:
        return subscription_as_shown(self.actor.user_id, get_organization(slug))

    @Verb("subscribe", takes=SubscriptionInput, examples={"an example": {"every": "weekly"}})
    def put(self, slug: str) -> Any:
        """Subscribe to an organization's review by mail, or change how often it comes.

        422 while your account has no e-mail address.
        """
        organization = get_organization(slug)
        subscribe(organization, every=self.body["every"], actor=self.actor)
        return subscription_as_shown(self.actor.user_id, organization)

    @Verb("unsubscribe", status=204)
    def delete(self, slug: str) -> None:
        """End your subscription to an organization's review; without one nothing happens."""
        unsubscribe(get_organization(slug), actor=self.actor)
