"""A pin has a reason. Existing ones keep "no reason on record"."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0038_model_cards_and_aliases")]
    operations = [
        migrations.AddField(
            "featurepin",
            "reason",
            models.TextField(blank=True, default="", help_text="Empty: there is no reason on record.", max_length=4000),
            preserve_default=False,
        ),
    ]
