"""Webhooks over the API."""

from __future__ import annotations

import inspect
from typing import Any, cast

from drf_spectacular.utils import extend_schema

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.errors import Unknown
from platform_site.people.models import User
from platform_site.webhooks import models as records
from platform_site.webhooks import queries, verify
from platform_site.webhooks.actions.deliveries import redeliver, send_test
from platform_site.webhooks.actions.quiet_hours import end_quiet_hours, set_quiet_hours
from platform_site.webhooks.actions.targets import add_webhook, change_webhook, remove_webhook, renew_secret
from platform_site.webhooks.bodies import preview_of
from platform_site.webhooks.serializers import (
    DeliveryOutput,
    NewWebhookOutput,
    PreviewOutput,
    QuietHoursInput,
    QuietHoursOutput,
    SecretOutput,
    WebhookChange,
    WebhookInput,
    WebhookOutput,
)

HOW_TO_VERIFY = f"""Events are sent as JSON: `event`, `sequence`, `at`, `actor`, `subject`, `payload`, `link`. The address must be public, or
in OUTBOUND_ALLOW. Any answer other than 2xx is retried: eight attempts at growing intervals. Check the signature before you read the body:

```python
{inspect.getsource(verify)}```"""


EXAMPLES = {
    "alerts": {"url": "https://hooks.example.com/plumbline", "events": ["alert.*", "gate.blocked"]},
    "pager": {
        "kind": "pagerduty",
        "secret": "R0UTINGKEYR0UTINGKEYR0UTINGKEY00",
        "events": ["alert.*", "gate.blocked"],
        "teams": ["forecasting"],
        "severity": "error",
    },
}


NIGHT = {"begins": "22:00", "ends": "07:00", "time_zone": "Europe/Berlin"}


class Webhooks(ListEndpoint):
    """List webhooks."""

    serializer_class = WebhookOutput
    filterset_class = filters(records.Webhook, "kind", "active", "owner", "severity")
    ordering_fields = ("created_at",)
    shown_once = ("secret",)

    def rows(self) -> Any:
        return queries.webhooks(self.actor)

    @extend_schema(description=HOW_TO_VERIFY)
    @Verb("add", takes=WebhookInput, gives=NewWebhookOutput, status=201, examples=EXAMPLES)
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
        """Change its events, teams, least severity, person or description, switch it off or on."""
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


class Preview(Read):
    """What would be sent.

    Of the newest event that goes there, or of an example where none does; nothing is sent.
    """

    get_verb = "preview"
    serializer_class = PreviewOutput

    def content(self, pk: int) -> Any:
        return preview_of(queries.webhook(pk, self.actor))._asdict()


class QuietHours(Read):
    """Your quiet hours.

    What is not critical waits until they end, and is sent as one digest. 404 when you have none.
    """

    serializer_class = QuietHoursOutput

    def content(self) -> Any:
        quiet = queries.quiet_hours_of(cast(User, self.request.user))
        if quiet is None:
            raise Unknown("You have no quiet hours.")
        return quiet

    @Verb("set", takes=QuietHoursInput, examples={"night": NIGHT})
    def put(self) -> Any:
        """Set them."""
        return set_quiet_hours(cast(User, self.request.user), **self.body, actor=self.actor)

    @Verb("end", status=204)
    def delete(self) -> None:
        """End them: what waits is sent."""
        end_quiet_hours(cast(User, self.request.user), actor=self.actor)


class Deliveries(ListEndpoint):
    """List the deliveries of a webhook."""

    get_verb = "deliveries"
    serializer_class = DeliveryOutput
    filterset_class = filters(records.Delivery, "state", "event", "sequence", "severity", "incident")
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
