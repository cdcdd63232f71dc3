"""The conditions that call for a platform, over the API: for facts in the request, and for an organization."""

from __future__ import annotations

from typing import Any, cast

from assessments.organizations.api import FACTS_EXAMPLE
from assessments.organizations.queries import get_organization
from assessments.organizations.serializers import FactsInput
from assessments.strategy.actions.triggers import record_evaluation
from assessments.strategy.queries.triggers import trigger_status
from assessments.strategy.rules.triggers import evaluate
from assessments.strategy.serializers.triggers import TriggersOutput, TriggerStandingOutput
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, Read


class Triggers(Endpoint):
    """Whether these facts call for a platform.

    Nothing is stored.
    """

    serializer_class = TriggersOutput
    required_scope = "read"

    @Verb("evaluate", takes=FactsInput, examples={"four models, three teams": FACTS_EXAMPLE})
    def post(self) -> Any:
        return evaluate(cast(FactsInput, self.input).facts()).as_dict()


class OrganizationTriggers(Read):
    """Whether an organization needs a platform.

    Facts that nobody entered are filled in from the registry. `moved` lists what changed since the last recorded evaluation.
    """

    noun = "organizations_triggers"
    serializer_class = TriggerStandingOutput

    def content(self, slug: str) -> Any:
        current = trigger_status(get_organization(slug))
        facts = current.facts._asdict()
        return {
            "measured": sorted(facts.pop("measured")),
            "contradicted": dict(facts.pop("others")),
            "facts": facts,
            "moved": current.moved,
            "kept_at": current.previous.evaluated_at if current.previous else None,
            **current.evaluation.as_dict(),
        }

    @Verb("keep", status=201)
    def post(self, slug: str) -> Any:
        """Record the current evaluation."""
        record_evaluation(get_organization(slug), actor=self.actor)
        return self.content(slug)
