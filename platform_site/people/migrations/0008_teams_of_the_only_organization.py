"""Where there is exactly one organization, every team belongs to it; where there are several, a lead says which."""

from django.db import migrations


def assign_to_the_only_one(apps, schema_editor):
    """Give every team to the organization, if there is one alone."""
    organizations = list(apps.get_model("assessments", "Organization").objects.values_list("pk", flat=True)[:2])
    if len(organizations) == 1:
        apps.get_model("people", "Team").objects.update(organization=organizations[0])


class Migration(migrations.Migration):
    dependencies = [("people", "0007_team_organization")]
    operations = [migrations.RunPython(assign_to_the_only_one, migrations.RunPython.noop)]
