"""An organization's own levels over the API."""

from __future__ import annotations

from typing import Any, cast

from assessments.health.actions.rubrics import make_rubric
from assessments.health.queries.rubrics import rubrics_of
from assessments.health.serializers.rubrics import RubricInput, RubricOutput, levels_of
from assessments.organizations.queries import get_organization
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint

LEVELS = [
    {"level": "1", "label": "Reproducible", "requires": ["artifact_store", "lineage"]},
    {"level": "2", "label": "Watched", "requires": ["artifact_store", "lineage", "baseline_monitoring"]},
]


EXAMPLE = {"reason": "Agreed with the leads.", "levels": LEVELS}


class Rubrics(ListEndpoint):
    """The versions of an organization's own levels."""

    noun = "organizations_rubrics"
    serializer_class = RubricOutput
    ordering_fields = ("number",)

    def rows(self) -> Any:
        return rubrics_of(get_organization(self.kwargs["slug"]))

    @Verb("make", takes=RubricInput, status=201, examples={"two levels": EXAMPLE})
    def post(self, slug: str) -> Any:
        """Set an organization's own levels.

        Each level includes the one below. Earlier assessments keep the levels that judged them.
        """
        reason, levels = self.body["reason"], levels_of(cast(RubricInput, self.input))
        return make_rubric(get_organization(slug), levels=levels, reason=reason, actor=self.actor)
