"""What a peer refused of an application is told again, and is found for that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("exchange", "0010_catalogues"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stored",
            index=models.Index(
                condition=models.Q(("refused_code", ""), _negated=True),
                fields=["peer", "type", "subject"],
                name="refused_of_peers",
            ),
        ),
        migrations.AddIndex(
            model_name="written",
            index=models.Index(
                condition=models.Q(("refused_code", ""), _negated=True),
                fields=["peer", "type", "subject"],
                name="refused_by_peers",
            ),
        ),
    ]
