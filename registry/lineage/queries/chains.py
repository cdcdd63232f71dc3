"""The jobs behind a data set and the data sets behind those, as they were last reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.compute.upstream import Upstream
from registry.lineage.rules.code import JobCode, upstream_of
from registry.models import LineageDataset, LineageEdge, LineageJob

READS, WRITES = LineageEdge.Direction.READS, LineageEdge.Direction.WRITES
MOST_LEVELS, MOST_JOBS, MOST_DATASETS = 20, 200, 2_000
EVERY_TEAM = "*"


class Chain(NamedTuple):
    """What is behind data sets: the jobs that write each, what each job reads, all jobs and data sets by key.

    ``is_cut``: there is more than is followed.
    """

    start: tuple[int, ...]
    writers: Mapping[int, Sequence[int]]
    reads: Mapping[int, Sequence[int]]
    jobs: Mapping[int, LineageJob]
    datasets: Mapping[int, LineageDataset]
    columns: Mapping[int, Mapping[str, list[list[str]]]]
    is_cut: bool = False

    @property
    def upstream(self) -> Upstream | None:
        """The code behind the data set that the chain begins with."""
        own = [self.jobs[pk] for dataset in self.start for pk in self.writers.get(dataset, ())]
        others = [job for pk, job in self.jobs.items() if pk not in {job.pk for job in own}]
        return upstream_of([_code(job) for job in own], [_code(job) for job in others])

    def reporters_outside(self, team: str | None) -> list[LineageJob]:
        """The jobs whose newest report came from nobody of that team."""
        return [job for job in self.jobs.values() if not {team, EVERY_TEAM} & set(job.reporter_teams)]


def chain_behind(datasets: Collection[int]) -> Chain:
    """What is behind data sets, level by level: two queries for each level, and two at the end."""
    writers: dict[int, list[int]] = {}
    reads: dict[int, list[int]] = {}
    columns: dict[int, Mapping[str, list[list[str]]]] = {}
    waiting, seen, is_cut = set(datasets), set(datasets), False
    for _ in range(MOST_LEVELS):
        by_dataset = _writing(waiting, columns)
        writers |= by_dataset
        jobs = {job for rows in by_dataset.values() for job in rows} - reads.keys()
        if not jobs:
            break
        is_cut = is_cut or len(reads) + len(jobs) > MOST_JOBS or len(seen) > MOST_DATASETS
        if is_cut:
            break
        reads |= _reading(jobs)
        waiting = {dataset for job in jobs for dataset in reads[job]} - seen
        seen |= waiting
    else:
        is_cut = True
    followed = {dataset: [job for job in rows if job in reads] for dataset, rows in writers.items()}
    return Chain(
        tuple(datasets),
        followed,
        reads,
        LineageJob.objects.in_bulk(reads),
        LineageDataset.objects.select_related("source_table").in_bulk(seen),
        columns,
        is_cut,
    )


def datasets_after(datasets: Iterable[int]) -> set[int]:
    """These data sets, and all that is computed from them; two queries for each level."""
    waiting, seen = set(datasets), set(datasets)
    for _ in range(MOST_LEVELS):
        jobs = LineageEdge.objects.filter(dataset__in=waiting, direction=READS).values("job")
        written = LineageEdge.objects.filter(job__in=jobs, direction=WRITES).values_list("dataset", flat=True)
        waiting = set(written.distinct()[: MOST_DATASETS + 1]) - seen
        seen |= waiting
        if not waiting or len(seen) > MOST_DATASETS:
            break
    return seen


def _writing(datasets: Collection[int], columns: dict[int, Mapping[str, list[list[str]]]]) -> dict[int, list[int]]:
    """The jobs that write each of the data sets; of those with one identity, the one that ran last."""
    edges = LineageEdge.objects.filter(dataset__in=datasets, direction=WRITES, job__completed_at__isnull=False)
    rows = edges.order_by("-job__completed_at", "job").values_list("dataset", "job", "job__identity", "columns")
    result: dict[int, list[int]] = defaultdict(list)
    known = set()
    for dataset, job, identity, by_column in rows[: 2 * MOST_DATASETS]:
        if (dataset, identity) in known:
            continue
        known.add((dataset, identity))
        result[dataset].append(job)
        columns.setdefault(dataset, by_column)
    return result


def _reading(jobs: Collection[int]) -> dict[int, list[int]]:
    rows = LineageEdge.objects.filter(job__in=jobs, direction=READS).values_list("job", "dataset")
    result: dict[int, list[int]] = {job: [] for job in jobs}
    for job, dataset in rows[: 2 * MOST_DATASETS]:
        result[job].append(dataset)
    return result


def _code(job: LineageJob) -> JobCode:
    return JobCode(job.identity, job.label, job.text, job.dialect)
