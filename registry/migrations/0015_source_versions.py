"""Source tables get owners and immutable versions; each training snapshot names the version that was in force.

What the tables were before is read from the audit log, which is only read: every content that an event recorded becomes a
version, and each snapshot gets the one that was in force when it was recorded. A table that was described after a
snapshot leaves that snapshot without one.
"""

import hashlib
import json
from datetime import UTC, datetime

import django.db.models.deletion
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.utils import timezone

from platform_site.audit.triggers import SQLITE_LIFT, Statements, write_once

ACTIONS = ("source_table.added", "source_table.changed")
FIELDS = ("dataset", "entity_key", "event_time", "row_key", "dialect")
ENTRIES = "registry_snapshotentry"
LIFT = Statements(
    sqlite=[SQLITE_LIFT.format(name=f"{ENTRIES}_no_update")],
    postgresql=[f"DROP TRIGGER IF EXISTS {ENTRIES}_no_change ON {ENTRIES}"],
)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")


def give_versions(apps, schema_editor):
    """Make the versions of every table, and the owner where one team alone has features over it."""
    Feature = apps.get_model("registry", "Feature")
    for table in apps.get_model("registry", "SourceTable").objects.select_related("dataset"):
        in_force = _versions_of(apps, table)
        table.current = in_force[-1][1]
        owners = Feature.objects.filter(versions__source_table=table.name).values_list("owner_team", flat=True)
        owners = set(owners)
        table.owner_team_id = owners.pop() if len(owners) == 1 else None
        table.save()
        _name_in_snapshots(apps, table, in_force)
    if schema_editor.connection.vendor == "postgresql":  # else the rows' own keys wait, and no index can be made
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _versions_of(apps, table):
    """The versions of a table with the moments from which they were in force, the last one now."""
    states = list(_states(apps, table))
    recorded = bool(states)
    now = _content(table, table.dataset.name if table.dataset else None)
    if not states or states[-1][2] != now:
        states.append((timezone.now(), "system", now))
    by_digest, in_force = {}, []
    for at, actor, content in states:
        digest = _digest(content)
        if digest not in by_digest:
            before = in_force[-1][2] if in_force else {}
            by_digest[digest] = _version(apps, table, len(by_digest) + 1, digest, content, before, at, actor)
        _move(apps, table, in_force[-1][1] if in_force else None, by_digest[digest], at, actor)
        in_force.append((at, by_digest[digest], content))
    moments = [(at, version) for at, version, _ in in_force]
    return moments if recorded else [(BEGINNING, moments[0][1])]  # without an event it was never otherwise


def _states(apps, table):
    """What each event recorded of the table, with when and by whom, the oldest first."""
    Event = apps.get_model("audit", "AuditEvent")
    events = Event.objects.filter(subject=f"source_table:{table.name}", action__in=ACTIONS).order_by("sequence")
    before = None
    for event in events.iterator():
        payload = json.loads(event.payload)
        content = {name: payload.get(name, getattr(table, name, None)) for name in FIELDS}
        if content != before:
            yield datetime.fromisoformat(event.at), event.actor, content
        before = content


def _content(table, dataset):
    return {name: getattr(table, name) for name in FIELDS} | {"dataset": dataset}


def _digest(content):
    """The address of a version without upstream, as `registry.data.rules.source` computes it."""
    return hashlib.sha256(json.dumps(content | {"upstream": None}, sort_keys=True).encode()).hexdigest()


def _version(apps, table, number, digest, content, before, at, actor):
    dataset = apps.get_model("registry", "Dataset").objects.filter(name=content["dataset"] or "").first()
    changes = {name: [before[name], content[name]] for name in FIELDS if before and before[name] != content[name]}
    return apps.get_model("registry", "SourceTableVersion").objects.create(
        source_table=table,
        number=number,
        name=digest[:12],
        digest=digest,
        **content | {"dataset": dataset},
        changes=changes,
        reason="As the audit log has it.",
        created_by=actor,
        created_at=at,
    )


def _move(apps, table, before, after, at, actor):
    apps.get_model("registry", "CurrentSourceChange").objects.create(
        source_table=table,
        before=before,
        after=after,
        reason="As the audit log has it.",
        changed_by=actor,
        changed_at=at,
    )


def _name_in_snapshots(apps, table, in_force):
    entries = apps.get_model("registry", "SnapshotEntry").objects.filter(feature_version__source_table=table.name)
    for at, version in in_force:  # the last one that fits stays
        later = list(entries.filter(snapshot__recorded_at__gte=at).values_list("pk", flat=True))
        for start in range(0, len(later), 500):
            entries.model.objects.filter(pk__in=later[start : start + 500]).update(source_version=version)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("people", "0004_usernames"),
        ("registry", "0014_canonical_equivalence"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcetable",
            name="description",
            field=models.TextField(blank=True, default="", max_length=4000),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sourcetable",
            name="owner_team",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose contributors add versions. A table without an owner gets one from a lead.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="source_tables",
                to="people.team",
            ),
        ),
        migrations.CreateModel(
            name="SourceTableVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(help_text="The first 12 hex digits of the digest.", max_length=12)),
                ("digest", models.CharField(max_length=64, validators=[HEX_64])),
                (
                    "entity_key",
                    models.JSONField(default=list, help_text="Columns that name whose row it is (customer_id)."),
                ),
                (
                    "event_time",
                    models.CharField(help_text="The column that orders an entity's rows.", max_length=128),
                ),
                (
                    "row_key",
                    models.JSONField(default=list, help_text="Columns that tell rows apart; they break ties in time."),
                ),
                ("dialect", models.CharField(default="duckdb", max_length=32)),
                (
                    "upstream",
                    models.JSONField(
                        blank=True, help_text="What computes the table before it is read here.", null=True
                    ),
                ),
                (
                    "changes",
                    models.JSONField(default=dict, help_text="Against the version before: {part: [old, new]}."),
                ),
                ("reason", models.TextField(blank=True)),
                ("created_by", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField()),
                (
                    "dataset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="source_versions",
                        to="registry.dataset",
                    ),
                ),
                (
                    "source_table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="registry.sourcetable",
                    ),
                ),
            ],
            options={
                "ordering": ["source_table_id", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("source_table", "digest"), name="source_version_content_once"),
                    models.UniqueConstraint(fields=("source_table", "name"), name="source_version_name_once"),
                    models.UniqueConstraint(fields=("source_table", "number"), name="source_version_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CurrentSourceChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(blank=True)),
                ("changed_by", models.CharField(max_length=150)),
                ("changed_at", models.DateTimeField()),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.sourcetableversion",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.sourcetableversion",
                    ),
                ),
                (
                    "source_table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="current_changes",
                        to="registry.sourcetable",
                    ),
                ),
            ],
            options={"ordering": ["-changed_at", "-pk"]},
        ),
        migrations.AddField(
            model_name="sourcetable",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current_of",
                to="registry.sourcetableversion",
            ),
        ),
        migrations.AddField(
            model_name="snapshotentry",
            name="source_version",
            field=models.ForeignKey(
                blank=True,
                help_text="Of the definition's source table, as it was in force; empty where the table was not "
                "described yet.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trained_in",
                to="registry.sourcetableversion",
            ),
        ),
        migrations.AddField(
            model_name="checkrun",
            name="data",
            field=models.JSONField(
                default=list,
                help_text="What it read, as it was: [{role, dataset, kind, location, connection, snapshot, "
                "source_version}].",
            ),
        ),
        LIFT,
        migrations.RunPython(give_versions, migrations.RunPython.noop),
        *write_once(ENTRIES, "registry_sourcetableversion", "registry_currentsourcechange"),
    ]
