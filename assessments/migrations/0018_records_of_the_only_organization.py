"""Where there is exactly one organization, what was recorded before belongs to it; where there are several, a lead assigns it."""

from django.db import migrations

KINDS = ("Ticket", "TicketImport", "TrainingRun", "ModelProject", "UseCase", "ShowstopperAnswer", "Release")


def assign_to_the_only_one(apps, schema_editor):
    """Give every record to the organization, if there is one alone."""
    organizations = list(apps.get_model("assessments", "Organization").objects.values_list("pk", flat=True)[:2])
    if len(organizations) == 1:
        for kind in KINDS:
            apps.get_model("assessments", kind).objects.update(organization=organizations[0])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0017_organization_of_records")]
    operations = [migrations.RunPython(assign_to_the_only_one, migrations.RunPython.noop)]
