"""Definitions as they are handed in to be registered, and every fault of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from platform_site.errors import Fault
from platform_site.owned import unknown_team
from platform_site.people.models import Team
from registry.compute.definition import NAME, Definition
from registry.features.queries.definitions import Judged, judge_each
from registry.features.rules import fingerprint
from registry.models import FeatureVersion
from registry.models.fields import NAME_SENTENCE

COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\Z")


class NewDefinition(NamedTuple):
    """A definition to register, with the name and owner of its feature, and why."""

    name: str
    owner_team: str
    definition: Definition
    description: str = ""
    dialect: str = "duckdb"
    pipeline_commit: str = ""
    reason: str = ""

    def as_stored(self) -> NewDefinition:
        """The same with the one text of its logic that is stored and computed."""
        return self._replace(definition=self.definition.as_stored())


def judge(definitions: Sequence[NewDefinition]) -> list[Judged]:
    """What is wrong with each definition; as many queries for all of them as for one of each source table.

    What is stored already is not judged again: it keeps computing, and registering it again changes nothing.
    """
    teams = set(Team.objects.values_list("slug", flat=True))
    addresses = [(new.name, fingerprint.address(new.definition), new.dialect) for new in definitions]
    rows = FeatureVersion.objects.filter(digest__in=[digest for _, digest, _ in addresses])
    stored = set(rows.values_list("feature__name", "digest", "dialect"))
    unknown = [new for new, known in zip(definitions, addresses, strict=True) if known not in stored]
    contents = iter(judge_each([(new.definition, new.dialect) for new in unknown]))
    judged = [Judged([]) if known in stored else next(contents) for known in addresses]
    return [
        content._replace(
            faults=[
                *_name_faults(new.name),
                *_team_faults(new.owner_team, teams),
                *content.faults,
                *_commit_faults(new.pipeline_commit),
            ]
        )
        for new, content in zip(definitions, judged, strict=True)
    ]


def repeated(definitions: Sequence[NewDefinition]) -> Iterator[list[Fault]]:
    """For each definition the fault that its feature is in the call already, or none."""
    first: dict[str, int] = {}
    for index, new in enumerate(definitions):
        before = first.setdefault(new.name, index)
        sentence = f"{new.name} is in this call already, as definitions[{before}]. Give each feature once."
        yield [Fault("name", "duplicate", sentence)] if before != index else []


def _name_faults(name: str) -> list[Fault]:
    return [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]


def _team_faults(owner_team: str, known: Collection[str]) -> list[Fault]:
    return [] if owner_team in known else [Fault("owner_team", "unknown", unknown_team(owner_team))]


def _commit_faults(commit: str) -> list[Fault]:
    if not commit or COMMIT.match(commit):
        return []
    return [
        Fault("pipeline_commit", "malformed", f"{commit!r} is not a full git commit. Give its 40 or 64 hex digits.")
    ]
