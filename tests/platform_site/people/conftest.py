"""An OpenID Connect provider of our own, and a service account."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from platform_site.access import SYSTEM
from platform_site.outbound import addresses
from platform_site.people import actions
from platform_site.people.provider.settings import Membership
from platform_site.people.provider.settings import Provider as Configured
from tests.platform_site.people.identity_provider import CLIENT, SECRET, serving

GROUPS = {
    "ml-leads": Membership(("lead",), ("ml-platform", "brand-new")),
    "data": Membership(("contributor",), ("data-platform",)),
    "admins": Membership(("administrator",)),
}


@pytest.fixture
def provider(people, settings):
    with serving() as result:
        settings.PROVIDER = Configured(result.issuer, CLIENT, SECRET, GROUPS, name="Example ID")
        settings.PASSWORD_SIGN_IN = "administrators"
        settings.OUTBOUND_ALLOW = addresses.networks(["127.0.0.1"])
        settings.AUTHENTICATION_BACKENDS = [
            *settings.AUTHENTICATION_BACKENDS,
            "platform_site.people.backends.ThroughProvider",
        ]
        cache.clear()
        yield result
        cache.clear()


@pytest.fixture
def bot(people):
    return actions.create_service_account(name="ci-bot", team="forecasting", roles=["contributor"], actor=SYSTEM)
