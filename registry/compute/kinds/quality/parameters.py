"""What a drift check asks about predictions: metrics with labels, fairness by group, and what both need.

>>> [fault.field for fault in faults(PredictionParameters(group="sex"))]
['prediction']
>>> next(type_faults(PredictionParameters(prediction="p", label="y"), {"p": "string", "y": "double"})).message
'p holds string and y double: classes and measured numbers are not compared. Name columns of one kind.'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from registry.compute.kinds.parameters import NAME, SHARE, SWITCH, ParameterFault, one_of

NUMBER, CLASS, PROBABILITY = "number", "class", "probability"
PREDICTION_KINDS = (NUMBER, CLASS, PROBABILITY)
RULES = {
    "prediction": NAME, "label": NAME, "group": NAME, "prediction_kind": one_of("", *PREDICTION_KINDS),
    "positive": NAME, "favourable": NAME, "threshold": SHARE, "labels": NAME, "estimate": SWITCH,
}  # fmt: skip
ABOUT_PREDICTIONS = ("label", "group", "prediction_kind", "positive", "favourable", "labels", "estimate")
OF_NUMBERS = (
    "Numbers have no classes, and prediction_kind is number. Leave {field} out, or choose class or probability."
)
WHOLE, MEASURED = ("int", "uint"), ("double", "float", "halffloat", "decimal")
WORDS = ("string", "large_string", "string_view", "bool", "dictionary")
TEXTS = ("string", "large_string", "string_view", "dictionary")
NOT_SINGLE = ("list", "large_list", "fixed_size_list", "struct", "map", "binary", "large_binary")


class PredictionParameters(NamedTuple):
    """``prediction``, ``label``, ``group``: columns. ``prediction_kind``: number, class or probability; from the values
    when empty. ``positive``: the class that a probability, precision and recall are about; the greater of two when empty.
    ``favourable``: the class that is good for whom it is about; the positive one when empty. ``threshold``: from which
    probability on a row is predicted positive. ``labels``: a data set with labels that came later, joined by its key.
    ``estimate``: estimate metrics of rows whose label is missing."""

    prediction: str = ""
    label: str = ""
    group: str = ""
    prediction_kind: str = ""
    positive: str = ""
    favourable: str = ""
    threshold: float = 0.5
    labels: str = ""
    estimate: bool = False


def faults(parameters: PredictionParameters) -> Iterator[ParameterFault]:
    """Everything that is asked for and cannot be answered, whatever the data."""
    if not parameters.prediction:
        about = [field for field in ABOUT_PREDICTIONS if getattr(parameters, field)]
        if about:
            message = f"{', '.join(about)} {'is' if len(about) == 1 else 'are'} about predictions. Name the column of predictions."
            yield ParameterFault("prediction", "required", message)
        return
    if not parameters.label and not parameters.group:
        message = "A prediction alone is compared as any column is. Name label for its metrics, or group for fairness."
        yield ParameterFault("label", "required", message)
    for field in ("labels", "estimate"):
        if getattr(parameters, field) and not parameters.label:
            yield ParameterFault("label", "required", f"{field} needs label: the column of true values.")
    if parameters.prediction_kind == NUMBER:
        for field in ("group", "positive", "favourable", "estimate"):
            if getattr(parameters, field):
                yield ParameterFault(field, "of_numbers", OF_NUMBERS.format(field=field))
    if parameters.estimate and parameters.prediction_kind == CLASS:
        message = "Metrics are estimated from probabilities, and prediction_kind is class. Leave estimate out."
        yield ParameterFault("estimate", "of_classes", message)


def type_faults(parameters: PredictionParameters, types: Mapping[str, str]) -> Iterator[ParameterFault]:
    """What cannot be answered for the types of the named columns; a column without a type is not judged."""
    for role in ("prediction", "label", "group"):
        name = getattr(parameters, role)
        kind = types.get(name, "")
        if kind.startswith(NOT_SINGLE) or (role != "group" and kind.startswith(("date", "time", "duration"))):
            message = f"{name} holds {kind}. Name a column of numbers, texts or truth values as {role}."
            yield ParameterFault(role, "unsupported_type", message)
    prediction, label = (types.get(name, "") for name in (parameters.prediction, parameters.label))
    if prediction.startswith(WORDS) and label.startswith(MEASURED):
        message = f"{parameters.prediction} holds {prediction} and {parameters.label} {label}: classes and measured numbers are not compared. Name columns of one kind."
        yield ParameterFault("label", "other_kind", message)
    of_texts = next((name for name, kind in types.items() if kind.startswith(TEXTS) and name != parameters.group), "")
    if parameters.group and of_texts and not parameters.favourable:
        message = (
            f"{of_texts} holds texts, so nothing says which class is good for whom it is about. Name it: favourable."
        )
        yield ParameterFault("favourable", "required", message)
    if prediction.startswith(WORDS) and parameters.prediction_kind in (NUMBER, PROBABILITY):
        message = f"{parameters.prediction} holds {prediction}, which is not a {parameters.prediction_kind}. Choose class, or leave prediction_kind out."
        yield ParameterFault("prediction_kind", "other_kind", message)
    elif prediction.startswith(WORDS) and parameters.estimate:
        message = f"Metrics are estimated from probabilities, and {parameters.prediction} holds {prediction}. Leave estimate out."
        yield ParameterFault("estimate", "of_classes", message)
