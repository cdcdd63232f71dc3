"""The scorecard of a model for developer portals such as Backstage: facts, each with what it rests on and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from platform_site.api.views import Read
from platform_site.pages import Panel
from registry.versions.queries import model_list, model_versions
from registry.versions.rules.scorecard import met
from registry.versions.views.models import FACTS


class ScorecardFact(serializers.Serializer):
    """A fact: whether it is met, null where it does not apply yet."""

    title = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    sentence = serializers.CharField()
    action = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)


class ScorecardOutput(serializers.Serializer):
    """How a model stands, its facts, and where its page and badge are."""

    entity = serializers.CharField(help_text="As Backstage names it: component:default/name.")
    model = serializers.CharField()
    owner_team = serializers.CharField()
    state = serializers.CharField()
    open_alerts = serializers.IntegerField()
    facts_met = serializers.CharField()
    facts = ScorecardFact(many=True)
    page = serializers.CharField()
    badge = serializers.CharField()


class Scorecard(Read):
    """The scorecard of a model.

    The same facts as on the model's page. A fact that does not apply yet is null, never met.
    """

    noun = "scorecards"
    serializer_class = ScorecardOutput

    def content(self, name: str, panels: Iterable[Panel] = ()) -> Any:
        model = model_versions.model(name)
        entry = model_list.listed([model])[0]
        context = {key: value for panel in panels for key, value in panel(self.request._request, model).items()}
        facts = [fact for key in FACTS for fact in context.get(key, ())]
        address = self.request.build_absolute_uri
        return {
            "entity": f"component:default/{name}",
            "model": name,
            "owner_team": model.owner_team.slug,
            "state": entry.state,
            "open_alerts": entry.alerts,
            "facts_met": met(facts),
            "facts": [fact._asdict() | {"url": address(fact.url) if fact.url else ""} for fact in facts],
            "page": address(f"/registry/models/{name}/"),
            "badge": address(f"/registry/badges/{model_list.badge_key(name)}/{name}.svg"),
        }
