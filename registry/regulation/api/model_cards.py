"""Model cards over the API, and the texts that people write for them."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry.regulation.actions.card_texts import review_card_texts, save_card_texts
from registry.regulation.queries import model_cards
from registry.regulation.serializers.model_cards import (
    CardReviewInput,
    CardTextsInput,
    CardTextsOutput,
    ModelCardOutput,
)
from registry.versions.queries import model_versions

EXAMPLE = {
    "texts": {"purpose": "Forecasts orders for buyers.", "risks": "Wrong in weeks with strikes."},
    "reason": "First.",
}


class ModelCard(Read):
    """The model card of a version, under the headings of the EU AI Act's Annex IV.

    Filled from what is on record and the texts in force; a heading without either is said to be empty.
    """

    noun = "model_cards"
    serializer_class = ModelCardOutput

    def content(self, name: str, version: str) -> Any:
        return model_cards.card_of(model_versions.version(name, version)).as_dict()


class CardTexts(ListEndpoint):
    """The texts of a model's card, every version, the newest first."""

    noun = "card_texts"
    serializer_class = CardTextsOutput

    def rows(self) -> Any:
        return model_versions.model(self.kwargs["name"]).card_texts.select_related("model").order_by("-number")

    @Verb("save", takes=CardTextsInput, status=(201, 200), examples={"purpose and risks": EXAMPLE})
    def put(self, name: str) -> Any:
        """Write the texts of a model's card as their next version.

        What is left out stays as it is. 200 when nothing differs from the version in force.
        """
        model, fields = model_versions.model(name), self.body
        row, created = save_card_texts(model, fields["texts"], reason=fields["reason"], actor=self.actor)
        return Response(CardTextsOutput(row).data, status=201 if created else 200)


class CardReview(Endpoint):
    """Review the texts in force as an approver or lead who did not write them."""

    noun = "card_texts"
    serializer_class = CardTextsOutput
    required_scope = "approve"

    @Verb("review", takes=CardReviewInput, examples={"version 1": {"number": 1}})
    def post(self, name: str) -> Any:
        fields = self.body
        return review_card_texts(
            model_versions.model(name), fields["number"], reason=fields["reason"], actor=self.actor
        )
