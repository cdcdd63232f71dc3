"""An organization's strategy over the API: read it, decide parts of it, record rehearsals."""

from __future__ import annotations

from typing import Any

from assessments.organizations.queries import get_organization
from assessments.strategy.actions.strategy import decide_strategy, record_rehearsal
from assessments.strategy.queries.strategy import rehearsals_of, strategy_of
from assessments.strategy.serializers.strategy import RehearsalInput, RehearsalOutput, StrategyInput, StrategyOutput
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read

DECIDED = {
    "sourcing": {
        "Training": {"choice": "open_source", "own_part": "", "reason": "The team runs the scheduler already."},
        "Serving": None,
    },
    "recovery": {"compute_scaling": {"keeper": "managed", "reason": "Quota by ticket takes days."}},
}
REHEARSAL = {
    "model": "delay_forecast", "version": "v2.3.1", "rehearsed_on": "2026-11-12", "rebuilt": True, "hours": 3.25,
    "newcomer": "nora",
}  # fmt: skip


class Strategy(Read):
    """What the rules advise an organization.

    Each piece of advice names its rule and the figures behind it. `ask` holds the question for a missing fact: answer
    with PATCH on the organization.
    """

    noun = "organizations_strategy"
    serializer_class = StrategyOutput

    def content(self, slug: str) -> Any:
        return strategy_of(get_organization(slug))

    @Verb("decide", takes=StrategyInput, examples={"one group, one capability": DECIDED})
    def patch(self, slug: str) -> Any:
        """Override parts of a strategy's proposals.

        All or nothing. The proposal stays visible beside the decision; null goes back to it.
        """
        fields = self.body
        return strategy_of(decide_strategy(get_organization(slug), **fields, actor=self.actor))


class Rehearsals(ListEndpoint):
    """Rehearsals of rebuilding a model."""

    noun = "organizations_rehearsals"
    serializer_class = RehearsalOutput
    ordering_fields = ("rehearsed_on", "hours")

    def rows(self) -> Any:
        return rehearsals_of(get_organization(self.kwargs["slug"]))

    @Verb("record", takes=RehearsalInput, status=201, examples={"under four hours": REHEARSAL})
    def post(self, slug: str) -> Any:
        """Record a rehearsal.

        It cannot be changed: correct a mistake by recording another one.
        """
        fields = self.body
        return record_rehearsal(get_organization(slug), **fields, actor=self.actor)
