"""The conditions that call for a platform, over the API: of given facts, and of an organization."""

from __future__ import annotations

from typing import Any

from assessments.organizations.api import FACTS_EXAMPLE
from assessments.organizations.queries import get_organization
from assessments.organizations.serializers import FactsInput
from assessments.strategy.actions.triggers import keep_evaluation
from assessments.strategy.queries.triggers import standing
from assessments.strategy.rules.triggers import evaluate
from assessments.strategy.serializers.triggers import TriggersOutput, TriggerStandingOutput
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, Read


class Triggers(Endpoint):
    """Whether these facts call for a platform.

    Stores nothing.
    """

    serializer_class = TriggersOutput
    required_scope = "read"

    @Verb("evaluate", takes=FactsInput, examples={"four models, three teams": FACTS_EXAMPLE})
    def post(self) -> Any:
        return evaluate(self.input.facts()).as_dict()


class Standing(Read):
    """Whether an organization needs a platform.

    What the registry knows fills what nobody said; what moved is told since the evaluation kept last.
    """

    noun = "organizations_triggers"
    serializer_class = TriggerStandingOutput

    def content(self, slug: str) -> Any:
        current = standing(get_organization(slug))
        facts = current.facts._asdict()
        return {
            "measured": sorted(facts.pop("measured")),
            "facts": facts,
            "moved": current.moved,
            "kept_at": current.kept.evaluated_at if current.kept else None,
            **current.now.as_dict(),
        }

    @Verb("keep", status=201)
    def post(self, slug: str) -> Any:
        """Keep the evaluation as it is now."""
        keep_evaluation(get_organization(slug), actor=self.actor)
        return self.content(slug)
