"""An alert is about one version, environment, feature and kind of finding, and keeps what it reported.

An unresolved alert of serving, which stood for a model and environment, becomes one for each thing that the newest report of
a version finds; a version whose newest report found skew, and whose alert another version had ended, has one again. Nothing
is written to the audit log.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, Max

FOUND = ("failed", "drifted", "not_deterministic")
SKEW, FEATURES, TRAFFIC = "skew", "features", "traffic"
OPEN = {"state": "open", "acknowledged_by": "", "acknowledged_until": None}  # unless the same was acknowledged
GONE = "Since the upgrade an alert is about one version: the newest report of {version} found nothing, or it does not serve."


def follow_versions(apps, schema_editor):
    alerts = apps.get_model("registry", "Alert").objects.using(schema_editor.connection.alias)
    alerts.filter(serving_report__isnull=False).update(observed_at=F("opened_at"))
    for alert in alerts.filter(serving_report__isnull=False).select_related("serving_report").iterator():
        alert.model_version_id = alert.serving_report.model_version_id
        alert.observed_at = min(alert.serving_report.window_end, alert.serving_report.reported_at)
        alert.save(update_fields=["model_version", "observed_at"])
    unresolved = alerts.exclude(state="resolved")
    for alert in unresolved.filter(run__isnull=False).select_related("run__check_definition"):
        alert.parts, alert.observed_at = _parts_of(alert.run), alert.run.started_at or alert.opened_at
        alert.save(update_fields=["parts", "observed_at"])
    standing = {}
    for alert in unresolved.filter(finding=SKEW).select_related("serving_report__model_version"):
        standing[alert.model_id, alert.environment] = alert
    _split(apps, alerts, standing)
    _store_findings(apps, alerts.exclude(state="resolved"))
    if schema_editor.connection.vendor == "postgresql":  # no index is made while foreign keys wait to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _split(apps, alerts, standing):
    """One alert for each thing that the newest report of each version that serves finds."""
    split = set()
    for report in _newest_skewed(apps, alerts.db):
        before = standing.get((report.model_version.model_id, report.environment))
        own = before if before and before.model_version_id == report.model_version_id else None
        seen = dict(_things(own.serving_report)) if own and own.state == "acknowledged" else {}
        acknowledged = {name: getattr(own, name) for name in OPEN} if own else OPEN
        for (kind, feature), (parts, title) in _things(report):
            covered = seen.get((kind, feature), ({}, ""))[0] == parts
            fields = {
                "model_id": report.model_version.model_id,
                "model_version": report.model_version,
                "environment": report.environment,
                "finding": kind,
                "feature": feature,
                "serving_report": report,
                "title": title[:300],
                "parts": parts,
                "observed_at": min(report.window_end, report.reported_at),
            }
            if own and own.pk not in split:
                split.add(own.pk)
                alert = own
                for name, value in fields.items():
                    setattr(alert, name, value)
            else:
                alert = alerts.model(**fields, opened_at=before.opened_at if before else report.reported_at)
            for name, value in (acknowledged if covered else OPEN).items():
                setattr(alert, name, value)
            alert.save(using=alerts.db)
    for alert in standing.values():
        if alert.pk not in split:
            alert.state, alert.resolved_at = "resolved", django.utils.timezone.now()
            alert.resolved_because = GONE.format(version=alert.serving_report.model_version.version)[:300]
            alert.save(using=alerts.db)


def _newest_skewed(apps, db):
    """The report with the latest window of each version and environment, where it found skew and the version serves."""
    reports = apps.get_model("registry", "ServingReport").objects.using(db)
    newest = {}
    windows = reports.order_by().values("model_version", "environment").annotate(end=Max("window_end"))
    for row in windows.values_list("model_version", "environment", "end").iterator():
        same = reports.filter(model_version=row[0], environment=row[1], window_end=row[2])
        newest[row[:2]] = same.select_related("model_version__model").order_by("-pk").first()
    shares = _weights(apps, db)
    for (version, environment), report in sorted(newest.items()):
        place = shares.get((report.model_version.model_id, environment))
        is_served = report.model_version.stage in ("staging", "production") and (place is None or version in place)
        if report.skew and is_served:
            yield report


def _weights(apps, db):
    """The versions with traffic in the newest revision of each model and environment."""
    revisions = apps.get_model("registry", "ServingRevision").objects.using(db).order_by("number")
    newest = {(row.model_id, row.environment): row.pk for row in revisions}
    shares = apps.get_model("registry", "ServedShare").objects.using(db).filter(revision__in=newest.values())
    by_revision = {}
    for revision, version in shares.values_list("revision", "model_version"):
        by_revision.setdefault(revision, set()).add(version)
    return {place: by_revision.get(revision, set()) for place, revision in newest.items()}


def _things(report):
    """What a report finds: ((kind, feature), (parts, title)) for each thing."""
    place = f"{report.model_version.version} in {report.environment}"
    skew, features, others = [], {}, []
    for entry in report.skew:
        name, due, served, issue = (entry[key] for key in ("feature", "expected", "reported", "issue"))
        if "has no traffic" in issue:
            others.append(((TRAFFIC, ""), ({"no traffic": None}, f"{place}: {name} {issue}")))
        elif due and served:
            parts = {f"{due}>{served}": None}
            skew.append(((SKEW, name), (parts, f"Serving skew of {place}: {name} {issue}")))
        else:
            features[f"{'extra' if served else 'missing'}:{name}"] = f"{name} {issue}"
    if features:
        title = f"{place}: {'; '.join(features.values())}"
        others.append(((FEATURES, ""), (dict.fromkeys(features), title)))
    return skew + others


def _parts_of(run):
    """The columns that decided a run, each with its size, as `registry.checks.queries.run_findings` has them."""
    columns = run.columns.filter(outcome__in=FOUND).values_list("column", "effect", "value")
    parts = {column: value if effect is None else effect for column, effect, value in columns}
    if run.outcome == "not_deterministic":
        parts["(not deterministic)"] = None
    return parts or _rows_of(run)


def _rows_of(run):
    content = run.result.content if hasattr(run, "result") else {}
    differ, rows = content.get("rows_that_differ"), content.get("rows")
    return {"(rows)": differ / rows} if differ and rows else {"(run)": None}


def _store_findings(apps, unresolved):
    findings = apps.get_model("registry", "AlertFinding").objects.using(unresolved.db)
    for alert in unresolved:
        if alert.finding == "silence":
            alert.parts = {"silent": None}
        if alert.state == "acknowledged":
            alert.acknowledged_finding = {
                "title": alert.title,
                "parts": alert.parts,
                "blocking": alert.blocking,
                "by": alert.acknowledged_by,
                "at": alert.opened_at.isoformat(),
            }
        alert.save(update_fields=["parts", "acknowledged_finding"])
        findings.create(
            alert=alert,
            observed_at=alert.observed_at,
            title=alert.title,
            parts=alert.parts,
            blocking=alert.blocking,
            run=alert.run,
            serving_report=alert.serving_report,
            recorded_at=alert.opened_at,
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0030_approval_links")]
    operations = [
        migrations.AddField(
            "alert",
            "model_version",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="registry.modelversion",
            ),
        ),
        migrations.AddField(
            "alert",
            "feature",
            models.CharField(
                blank=True,
                default="",
                help_text="The feature that it is about, if it is about one.",
                max_length=128,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "alert",
            "parts",
            models.JSONField(default=dict, help_text="What was found: each part with its size, if it has one."),
        ),
        migrations.AddField(
            "alert",
            "observed_at",
            models.DateTimeField(default=django.utils.timezone.now, help_text="When its newest evidence was observed."),
        ),
        migrations.AddField(
            "alert",
            "acknowledged_finding",
            models.JSONField(
                blank=True,
                null=True,
                help_text="What was acknowledged last: {title, parts, blocking, by, at}.",
            ),
        ),
        migrations.AlterField(
            "alert",
            "acknowledged_until",
            models.DateTimeField(
                blank=True, null=True, help_text="When it reopens; empty while acknowledged: when it is fixed."
            ),
        ),
        migrations.AlterField(
            "alert",
            "finding",
            models.CharField(
                choices=[
                    ("check", "Check"),
                    ("skew", "Skew"),
                    ("features", "Features"),
                    ("traffic", "Traffic"),
                    ("silence", "Silence"),
                ],
                default="check",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="AlertFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("observed_at", models.DateTimeField()),
                ("title", models.CharField(max_length=300)),
                ("parts", models.JSONField(default=dict)),
                ("blocking", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="registry.alert"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.checkrun",
                    ),
                ),
                (
                    "serving_report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.servingreport",
                    ),
                ),
            ],
            options={"ordering": ["alert", "-pk"]},
        ),
        migrations.RemoveConstraint("alert", "alert_of_serving_open_once"),
        migrations.RunPython(follow_versions, migrations.RunPython.noop, elidable=True),
    ]
