"""Adoption and velocity, and the training runs that feed them, over the API."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.response import Response

from assessments import models as records
from assessments.adoption import actions as actions
from assessments.adoption import queries as adoption
from assessments.adoption import serializers as shapes
from assessments.adoption.api import entries
from assessments.adoption.rules.files import KINDS
from assessments.organizations.api import OfOneOrganization
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.errors import Fault, Invalid
from platform_site.text.dates import zone_of

RUN = {
    "team": "forecasting", "model": "demand", "started_at": "2026-11-02T09:00:00Z",
    "ended_at": "2026-11-02T09:20:00Z", "succeeded": True,
    "orchestrator": "airflow", "external_id": "demand__2026-11-02",
}  # fmt: skip
USE_CASES_FILE = {"kind": "use-cases", "content": "name,supported,on_platform\nbatch scoring,yes,no\n"}
RUNS = PolymorphicProxySerializer(
    component_name="TrainingRuns",
    serializers=[shapes.TrainingRunInput, shapes.TrainingRunInput(many=True)],
    resource_type_field_name=None,
    many=False,
)


class Overview(OfOneOrganization, Read):
    """Adoption, velocity and the diagnosis."""

    serializer_class = shapes.AdoptionOutput
    maturity_of: Any = None  # a function of the organization: its level and conditions, which rooms above know

    def content(self) -> Any:
        maturity = self.maturity_of(self.organization) if self.maturity_of and self.organization else None
        return adoption.adoption_now(self.organization, maturity=maturity).as_dict()


class Samples(OfOneOrganization, Endpoint):
    """Remove every sample."""

    serializer_class = shapes.RemovedOutput

    @Verb("samples_remove")
    def delete(self) -> Any:
        return {"removed": actions.remove_samples(self.organization, actor=self.actor)}


class TrainingRuns(OfOneOrganization, ListEndpoint):
    """List training runs."""

    serializer_class = shapes.TrainingRunOutput
    filterset_class = filters(records.TrainingRun, "team", "model", "orchestrator", "succeeded", "sample")
    search_fields = ("team", "model", "external_id")
    ordering_fields = ("started_at",)

    def rows(self) -> Any:
        return adoption.entries(records.TrainingRun, self.organization)

    @Verb(
        "report",
        takes=shapes.runs_input,
        shape=RUNS,
        gives=shapes.RecordedOutput,
        status=(201, 200),
        examples={"a run": RUN},
    )
    def post(self) -> Any:
        """Report a training run, or a list of up to 1,000.

        All or none. A run with an external id that is on record is corrected, never doubled: 200 where every run was.
        """
        runs = self.body if isinstance(self.body, list) else [self.body]
        result = actions.record_training_runs(runs, organization=self.named_organization, actor=self.actor)
        return Response(result._asdict(), status=201 if result.recorded else 200)


class TrainingRun(Read):
    """A training run."""

    serializer_class = shapes.TrainingRunOutput

    def content(self, pk: int) -> Any:
        return adoption.entry(records.TrainingRun, pk)


class TrainingRunRemoval(entries.Removal):
    """Remove a training run."""

    kind = records.TrainingRun


class Import(OfOneOrganization, Endpoint):
    """Import a file."""

    noun = "adoption"
    input_class, serializer_class = shapes.FileInput, shapes.ImportedOutput

    @Verb("import", examples={"use cases": USE_CASES_FILE})
    def post(self) -> Any:
        """Store the records of a file.

        422 with every fault by line and column, unless `good_rows_only`. A record that is on file changes; none is doubled.
        """
        body = dict(self.body)
        kind, content = KINDS[body.pop("kind")], body.pop("content").encode()
        if "zone" in body:
            body["zone"] = _zone(body["zone"])
        return actions.import_file(content, kind, **body, organization=self.organization, actor=self.actor)._asdict()


def _zone(name: str) -> tzinfo:
    try:
        return zone_of(name)
    except ValueError as error:
        raise Invalid([Fault("zone", "invalid", str(error))]) from error
