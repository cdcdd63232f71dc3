"""Imports of tickets, and the models that were trained on people's labels."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from assessments.models.organizations import OfOrganization
from assessments.tickets.rules.files import Format
from assessments.tickets.rules.rows import Reading
from platform_site.text.dates import Order
from platform_site.text.durations import Unit
from platform_site.work import LongWork

REPOSITORY = r"^[\w.-]+/[\w.-]+\Z"


class TicketImport(OfOrganization, LongWork):
    """A file of tickets: previewed first, then read by one worker at a time, and stored as a whole, once."""

    class State(models.TextChoices):
        PREVIEW = "preview"
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    source = models.CharField(max_length=60)
    format = models.CharField(max_length=8, choices=[(word.value, word.value) for word in Format])
    filename = models.CharField(max_length=255, blank=True)
    mapping = models.JSONField(default=dict, blank=True, help_text="Field of a ticket to column of the file.")
    date_format = models.CharField(max_length=12, blank=True, choices=[(word.value, word.value) for word in Order])
    time_zone = models.CharField(max_length=64, blank=True, help_text="Of times that name none.")
    effort_unit = models.CharField(max_length=8, blank=True, choices=[(word.value, word.value) for word in Unit])
    repository = models.CharField(
        max_length=140,
        blank=True,
        validators=[RegexValidator(REPOSITORY, "Write owner/name.")],
        help_text="Of issues that name none: owner/name.",
    )
    notes = models.JSONField(default=list, blank=True, help_text="How the file is read, in sentences.")
    questions = models.JSONField(default=list, blank=True, help_text="[field, sentence] that a person has to answer.")
    unused_columns = models.JSONField(default=list, blank=True, help_text="Columns that no field is read from.")
    good_rows_only = models.BooleanField(default=False, help_text="Bad rows are left out instead of refusing the file.")
    content = models.BinaryField(blank=True, help_text="The file, gzip; empty once it was read and stored.")
    state = models.CharField(max_length=8, choices=State, default=State.PREVIEW)
    rows = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    bad_count = models.PositiveIntegerField(default=0)
    cut_count = models.PositiveIntegerField(default=0, help_text="Bodies that were cut at 20,000 characters.")
    bad_rows = models.JSONField(default=list, blank=True, help_text="[line, id, [reason, …]] of the first bad rows.")
    error = models.TextField(blank=True)
    requested_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="ticket_import_running_has_token_and_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="ticket_import_by_state")]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.source}"

    @property
    def reading(self) -> Reading:
        """How its cells are read."""
        return Reading(self.date_format, self.time_zone, self.effort_unit, self.repository)

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.FINISHED, self.State.FAILED)

    @property
    def can_store_the_rest(self) -> bool:
        """Whether it was refused for its bad rows, and the file is still stored."""
        return self.state == self.State.FAILED and self.bad_count > 0 and bool(self.content)


class TicketModel(models.Model):
    """What was learned from people's labels at one time: weights as arrays, and their accuracy on held-out tickets."""

    version = models.PositiveIntegerField(unique=True)
    weights = models.BinaryField(help_text="Compressed JSON: terms, their weights, coefficients.")
    trained_on = models.PositiveIntegerField(help_text="Tickets whose type a person said.")
    sample_tickets = models.PositiveIntegerField(
        null=True, help_text="How many of them are samples; empty for models from before this was recorded."
    )
    own_tickets = models.PositiveIntegerField(default=0, help_text="Your own labelled tickets, without the samples.")
    own_right = models.PositiveIntegerField(default=0, help_text="Of these, right when held out.")
    own_rule_right = models.PositiveIntegerField(default=0, help_text="Of these, right by the rules.")
    retired_at = models.DateTimeField(null=True, help_text="When the samples that it was trained on were removed.")
    accuracy = models.FloatField(help_text="Share right on tickets held out, 0 to 1, by cross-validation.")
    rule_accuracy = models.FloatField(help_text="Share that the rules had right of the same tickets.")
    by_type = models.JSONField(default=dict, help_text="Type to {tickets, right}, on tickets held out.")
    in_use = models.BooleanField(help_text="It did better than the rules, so proposals come from it.")
    trained_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accuracy__range=(0, 1)) & Q(rule_accuracy__range=(0, 1)),
                name="ticket_model_accuracy_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"ticket model {self.version}"

    @property
    def own_accuracy(self) -> float | None:
        """The share right of your own held-out tickets, 0 to 1."""
        return self.own_right / self.own_tickets if self.own_tickets else None

    @property
    def own_rule_accuracy(self) -> float | None:
        """The share of the same tickets that the rules had right."""
        return self.own_rule_right / self.own_tickets if self.own_tickets else None


class TrackerSync(OfOrganization, LongWork):
    """How far the issues of a configured tracker were read: the position is stored with each page."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    WAITING, WORKING = State.QUEUED, State.RUNNING

    name = models.CharField(max_length=40, unique=True, help_text="As in TRACKERS; the source of its tickets.")
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    position = models.JSONField(default=dict, help_text="{since, page, token}: where the next page is.")
    due_at = models.DateTimeField()
    seen_count = models.PositiveIntegerField(default=0, help_text="Issues of the last reading.")
    new_count = models.PositiveIntegerField(default=0, help_text="Of these, tickets that did not exist before.")
    bad_count = models.PositiveIntegerField(default=0, help_text="Of these, issues that cannot become tickets.")
    bad_rows = models.JSONField(default=list, blank=True, help_text="[id, [reason, …]] of the last bad ones.")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="tracker_sync_running_has_token_and_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.name
