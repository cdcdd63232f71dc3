"""Every table of assessments, as a new database gets them at once.

A database that applied some of the migrations listed in `replaces` applies the rest of them instead. What those did to
rows that were there already is not needed here.
"""

from django.db import migrations

from assessments.migrations.tables import adoption, assessments, organizations, postmortems, strategy, tickets


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("assessments", "0001_initial"),
        ("assessments", "0002_catalogue_and_publication"),
        ("assessments", "0003_cell_revisions"),
        ("assessments", "0004_ticket_imports"),
        ("assessments", "0005_adoption"),
        ("assessments", "0006_rubrics"),
        ("assessments", "0007_trigger_evaluations"),
        ("assessments", "0008_triage_plans"),
        ("assessments", "0009_resolution_hours"),
        ("assessments", "0010_source_updated_at"),
        ("assessments", "0011_triage_reads_who_said_a_type"),
        ("assessments", "0012_strategy"),
        ("assessments", "0013_postmortems"),
    ]
    dependencies = []
    operations = [
        *organizations.OPERATIONS,
        *assessments.OPERATIONS,
        *tickets.OPERATIONS,
        *adoption.OPERATIONS,
        *strategy.OPERATIONS,
        *postmortems.OPERATIONS,
    ]
