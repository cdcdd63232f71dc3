"""Webhooks over the API."""

from __future__ import annotations

import inspect
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from platform_site.webhooks import models as records
from platform_site.webhooks import queries, verify
from platform_site.webhooks.actions.delivering import redeliver, send_test
from platform_site.webhooks.actions.targets import add_webhook, change_webhook, remove_webhook, renew_secret
from platform_site.webhooks.serializers import (
    DeliveryOutput,
    NewWebhookOutput,
    SecretOutput,
    WebhookChange,
    WebhookInput,
    WebhookOutput,
)

HOW_TO_VERIFY = f"""Events are sent as JSON: `event`, `sequence`, `at`, `actor`, `subject`, `payload`, `link`. The address must be public, or
in OUTBOUND_ALLOW. Anything but 2xx is tried again: eight attempts, ever further apart. Check the signature before you read the body:

```python
{inspect.getsource(verify)}```"""


class Webhooks(ListEndpoint):
    """`webhooks/`"""

    serializer_class = WebhookOutput
    filterset_class = filters(records.Webhook, "kind", "active", "owner")
    ordering_fields = ("created_at",)
    shown_once = ("secret",)

    def rows(self) -> Any:
        return queries.webhooks(self.actor)

    @extend_schema(summary="List webhooks", operation_id="webhooks_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Send events to an address from now on",
        description=HOW_TO_VERIFY,
        operation_id="webhooks_add",
        request=WebhookInput,
        responses={201: NewWebhookOutput},
        examples=[
            OpenApiExample(
                "alerts",
                request_only=True,
                value={"url": "https://hooks.example.com/plumbline", "events": ["alert.*", "gate.blocked"]},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        webhook, secret = add_webhook(**self.read(WebhookInput).validated_data, actor=self.actor)
        found = queries.webhook(webhook.pk, self.actor)
        found.secret = secret
        return Response(NewWebhookOutput(found).data, status=201)


class Webhook(Endpoint):
    """`webhooks/{id}/`"""

    serializer_class = WebhookOutput

    @extend_schema(summary="A webhook", operation_id="webhooks_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(WebhookOutput(queries.webhook(pk, self.actor)).data)

    @extend_schema(
        summary="Change its events or its description, switch it off or on",
        operation_id="webhooks_change",
        request=WebhookChange,
        responses=WebhookOutput,
        examples=[OpenApiExample("off", request_only=True, value={"active": False})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        given = self.read(WebhookChange).validated_data
        change_webhook(queries.webhook(pk, self.actor), **given, actor=self.actor)
        return Response(WebhookOutput(queries.webhook(pk, self.actor)).data)

    @extend_schema(summary="Remove a webhook and its deliveries", operation_id="webhooks_remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        remove_webhook(queries.webhook(pk, self.actor), actor=self.actor)
        return Response(status=204)


class Secret(Endpoint):
    """`webhooks/{id}/secret/`"""

    serializer_class = SecretOutput
    shown_once = ("secret",)

    @extend_schema(
        summary="Sign with a new secret from now on",
        operation_id="webhooks_renew_secret",
        request=None,
        responses=SecretOutput,
    )
    def post(self, request: Request, pk: int) -> Response:
        """The answer is the only time that it is shown."""
        return Response({"secret": renew_secret(queries.webhook(pk, self.actor), actor=self.actor)})


class Test(Endpoint):
    """`webhooks/{id}/test/`"""

    serializer_class = DeliveryOutput

    @extend_schema(summary="Send a test", operation_id="webhooks_test", request=None, responses={202: DeliveryOutput})
    def post(self, request: Request, pk: int) -> Response:
        """The delivery waits for a worker; `webhooks/{id}/deliveries/` tells how it went. 409 when it is off."""
        sent = send_test(queries.webhook(pk, self.actor), actor=self.actor)
        return Response(DeliveryOutput(sent).data, status=202)


class Deliveries(ListEndpoint):
    """`webhooks/{id}/deliveries/`"""

    serializer_class = DeliveryOutput
    filterset_class = filters(records.Delivery, "state", "event", "sequence")
    ordering_fields = ("created_at",)

    def rows(self) -> Any:
        return queries.deliveries(queries.webhook(self.kwargs["pk"], self.actor))

    @extend_schema(summary="List the deliveries of a webhook", operation_id="webhooks_deliveries")
    def get(self, request: Request, pk: int) -> Response:
        return self.list(request)


class Redelivery(Endpoint):
    """`webhooks/{id}/deliveries/{delivery}/redeliver/`"""

    serializer_class = DeliveryOutput

    @extend_schema(
        summary="Send a delivery again",
        operation_id="webhooks_redeliver",
        request=None,
        responses={202: DeliveryOutput},
    )
    def post(self, request: Request, pk: int, delivery: int) -> Response:
        """The same body under a new number. 409 when the webhook is off."""
        found = queries.delivery(queries.webhook(pk, self.actor), delivery)
        return Response(DeliveryOutput(redeliver(found, actor=self.actor)).data, status=202)
