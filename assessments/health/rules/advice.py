"""Why each capability matters and the first step towards it (H8)."""

from __future__ import annotations

from typing import NamedTuple

from platform_site.text.wording import in_words


class Advice(NamedTuple):
    """Why a gap hurts, and what to do on the first day."""

    why: str
    first_step: str


ADVICE: dict[str, Advice] = {
    "feature_parity": Advice(
        "A model is only as good as its input values; a definition that changes in training but not in serving gives "
        "wrong predictions without an error.",
        "Register the features of your most used model and run one parity check over last month's rows.",
    ),
    "feature_registry": Advice(
        "Teams that cannot find a feature build it again, each a little differently.",
        "Register the ten features that most models share, each with an owner.",
    ),
    "project_templates": Advice(
        "Every new project decides anew where things go, and every newcomer has to learn each of them.",
        "Take the best-organized project and turn it into a template.",
    ),
    "reproducible_envs": Advice(
        "A model that cannot be rebuilt cannot be fixed, and nobody notices until it has to be.",
        "Record the container digest at training, and refuse a registration without it.",
    ),
    "orchestrated_training": Advice(
        "Manual training happens when somebody remembers, and a little differently each time.",
        "Move the model that is retrained most often into a scheduled pipeline.",
    ),
    "compute_scaling": Advice(
        "People wait for machines, or reserve idle ones to avoid waiting.",
        "Measure for a week how long runs queue, then let one team try an elastic pool.",
    ),
    "artifact_store": Advice(
        "An artifact that can be overwritten may not be the one that was evaluated.",
        "Write each artifact once, under its digest.",
    ),
    "model_registry": Advice(
        "Nobody can say what is running, or what it was made of.",
        "Register what is in production today, with all six parts of lineage.",
    ),
    "automated_eval_gates": Advice(
        "Under a deadline, manual evaluation is the step that gets skipped.",
        "Write down the threshold that people check by eye, and let the pipeline fail below it.",
    ),
    "slice_evaluation": Advice(
        "An average hides the customers for whom the model is wrong.",
        "Choose three slices that matter to the business, and report them with each evaluation.",
    ),
    "deployment_rollback": Advice(
        "The first real rollback happens at the worst time; it should not be the first attempt.",
        "Roll one model back on a quiet morning and record how long it took.",
    ),
    "progressive_delivery": Advice(
        "With all-or-nothing releases, a fault reaches every customer at once.",
        "Send 5% of one model's traffic to its next version for a day.",
    ),
    "baseline_monitoring": Advice(
        "Without latency, errors and the distribution of predictions, users are your monitoring.",
        "Report those three for every production model, and alert on each.",
    ),
    "data_drift_monitoring": Advice(
        "The world changes, and a model keeps answering last year's question.",
        "Schedule a drift check on the inputs of the most valuable model.",
    ),
    "lineage": Advice(
        "When a number is wrong, the first hour is spent finding out what it was computed from.",
        "Link data snapshot and features to each training run, not only the code.",
    ),
    "audit_log": Advice(
        "People ask who approved this, and why, when nobody remembers.",
        "Record every promotion with its gate decision in a log that nobody can edit.",
    ),
    "access_controls": Advice(
        "Where anybody can promote, nobody is responsible.",
        "Decide who may approve a promotion, and let nobody approve their own.",
    ),
}


def advice_for(capability: str, description: str) -> Advice:
    """The advice for a capability; one that an organization added itself is explained by its description.

    >>> advice_for("batch_backfill", "Backfills that anybody can start.").why
    'Backfills that anybody can start: you listed it because it matters here.'
    """
    if capability in ADVICE:
        return ADVICE[capability]
    sentence = description.strip().rstrip(".") or in_words(capability)
    return Advice(
        f"{sentence}: you listed it because it matters here.", "Name an owner and the smallest part to ship first."
    )
