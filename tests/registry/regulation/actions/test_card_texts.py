"""Texts are versions that their own team writes and another person reviews."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.models import ModelCardText
from registry.regulation.actions.card_texts import review_card_texts, save_card_texts
from tests.registry.conftest import contributor
from tests.registry.serving.story import ANN

pytestmark = pytest.mark.django_db


def test_each_change_is_a_version_and_what_is_left_out_stays(model, cora):
    first, created = save_card_texts(model, {"purpose": "Orders.", "risks": "Strikes."}, reason="First.", actor=cora)
    same, again = save_card_texts(model, {"purpose": "Orders."}, reason="Again.", actor=cora)
    assert (first.number, created, same.pk, again) == (1, True, first.pk, False)
    second, _ = save_card_texts(model, {"risks": "", "limits": "Weeks."}, reason="More.", actor=cora)
    assert second.texts == {"purpose": "Orders.", "limits": "Weeks."}
    changed = AuditEvent.objects.filter(action="model_card.texts_saved").order_by("-sequence")[0].content["changes"]
    assert changed["risks"]["to"] == ""


def test_another_person_reviews_what_is_in_force(model, cora):
    save_card_texts(model, {"purpose": "Orders."}, reason="First.", actor=cora)
    for nobody in (cora, contributor("forecasting", name="stan")):
        with pytest.raises(NotAllowed):
            review_card_texts(model, 1, actor=nobody)
    assert review_card_texts(model, 1, actor=ANN).reviewed_by == ANN.name
    save_card_texts(model, {"purpose": "All orders."}, reason="More.", actor=cora)
    assert ModelCardText.objects.order_by("-number").first().reviewed_by == "", "what nobody read is not reviewed"
    with pytest.raises(Refused) as refused:
        review_card_texts(model, 1, actor=ANN)
    assert refused.value.code == "changed"


def test_only_its_team_writes_and_with_a_reason(model, cora):
    with pytest.raises(NotAllowed):
        save_card_texts(model, {"purpose": "x"}, reason="x", actor=contributor("returns", name="stan"))
    with pytest.raises(Invalid) as refused:
        save_card_texts(model, {"colour": "x"}, reason=" ", actor=cora)
    assert {fault.field for fault in refused.value.faults} == {"colour", "reason"}
