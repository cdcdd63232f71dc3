"""A version with 0% of the traffic runs as shadow; a serving report says whether its version did."""

from django.db import migrations, models
from django.db.models import Q

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [("registry", "0025_reading")]
    operations = [
        migrations.RemoveConstraint("servedshare", "served_share_is_a_percentage"),
        migrations.AlterField(
            "servedshare",
            "percent",
            models.PositiveSmallIntegerField(help_text="0: it runs as shadow, and no user gets its answers."),
        ),
        migrations.AddConstraint(
            "servedshare",
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="served_share_is_a_percentage"),
        ),
        migrations.AddField(
            "servingreport",
            "shadow",
            models.BooleanField(default=False, help_text="The version ran as shadow: users got none of its answers."),
        ),
        *write_once("registry_servedshare", "registry_servingreport"),  # SQLite rebuilt them
    ]
