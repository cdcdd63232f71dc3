"""The data of adoption. A row marked as a sample can be removed with all the others."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from assessments.models.escape_hatches import EscapeHatch
from assessments.models.organizations import OfOrganization


class ReportedRecord(OfOrganization):
    """What every record here has: who reported it, and whether it is a sample."""

    sample = models.BooleanField(default=False, editable=False)
    recorded_by = models.CharField(max_length=150, editable=False)

    class Meta(OfOrganization.Meta):
        abstract = True


def name_once(prefix: str, message: str) -> list[models.BaseConstraint]:
    """A name once in each organization, and once among the records that belong to none."""
    of_nobody = models.UniqueConstraint(
        fields=["name"],
        condition=Q(organization=None),
        name=f"{prefix}_of_nobody_once",
        violation_error_message=message,
    )
    once = models.UniqueConstraint(
        fields=["organization", "name"], name=f"{prefix}_once", violation_error_message=message
    )
    return [once, of_nobody]


class TrainingRun(ReportedRecord):
    """One training run of a team, as an orchestrator or a person reported it."""

    team = models.CharField(max_length=120)
    model = models.CharField(max_length=128)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty: nobody reported when it ended.")
    succeeded = models.BooleanField()
    orchestrator = models.CharField(max_length=60, blank=True, help_text="Empty: started by hand.")
    external_id = models.CharField(max_length=120, blank=True, help_text="The orchestrator's own name of the run.")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "team", "orchestrator", "external_id"],
                condition=~Q(external_id=""),
                name="training_run_external_id_once",
            ),
            models.UniqueConstraint(
                fields=["team", "orchestrator", "external_id"],
                condition=~Q(external_id="") & Q(organization=None),
                name="training_run_of_nobody_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="training_run_ended_after_its_start",
                violation_error_message="A run does not end before it starts.",
            ),
        ]
        indexes = [models.Index(fields=["started_at", "team"], name="training_run_by_time")]

    def __str__(self) -> str:
        return f"{self.team} {self.model}"


class ModelProject(ReportedRecord):
    """A model project that a team began, on the platform or elsewhere."""

    name = models.CharField(max_length=120)
    team = models.CharField(max_length=120)
    started_on = models.DateField(help_text="Any day of the month in which it began.")
    on_platform = models.BooleanField(default=False)

    class Meta:
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "team", "name"],
                name="model_project_once",
                violation_error_message="This team's project is on record already.",
            ),
            models.UniqueConstraint(
                fields=["team", "name"],
                condition=Q(organization=None),
                name="model_project_of_nobody_once",
                violation_error_message="This team's project is on record already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.name}"


class UseCase(ReportedRecord):
    """Something that teams do with models: supported by the platform or not, done there or not."""

    name = models.CharField(max_length=120)
    team = models.CharField(max_length=120, blank=True)
    supported = models.BooleanField(default=False)
    on_platform = models.BooleanField(default=False)
    escape_hatch = models.ForeignKey(
        EscapeHatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="use_cases",
        help_text="The entry of the catalogue that it is done with.",
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = name_once("use_case", "A use case of this name is on record already.")

    def __str__(self) -> str:
        return self.name


class ShowstopperAnswer(ReportedRecord):
    """What a team answered when asked what would make it switch."""

    team = models.CharField(max_length=120)
    answer = models.CharField(max_length=300)
    counted_as = models.CharField(
        max_length=300, blank=True, editable=False, help_text="The answer that a lead merged it into. Empty: itself."
    )
    day = models.DateField()

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["day"], name="showstopper_by_day")]

    def __str__(self) -> str:
        return f"{self.team}: {self.answer}"


class Release(ReportedRecord):
    """A capability that the platform team shipped."""

    name = models.CharField(max_length=120)
    started_on = models.DateField()
    released_on = models.DateField()
    answers = models.ManyToManyField(
        ShowstopperAnswer, blank=True, editable=False, related_name="releases", help_text="The answers that it serves."
    )
    use_cases = models.ManyToManyField(
        UseCase, blank=True, editable=False, related_name="releases", help_text="The use cases that it serves."
    )

    class Meta:
        ordering = ["-released_on", "-pk"]
        constraints = [
            *name_once("release", "A release of this name is on record already."),
            models.CheckConstraint(
                condition=Q(released_on__gte=F("started_on")),
                name="release_not_before_its_start",
                violation_error_message="A release does not come before its start.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weeks(self) -> float:
        """From the start to the release."""
        return (self.released_on - self.started_on).days / 7
