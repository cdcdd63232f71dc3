from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0019_details"),
    ]

    operations = [
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
    ]
