"""The world is built once for the whole module and rolled back after each case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from platform_site.audit.until_changed import EVERY
from tests.access.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("data")
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with django_db_blocker.unblock(), override_settings(DATA_ROOTS=[folder], **quick), transaction.atomic():
        world = World(folder)
        for values in EVERY:  # some of its rows came without an event
            values.forget()
        yield world
        transaction.set_rollback(True)
