"""The statistics of predictions, in words: the errors that metrics are judged by, and the figures of fairness.

>>> [entry.default_limit for entry in OF_PREDICTIONS if entry.name == "metric_change"]
[0.1]
"""

from __future__ import annotations

from registry.compute.stats.entry import PLUMBLINE, Entry
from registry.compute.stats.result import Direction, Kind

HARDT = "Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning, NeurIPS 29"
POWERS = "Powers (2011), Evaluation: from precision, recall and F-measure to ROC, JMLT 2(1)"
OPITZ = "Opitz and Burst (2019), Macro F1 and macro F1, arXiv:1911.03347"
HYNDMAN = "Hyndman and Koehler (2006), Another look at measures of forecast accuracy, Int. J. Forecasting 22(4)"
MISSING = "what is missing to 1: 0 is best, and a growth is a growth of errors."


def _error(name: str, title: str, formula: str, reference: str, kind: Kind = Kind.SHARE) -> Entry:
    return Entry(name, title, formula, kind, reference)


ERRORS = (
    _error(
        "mae",
        "Mean absolute error",
        "The mean of |prediction - label|, in the unit of the label.",
        HYNDMAN,
        Kind.DISTANCE,
    ),
    _error("rmse", "Root mean squared error", "The root of the mean of (prediction - label)².", HYNDMAN, Kind.DISTANCE),
    _error(
        "mape",
        "Mean absolute percentage error",
        "The mean of |prediction - label| / |label|; only where no label is 0.",
        HYNDMAN,
        Kind.DISTANCE,
    ),
    _error("bias", "Size of the bias", "The size of the mean of prediction - label.", HYNDMAN, Kind.DISTANCE),
    _error("error_rate", "Error rate", "The share of rows predicted wrongly: 1 - accuracy.", POWERS),
    _error(
        "false_discovery_rate",
        "False discovery rate",
        "The share of the rows predicted to be of the class that are not: 1 - precision.",
        POWERS,
    ),
    _error(
        "false_negative_rate",
        "False negative rate",
        "The share of the rows of the class that are predicted not to be: 1 - recall.",
        POWERS,
    ),
    _error("f1_error", "1 - F1", f"F1 is the harmonic mean of precision and recall; {MISSING}", POWERS),
    _error(
        "balanced_error_rate",
        "Balanced error rate",
        "The mean over the classes of the share of their rows predicted wrongly: 1 - balanced accuracy.",
        "Brodersen et al. (2010), The balanced accuracy and its posterior distribution, ICPR",
    ),
    _error("macro_precision_error", "1 - macro precision", f"The mean precision over all classes; {MISSING}", OPITZ),
    _error("macro_recall_error", "1 - macro recall", f"The mean recall over all classes; {MISSING}", OPITZ),
    _error("macro_f1_error", "1 - macro F1", f"The mean F1 over all classes; {MISSING}", OPITZ),
    _error(
        "auc_error",
        "1 - AUC",
        "The chance that a row of the class has a lower probability than one that is not of it, a tie counting half.",
        "Hanley and McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143",
    ),
    _error(
        "log_loss",
        "Log loss",
        "The mean of -ln of the probability of what was true, each at least 2.2e-16.",
        "Good (1952), Rational decisions, J. R. Stat. Soc. B 14",
        Kind.DISTANCE,
    ),
    _error(
        "brier",
        "Brier score",
        "The mean squared difference of the probability from 1 for rows of the class, and from 0 for others.",
        "Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78",
    ),
    _error(
        "calibration_error",
        "Expected calibration error",
        "The mean distance of the share of the class from the mean probability, over 10 bins of equal width, less what "
        "chance explains.",
        "Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI",
    ),
)
JUDGED = (
    Entry(
        "metric_change",
        "Growth of the error",
        "By what share of the reference's the error of the predictions grew, labels being there; of bias as a share of the "
        "mean absolute error, of the calibration error as a share of 0.1.",
        Kind.CHANGE,
        PLUMBLINE,
        0.1,
    ),
    Entry(
        "demographic_parity_difference",
        "Demographic parity difference",
        "The largest less the smallest share of rows predicted positive, over the groups, 0 to 1.",
        Kind.DISTANCE,
        HARDT,
        0.1,
    ),
    Entry(
        "equal_opportunity_difference",
        "Equal opportunity difference",
        "The largest less the smallest recall over the groups, 0 to 1; it needs labels.",
        Kind.DISTANCE,
        HARDT,
        0.1,
    ),
    Entry(
        "false_positive_rate_difference",
        "False positive rate difference",
        "The largest less the smallest false positive rate over the groups, 0 to 1; it needs labels.",
        Kind.DISTANCE,
        HARDT,
        0.1,
    ),
    Entry(
        "equalized_odds_difference",
        "Equalized odds difference",
        "The larger of the differences of the recall and of the false positive rate over the groups; it needs labels.",
        Kind.DISTANCE,
        HARDT,
        0.1,
    ),
    Entry(
        "disparate_impact_ratio",
        "Disparate impact ratio",
        "The smallest share of rows predicted positive divided by the largest, over the groups, 0 to 1.",
        Kind.SHARE,
        "the four-fifths rule, 29 CFR 1607.4 D",
        0.8,
        Direction.LOWER_IS_WORSE,
    ),
)
OVER_WINDOWS = (
    Entry(
        "disparate_impact_gap",
        "1 - disparate impact ratio",
        "By what share of the largest the smallest share of rows predicted positive is below it, over the groups, 0 to 1.",
        Kind.SHARE,
        "the four-fifths rule, 29 CFR 1607.4 D",
    ),
)
OF_PREDICTIONS = (*ERRORS, *JUDGED, *OVER_WINDOWS)
