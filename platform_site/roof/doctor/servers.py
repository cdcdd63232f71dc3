"""The servers and processes: database, migrations, roles, broker, cache, workers, scheduler, work that waits."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from platform_site.roof import workers
from platform_site.roof.doctor.findings import State, ill, uncertain, well
from platform_site.roof.watched import beat
from platform_site.text.wording import counted
from registry.models import CheckRun

Found = Iterator[tuple[State, str]]
WAITS_TOO_LONG = timedelta(minutes=30)
OWNS = """
SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
   AND pg_get_userbyid(c.relowner) = current_user
"""


def database() -> Found:
    """It answers; PostgreSQL's role cannot change the audit log; SQLite is for one machine."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            yield well(f"SQLite {cursor.fetchone()[0]} answers.")
            if settings.ENVIRONMENT.production:
                yield uncertain(
                    "It is SQLite, which serves one machine alone. Set DATABASE_URL to a PostgreSQL for more."
                )
            return
        cursor.execute("SHOW server_version")
        yield well(f"PostgreSQL {cursor.fetchone()[0]} answers.")
        cursor.execute(OWNS)
        if owned := cursor.fetchone()[0]:
            yield uncertain(
                f"Its role owns {counted(owned, 'table')}, so that it could switch off the triggers of the audit log. Run the "
                "application as another role: `manage.py grant ROLE`, see docs/deployment.md."
            )


def migrations() -> Found:
    """The tables are those of this release."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield ill(f"{counted(len(pending), 'migration')} not applied: run `manage.py migrate`, then `manage.py grant`.")
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    unknown = {key for key in unknown if key[0] in executor.loader.migrated_apps}
    if unknown:
        yield ill(
            f"The database has {counted(len(unknown), 'migration')} that this release lacks: start the newer release."
        )
    if not pending and not unknown:
        yield well("All migrations are applied.")


def broker() -> Found:
    """It answers, and throws no message away when its memory is full."""
    if not settings.REDIS_URL:
        yield ill("There is none: set REDIS_URL, or start with `manage.py up`.")
        return
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as client:
        client.ping()
        yield well("It answers.")
        policy = client.info("memory").get("maxmemory_policy", "")
        if policy and policy != "noeviction":
            yield ill(f"Its maxmemory-policy is {policy}, which throws queued messages away. Set noeviction.")


def cache_answers() -> Found:
    """What is stored can be read again."""
    word = secrets.token_hex(8)
    cache.set("doctor", word, timeout=10)
    if cache.get("doctor") != word:
        yield ill("What is stored in it cannot be read again.")
    elif not settings.REDIS_URL:
        yield uncertain("Each process has a cache of its own, because REDIS_URL is not set: limits count by process.")
    else:
        yield well("It keeps what is stored.")


def worker() -> Found:
    """At least one lives; hosts that fell silent are named."""
    living = workers.recent_workers()
    if not living:
        yield ill(
            f"None had a heartbeat in the last {workers.ALIVE_WITHIN_S} s: requested checks wait. Start `celery -A platform_site worker`."
        )
    else:
        hosts = ", ".join(sorted({mark["host"] for mark in living}))
        yield well(f"{counted(len(living), 'worker')} alive, on {hosts}.")
    for host, age in workers.age_by_host().items():
        if age > workers.ALIVE_WITHIN_S:
            yield uncertain(f"{host} had a worker {age / 60:.0f} minutes ago, and has none now.")


def scheduler() -> Found:
    """Beat gives signs of life."""
    age = beat.beat_age()
    if age is None:
        yield ill(
            "It gave no sign of life in the last week. Start `celery -A platform_site beat`, once in the installation."
        )
    elif beat.is_silent(age):
        yield ill(
            f"Its last sign of life is {age / 60:.0f} minutes old. Start it again; workers send what is due meanwhile."
        )
    else:
        yield well(f"Its last sign of life is {age:.0f} s old.")


def work() -> Found:
    """No run waits for long."""
    waiting = CheckRun.objects.filter(state=CheckRun.State.QUEUED)
    late = waiting.filter(created_at__lt=timezone.now() - WAITS_TOO_LONG).count()
    if late:
        yield ill(
            f"{counted(late, 'check run')} waiting for more than half an hour: the workers are too few, or do not take them."
        )
    else:
        yield well(f"{counted(waiting.count(), 'check run')} waiting, none for more than half an hour.")
