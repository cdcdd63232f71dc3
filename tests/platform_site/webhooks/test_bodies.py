"""Each kind of destination has a body, and a preview of it sends nothing."""

from __future__ import annotations

import json

import pytest

from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.bodies import body_of, preview_of
from platform_site.webhooks.models import Delivery, Webhook
from platform_site.webhooks.rules.incidents import Incident, Step
from platform_site.webhooks.rules.notices import notice_of
from tests.platform_site.webhooks.conftest import happen
from tests.platform_site.webhooks.rules.formats.limits import OPSGENIE_CREATE, PAGERDUTY, SLACK, TEAMS, fits
from tests.platform_site.webhooks.rules.test_notices import ALERT

SCHEMAS = {"slack": SLACK, "teams": TEAMS, "pagerduty": PAGERDUTY, "opsgenie": OPSGENIE_CREATE}


@pytest.mark.parametrize("kind", Webhook.Kind.values)
def test_every_kind_has_a_body(kind):
    body = body_of(kind, ALERT, notice_of(ALERT), ("forecasting",), Incident("alert:3", Step.TRIGGER))
    assert "Serving skew of v1" in json.dumps(fits(body, SCHEMAS[kind]) if kind in SCHEMAS else json.loads(body))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["json", "slack", "teams", "pagerduty", "opsgenie", "email"])
def test_a_preview_is_of_the_newest_event_or_an_example(kind, actor, receiver, settings):
    settings.MAIL_IS_SET = True
    values = {"secret": "K" * 32} if kind in ("pagerduty", "opsgenie") else {}
    url = "ops@example.com" if kind == "email" else receiver.url
    hook, _ = add_webhook(url=url, kind=kind, events=["alert.*"], severity="error", actor=actor("lead"), **values)
    sample = preview_of(hook)
    assert sample.is_sample
    assert "orders_7d" in sample.body
    happen("alert.opened", "alert:7", title="skew of v1", blocking=True)
    happen("alert.opened", "alert:8", title="drift", blocking=False)
    preview = preview_of(hook)
    assert (preview.is_sample, preview.subject, preview.text) == (False, "alert:7", "skew of v1")
    assert "skew of v1" in preview.body
    assert "K" * 32 not in preview.body
    assert not Delivery.objects.exists()
    assert receiver.posted == []
