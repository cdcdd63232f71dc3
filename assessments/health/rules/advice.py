"""Why each capability matters and the first step towards it, in our own words (H8)."""

from __future__ import annotations

from typing import NamedTuple

from platform_site.text.wording import in_words


class Advice(NamedTuple):
    """Why a gap hurts, and what to do on the first day."""

    why: str
    first_step: str


ADVICE: dict[str, Advice] = {
    "feature_parity": Advice(
        "A model is as good as the values it is served; a definition that moves in one place and not in the other is "
        "wrong without an error.",
        "Register the features of your most used model and run one parity check over last month's rows.",
    ),
    "feature_registry": Advice(
        "Teams that cannot find a feature build it again, each a little differently.",
        "Register the ten features that most models share, each with an owner.",
    ),
    "project_templates": Advice(
        "Every new project decides again where things go, and every newcomer learns each of them.",
        "Take the project that was set up best and make a template of it.",
    ),
    "reproducible_envs": Advice(
        "A model that cannot be rebuilt cannot be repaired, and nobody notices until the day it must be.",
        "Record the container digest at training, and refuse a registration without it.",
    ),
    "orchestrated_training": Advice(
        "Training by hand happens when somebody remembers, in the way they remember.",
        "Move the model that is retrained most often into a scheduled pipeline.",
    ),
    "compute_scaling": Advice(
        "People wait for machines, or keep them idle for fear of waiting.",
        "Measure how long runs queue for a week, then let one team try an elastic pool.",
    ),
    "artifact_store": Advice(
        "An artifact that can be overwritten is not the one that was evaluated.",
        "Write each artifact once, under its digest.",
    ),
    "model_registry": Advice(
        "Nobody can say what is running, or what it was made of.",
        "Register what is in production today, with all six lineage parts.",
    ),
    "automated_eval_gates": Advice(
        "Under a deadline an evaluation by hand is the step that is left out.",
        "Write down the threshold that people check by eye, and let the pipeline refuse below it.",
    ),
    "slice_evaluation": Advice(
        "An average hides the customers for whom the model is wrong.",
        "Choose three slices that the business would name, and report them with each evaluation.",
    ),
    "deployment_rollback": Advice(
        "The first rollback happens in the worst hour; it should not be the first rehearsal.",
        "Roll one model back on a quiet morning and record how long it took.",
    ),
    "progressive_delivery": Advice(
        "All or nothing means that every customer finds the fault at once.",
        "Send five per cent of one model's traffic to its next version for a day.",
    ),
    "baseline_monitoring": Advice(
        "Without latency, errors and the spread of predictions, users are the monitoring.",
        "Report those three for every model in production, and page somebody on each.",
    ),
    "data_drift_monitoring": Advice(
        "The world moves, and a model goes on answering the question of last year.",
        "Schedule a drift check on the inputs of the model that earns most.",
    ),
    "lineage": Advice(
        "When a number is wrong, the first hour goes to finding out what it was computed from.",
        "Link data snapshot and features to each training, not only the code.",
    ),
    "audit_log": Advice(
        "Who let this through, and on what grounds, is asked when nobody remembers.",
        "Record every promotion with its gate decision where nobody can edit it.",
    ),
    "access_controls": Advice(
        "Where everybody may promote, nobody decided.",
        "Name who may approve a promotion, and let nobody approve their own.",
    ),
}


def advice_for(capability: str, description: str) -> Advice:
    """The advice for a capability; one that an organization added itself is told by its own description.

    >>> advice_for("batch_backfill", "Backfills that anybody can start.").why
    'Backfills that anybody can start: you listed it because it matters here.'
    """
    if capability in ADVICE:
        return ADVICE[capability]
    said = description.strip().rstrip(".") or in_words(capability)
    return Advice(
        f"{said}: you listed it because it matters here.", "Name an owner and the smallest part to ship first."
    )
