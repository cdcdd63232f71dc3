"""Webhooks over the API."""

from __future__ import annotations

import inspect
from typing import Any

from drf_spectacular.utils import extend_schema

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.webhooks import models as records
from platform_site.webhooks import queries, verify
from platform_site.webhooks.actions.deliveries import redeliver, send_test
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
in OUTBOUND_ALLOW. Any answer other than 2xx is retried: eight attempts at growing intervals. Check the signature before you read the body:

```python
{inspect.getsource(verify)}```"""


EXAMPLE = {"url": "https://hooks.example.com/plumbline", "events": ["alert.*", "gate.blocked"]}


class Webhooks(ListEndpoint):
    """List webhooks."""

    serializer_class = WebhookOutput
    filterset_class = filters(records.Webhook, "kind", "active", "owner")
    ordering_fields = ("created_at",)
    shown_once = ("secret",)

    def rows(self) -> Any:
        return queries.webhooks(self.actor)

    @extend_schema(description=HOW_TO_VERIFY)
    @Verb("add", takes=WebhookInput, gives=NewWebhookOutput, status=201, examples={"alerts": EXAMPLE})
    def post(self) -> Any:
        """Send events to an address from now on."""
        added, secret = add_webhook(**self.body, actor=self.actor)
        webhook = queries.webhook(added.pk, self.actor)
        setattr(webhook, "secret", secret)  # noqa: B010 - not a field of the record
        return webhook


class Webhook(Read):
    """A webhook."""

    serializer_class = WebhookOutput

    def content(self, pk: int) -> Any:
        return queries.webhook(pk, self.actor)

    @Verb("change", takes=WebhookChange, examples={"off": {"active": False}})
    def patch(self, pk: int) -> Any:
        """Change its events or its description, switch it off or on."""
        fields = self.body
        change_webhook(queries.webhook(pk, self.actor), **fields, actor=self.actor)
        return queries.webhook(pk, self.actor)

    @Verb("remove", status=204)
    def delete(self, pk: int) -> None:
        """Remove a webhook and its deliveries."""
        remove_webhook(queries.webhook(pk, self.actor), actor=self.actor)


class Secret(Endpoint):
    """Sign with a new secret from now on.

    The secret is shown only in this answer.
    """

    serializer_class = SecretOutput
    shown_once = ("secret",)

    @Verb("renew_secret")
    def post(self, pk: int) -> Any:
        return {"secret": renew_secret(queries.webhook(pk, self.actor), actor=self.actor)}


class Test(Endpoint):
    """Send a test.

    The delivery waits for a worker; `webhooks/{id}/deliveries/` shows its result. 409 when the webhook is off.
    """

    serializer_class = DeliveryOutput

    @Verb("test", status=202)
    def post(self, pk: int) -> Any:
        return send_test(queries.webhook(pk, self.actor), actor=self.actor)


class Deliveries(ListEndpoint):
    """List the deliveries of a webhook."""

    get_verb = "deliveries"
    serializer_class = DeliveryOutput
    filterset_class = filters(records.Delivery, "state", "event", "sequence")
    ordering_fields = ("created_at",)

    def rows(self) -> Any:
        return queries.deliveries(queries.webhook(self.kwargs["pk"], self.actor))


class Redelivery(Endpoint):
    """Send a delivery again.

    It sends the same body under a new number. 409 when the webhook is off.
    """

    serializer_class = DeliveryOutput

    @Verb("redeliver", status=202)
    def post(self, pk: int, delivery: int) -> Any:
        return redeliver(queries.delivery(queries.webhook(pk, self.actor), delivery), actor=self.actor)
