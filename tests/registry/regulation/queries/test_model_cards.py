"""What is on record stands under its heading."""

from __future__ import annotations

import pytest

from registry.regulation.actions.card_texts import save_card_texts
from registry.regulation.queries.model_cards import card_of
from registry.versions.actions.gates import evaluate_deployment_gate

pytestmark = pytest.mark.django_db


def lines(card, number: str) -> str:
    return " ".join(
        entry for heading in card.as_dict()["headings"] if heading["number"] == number for entry in heading["on_record"]
    )


def test_the_records_of_a_version_stand_under_their_headings(in_production, cora):
    evaluate_deployment_gate(in_production, actor=cora)
    card = card_of(in_production)
    assert "Model demand, version v1, of team forecasting" in lines(card, "1a")
    assert "sha256:" in lines(card, "1c")
    assert "depth = 3" in lines(card, "2a")
    assert "Feature orders_3d at" in lines(card, "2b")
    assert "Trained on orders: 7 rows, 4 columns" in lines(card, "2d")
    assert "entity customer_id, event time date, computed by not on record" in lines(card, "2d")
    assert "mape: 0.12" in lines(card, "2g")
    assert "deployment gate PROCEED" in lines(card, "2g")
    assert "staging → production" in lines(card, "6")
    assert card.as_dict()["empty"] == [
        "1b",
        "1e",
        "1f",
        "1g",
        "1h",
        "2c",
        "2e",
        "2f",
        "2h",
        "3",
        "5",
        "7",
        "8",
        "9",
    ]
    assert card.about == "Nobody has written texts for it."


def test_texts_fill_their_headings(in_production, cora):
    save_card_texts(in_production.model, {"risks": "Strikes."}, reason="First.", actor=cora)
    card = card_of(in_production)
    assert "5" not in card.as_dict()["empty"]
    assert card.about == "Texts: version 1 by cora, not reviewed by another person."
    assert "## 5 Risk management\n\nStrikes." in card.markdown
