"""The postmortems of both incidents, marked as samples, with links to the demo's features, models and runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from assessments.models import Organization, Postmortem
from assessments.postmortems.actions import publish_postmortem, write_postmortem
from assessments.postmortems.rules import Classification, Link, Prevention
from platform_site.access import Actor
from platform_site.roof.demo import health
from platform_site.roof.demo.history.clock import days_ago
from platform_site.roof.demo.history.timeline import Moment
from platform_site.roof.demo.registry_story import FLIGHTS, ORDERS, VERSION, Incident
from registry.models import Check


class Story(NamedTuple):
    """The postmortem of an incident of the demo."""

    incident: Incident
    text: dict[str, Any]
    times: dict[str, tuple[int, ...]]  # days ago, hour, minute
    lessons: tuple[str, str, str]


STORIES = (
    Story(
        ORDERS,
        {
            "title": "The demand forecast read zeros where it had learned the last value",
            "what_happened": (
                "The feature pipeline of the orders came 40 minutes late every morning. The team that owns it found "
                "the reason, a forward fill over all customers, and replaced it: a missing day was no longer filled "
                "with the last value, it was filled with zero. The pipeline was on time again and every test of it "
                "passed.\n\n"
                "The demand forecast had been trained on the last value. From the next morning on it was served zeros "
                "that it read as customers who had stopped ordering. Within two days it had lost 11% of its "
                "accuracy. Latency, error rate and the distribution of the feature looked as always: more than a "
                "quarter of the rows differed, and PSI stayed at 0.011.\n\n"
                "Three weeks later the business figures showed warehouses that had been stocked too low. Both teams "
                "had done their own work right; nothing stood at the boundary between them."
            ),
            "preventions": [
                Prevention(
                    "feature_parity",
                    "A comparison of both definitions over the same rows, before the change is deployed, shows every row "
                    "that differs and closes the gate for the model that was trained on the old one.",
                    "deployment",
                ),
                Prevention(
                    "feature_registry",
                    "The other null rule would have been a new version, announced to whoever uses the feature.",
                    "registration",
                ),
                Prevention(
                    "data_drift_monitoring",
                    "A check of the predictions against the weeks before would have raised an alarm within two days.",
                    "serving",
                ),
            ],
        },
        {"happened_at": (75, 2, 10), "would_have_been_seen_at": (75, 2, 30), "seen_at": (54, 9)},
        (
            "What fills a gap is part of a feature's logic: a change of it is a new version, compared and announced like "
            "any other.",
            "Compare row by row first. A distribution that looks the same says nothing about rows that changed.",
            "A feature that two teams share needs something that stands between them, and that is the platform's to build.",
        ),
    ),
    Story(
        FLIGHTS,
        {
            "title": "The delay forecast was served a quicker feature than it was trained on",
            "what_happened": (
                "The same quicker fill was taken over for the flights: cancelled flights have no arrival delay, and "
                "zero was filled in for them. Of 336,776 rows 40,367 changed, by up to 156.6 minutes, each of them one "
                "of the seven flights around a cancellation.\n\n"
                "Forecasts were too optimistic exactly when it mattered, after days with many cancellations. Two days "
                "of calm weather hid it; the first storm showed it to the people at the gates before any dashboard did."
            ),
            "preventions": [
                Prevention(
                    "feature_parity",
                    "The gate would have named the feature, both versions and what changed, and asked for a pin or a "
                    "retraining before the new version was served.",
                    "deployment",
                ),
            ],
        },
        {"happened_at": (4, 6), "would_have_been_seen_at": (4, 6, 10), "seen_at": (2, 14, 30)},
        (
            "A fix that helped once is a proposal elsewhere: hold it against the definition there before it is taken over.",
            "Watch the rows that matter most, such as days with cancellations, apart from the average.",
            "The serving side should say at which version of each feature it computes, so that skew has a place to show.",
        ),
    ),
)

WRITTEN = (49, 1)  # days ago


def load(contributor: Actor, lead: Actor) -> None:
    """Write and publish both; a second call changes nothing."""
    for moment in moments(contributor, lead):
        moment.act()


def moments(contributor: Actor, lead: Actor) -> list[Moment]:
    """Each postmortem is written some days after its incident was noticed."""
    return [
        Moment(
            days_ago(written, 16, 30),
            _written(story, {name: days_ago(*at) for name, at in story.times.items()}, contributor, lead),
        )
        for story, written in zip(STORIES, WRITTEN, strict=True)
    ]


def _written(story: Story, times: dict[str, Any], contributor: Actor, lead: Actor) -> Callable[[], object]:
    def act() -> None:
        if Postmortem.objects.filter(title=story.text["title"]).exists():
            return
        draft = write_postmortem(
            Organization.objects.get(slug=health.SLUG),
            classification=Classification.PLATFORM_DESIGN,
            lessons=story.lessons,
            links=_links(story.incident),
            sample=True,
            actor=contributor,
            **story.text,
            **times,
        )
        publish_postmortem(draft, actor=lead)

    return act


def _links(incident: Incident) -> list[Link]:
    """The feature, the model that was in production, and what the comparison of both definitions found."""
    links = [Link("feature", incident.feature), Link("model", incident.model, VERSION)]
    for check in Check.objects.filter(feature__name=incident.feature).prefetch_related("runs")[:1]:
        links.append(Link("check", str(check.pk)))
        links += [Link("run", str(run.pk)) for run in check.runs.all()[:1]]
    return links
