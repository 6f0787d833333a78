from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """The table behind the cache: limits on failed sign-ins are counted there. Does nothing when it exists."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS portal_cache")


class Migration(migrations.Migration):
    dependencies = [("directives", "0001_bodies_documents_and_indicators")]

    operations = [migrations.RunPython(create, drop)]
