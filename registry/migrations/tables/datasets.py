"""Data sets and their snapshots, source tables and their versions."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import write_once

HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")
NAME = RegexValidator(
    "^[a-z][a-z0-9_]{0,127}\\Z", "Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all."
)
OPERATIONS = [
    migrations.CreateModel(
        name="Dataset",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "name",
                models.CharField(
                    help_text="Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all.",
                    max_length=128,
                    unique=True,
                    validators=[NAME],
                ),
            ),
            (
                "kind",
                models.CharField(choices=[("parquet", "Parquet"), ("csv", "Csv"), ("table", "Table")], max_length=16),
            ),
            (
                "location",
                models.CharField(
                    help_text="A path inside the data roots, relative to one of them; or the table, as schema.table.",
                    max_length=500,
                ),
            ),
            ("key", models.JSONField(default=list, help_text="Columns that tell rows apart.")),
            (
                "event_time",
                models.CharField(blank=True, help_text="The column that says when a row happened.", max_length=128),
            ),
            ("created_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            (
                "connection",
                models.CharField(
                    blank=True,
                    help_text="The connection that the table is read by; an administrator defines it.",
                    max_length=64,
                ),
            ),
        ],
        options={
            "ordering": ["name"],
        },
    ),
    migrations.CreateModel(
        name="DatasetSnapshot",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("digest", models.CharField(max_length=64, unique=True, validators=[HEX_64])),
            ("rows", models.BigIntegerField()),
            ("schema", models.JSONField(help_text='[{"name", "type"}] in column order')),
            ("taken_by", models.CharField(max_length=150)),
            ("taken_at", models.DateTimeField()),
            ("dataset", models.ForeignKey(on_delete=models.PROTECT, related_name="snapshots", to="registry.dataset")),
        ],
        options={
            "ordering": ["-taken_at"],
            "constraints": [
                models.CheckConstraint(condition=models.Q(("rows__gte", 0)), name="dataset_snapshot_rows_not_negative")
            ],
        },
    ),
    migrations.CreateModel(
        name="SourceTable",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "name",
                models.CharField(
                    help_text="Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all.",
                    max_length=128,
                    unique=True,
                    validators=[NAME],
                ),
            ),
            ("description", models.TextField(blank=True, max_length=4000)),
            (
                "owner_team",
                models.ForeignKey(
                    blank=True,
                    help_text="Whose contributors add versions. A table without an owner gets one from a lead.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="source_tables",
                    to="people.team",
                ),
            ),
        ],
        options={
            "ordering": ["name"],
        },
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
            ("event_time", models.CharField(help_text="The column that orders an entity's rows.", max_length=128)),
            (
                "row_key",
                models.JSONField(default=list, help_text="Columns that tell rows apart; they break ties in time."),
            ),
            ("dialect", models.CharField(default="duckdb", max_length=32)),
            (
                "upstream",
                models.JSONField(blank=True, help_text="What computes the table before it is read here.", null=True),
            ),
            ("changes", models.JSONField(default=dict, help_text="Against the version before: {part: [old, new]}.")),
            ("reason", models.TextField(blank=True)),
            ("created_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            (
                "dataset",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="source_versions",
                    to="registry.dataset",
                ),
            ),
            (
                "source_table",
                models.ForeignKey(on_delete=models.PROTECT, related_name="versions", to="registry.sourcetable"),
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
            ("after", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="registry.sourcetableversion")),
            (
                "before",
                models.ForeignKey(
                    null=True, on_delete=models.PROTECT, related_name="+", to="registry.sourcetableversion"
                ),
            ),
            (
                "source_table",
                models.ForeignKey(on_delete=models.PROTECT, related_name="current_changes", to="registry.sourcetable"),
            ),
        ],
        options={
            "ordering": ["-changed_at", "-pk"],
        },
    ),
    migrations.AddField(
        model_name="sourcetable",
        name="current",
        field=models.ForeignKey(
            blank=True, null=True, on_delete=models.PROTECT, related_name="current_of", to="registry.sourcetableversion"
        ),
    ),
    migrations.AddField(
        model_name="sourcetable",
        name="look_problem",
        field=models.TextField(blank=True, help_text="Why that could not be read; empty when it could."),
    ),
    migrations.AddField(
        model_name="sourcetable",
        name="looked_at",
        field=models.DateTimeField(
            blank=True, help_text="When the database was last asked what computes the table behind it.", null=True
        ),
    ),
    *write_once("registry_datasetsnapshot", "registry_sourcetableversion", "registry_currentsourcechange"),
]
