"""Postmortems of incidents. The database refuses to change a published one."""

from __future__ import annotations

from datetime import UTC

from django.db import models
from django.db.models import F, Q

from assessments.models.organizations import Capability, Organization
from assessments.postmortems.rules import (
    LONGEST_LESSON,
    LONGEST_MECHANISM,
    Classification,
    Detection,
    Link,
    LinkKind,
    Moment,
    Prevention,
    detection,
)  # fmt: skip
from platform_site.text.wording import in_words


class Postmortem(models.Model):
    """What happened, what would have prevented it, when it was noticed, and three lessons."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="postmortems")
    title = models.CharField(max_length=200)
    classification = models.CharField(max_length=20, choices=[(word.value, word.value) for word in Classification])
    what_happened = models.TextField(max_length=8000)
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        related_name="postmortems",
        help_text="The one that would have prevented it, or would have shown it first.",
    )
    prevention = models.TextField(max_length=4000, help_text="How that capability would have prevented it.")
    moment = models.CharField(  # noqa: DJ001 - null is "nobody said", as in postmortems from before this was asked
        max_length=16,
        null=True,
        blank=True,
        choices=[(word.value, in_words(word)) for word in Moment],
        help_text="When it would have been seen.",
    )
    happened_at = models.DateTimeField()
    would_have_been_seen_at = models.DateTimeField(help_text="With the capability in place.")
    seen_at = models.DateTimeField()
    lesson_1 = models.TextField(max_length=LONGEST_LESSON)
    lesson_2 = models.TextField(max_length=LONGEST_LESSON)
    lesson_3 = models.TextField(max_length=LONGEST_LESSON)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT, editable=False)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="corrected_by"
    )
    sample = models.BooleanField(default=False, editable=False)
    written_by = models.CharField(max_length=150, editable=False)
    written_at = models.DateTimeField(editable=False)
    published_by = models.CharField(max_length=150, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(lesson_1="") & ~Q(lesson_2="") & ~Q(lesson_3=""),
                name="postmortem_has_three_lessons",
                violation_error_message="A postmortem has exactly 3 lessons.",
            ),
            models.CheckConstraint(
                condition=Q(would_have_been_seen_at__gte=F("happened_at")),
                name="postmortem_not_seen_before_it_happened",
                violation_error_message="Nothing is seen before it happened: mend when it would have been seen.",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("would_have_been_seen_at")),
                name="postmortem_capability_not_later",
                violation_error_message="With the capability it would have been seen no later than it was.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="postmortem_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def lessons(self) -> list[str]:
        return [self.lesson_1, self.lesson_2, self.lesson_3]

    @property
    def preventions(self) -> list[Prevention]:
        """What would have prevented it: first what the timeline shows, then the others."""
        first = Prevention(self.capability.name, self.prevention, self.moment)
        return [first, *(other.as_prevention for other in self.other_preventions.all())]

    @property
    def detection(self) -> Detection:
        """How late it was noticed."""
        moments = (self.happened_at, self.would_have_been_seen_at, self.seen_at)
        return detection(*(moment.astimezone(UTC) for moment in moments))

    @property
    def seconds_too_late(self) -> float:
        """How much sooner it would have been noticed with the capability."""
        return self.detection.too_late.total_seconds()

    @property
    def sentence(self) -> str:
        """The timeline in words; no query when the capability was loaded with it."""
        return self.detection.sentence(self.capability.name)


class OtherPrevention(models.Model):
    """Another capability that would have prevented it, beside the first."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.PROTECT, related_name="other_preventions")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    mechanism = models.TextField(max_length=LONGEST_MECHANISM)
    moment = models.CharField(max_length=16, choices=[(word.value, in_words(word)) for word in Moment])

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "capability"], name="prevention_named_once")]

    def __str__(self) -> str:
        return str(self.as_prevention)

    @property
    def as_prevention(self) -> Prevention:
        return Prevention(self.capability.name, self.mechanism, self.moment)


class PostmortemLink(models.Model):
    """A link to something in the registry that was involved, by its name or number there."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=16, choices=[(word.value, word.value) for word in LinkKind])
    name = models.CharField(max_length=128, help_text="A feature's or model's name, a check's or run's number.")
    version = models.CharField(max_length=128, blank=True, help_text="Of a feature or model; empty: all of it.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "kind", "name", "version"], name="postmortem_link_once")
        ]
        indexes = [models.Index(fields=["kind", "name"], name="postmortem_link_by_name")]

    def __str__(self) -> str:
        return str(self.as_link)

    @property
    def as_link(self) -> Link:
        return Link(self.kind, self.name, self.version)
