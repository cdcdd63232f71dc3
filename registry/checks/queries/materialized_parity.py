"""Whether the values of two versions can be compared as two data sets hold them: every fault, before it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platform_site.errors import Fault, NotReady
from registry.compute.definition import PYTHON
from registry.compute.engines.row_source import Unreadable
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.name_lists import named
from registry.data.queries import locations
from registry.models import Dataset, FeatureVersion


def completed(
    trained: FeatureVersion, current: FeatureVersion, parameters: ParityParameters
) -> tuple[ParityParameters, list[Fault]]:
    """The parameters with the key of the trained data set where none is named, and what is wrong with them."""
    in_python = [version for version in (trained, current) if version.dialect == PYTHON]
    if not parameters.is_materialized:
        return parameters, [*_required(in_python)]
    if not in_python:
        sentence = "Both definitions are SQL and can be computed: compare the versions themselves, without data sets."
        return parameters, [Fault("trained_dataset", "computable", sentence)]
    datasets = {
        role: Dataset.objects.filter(name=getattr(parameters, f"{role}_dataset")).first()
        for role in ("trained", "current")
    }
    if not parameters.key and datasets["trained"]:
        parameters = parameters._replace(key=datasets["trained"].key)
    faults = [] if parameters.key else [Fault("key", "required", "Name the columns that identify a row: key is empty.")]
    if (
        parameters.trained_dataset == parameters.current_dataset
        and parameters.trained_column == parameters.current_column
    ):
        sentence = f"Column {parameters.current_column} of {parameters.current_dataset} would be compared with itself. Name another."
        faults.append(Fault("current_column", "same", sentence))
    for role, dataset in datasets.items():
        faults += _faults(role, dataset, parameters)
    return parameters, faults


def _required(in_python: Sequence[FeatureVersion]) -> Iterator[Fault]:
    for version in in_python[:1]:
        yield Fault(
            "trained_dataset",
            "required",
            f"{version} is in Python, which is never run here. Name the data sets and columns that hold the values of both "
            "versions: trained_dataset, trained_column, current_dataset, current_column.",
        )


def _faults(role: str, dataset: Dataset | None, parameters: ParityParameters) -> Iterator[Fault]:
    if dataset is None:
        name = getattr(parameters, f"{role}_dataset")
        yield Fault(f"{role}_dataset", "unknown", f"There is no data set {name!r}. Choose one that was added.")
        return
    try:
        columns = [column.name for column in locations.of(dataset).describe()]
    except (Unreadable, NotReady) as error:
        yield Fault(f"{role}_dataset", "unknown", f"Data set {dataset.name} cannot be read: {error}")
        return
    sliced = [("slice", parameters.slice)] if parameters.slice else []
    wanted = [(f"{role}_column", getattr(parameters, f"{role}_column")), *sliced]
    for field, name in [*wanted, *(("key", name) for name in parameters.key)]:
        if name not in columns:
            sentence = f"Data set {dataset.name} has no column {name!r}. Choose from {named(columns, near=name)}."
            yield Fault(field, "unknown_column", sentence)
