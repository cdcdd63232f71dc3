"""What an event and the head are on paper, and the one row of the head."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from platform_site.audit.chain import GENESIS
from platform_site.audit.models import AuditEvent, AuditHead


@pytest.mark.parametrize(
    ("payload", "content"),
    [('{"a":[1,null]}', {"a": [1, None]}), ("null", None), ('{"a":', '{"a":'), ("", "")],
)
def test_the_content_is_json_or_else_the_bare_text(payload, content):
    assert AuditEvent(payload=payload).content == content


def test_an_event_is_named_by_number_action_and_subject():
    assert str(AuditEvent(sequence=7, action="pin.set", subject="model:eta")) == "7 pin.set model:eta"
    assert str(AuditHead(sequence=7, hash="0123456789abcdef")) == "7 0123456789ab"


@pytest.mark.django_db
@pytest.mark.postgresql
def test_there_is_one_head():
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(id=2, hash=GENESIS)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(id=1, hash=GENESIS)
    assert AuditHead.objects.count() == 1
