"""`manage.py bench NAME`: figures of one run, beside a peer's on the same machine."""

from platform_site.management.benchmarks import benchmark_command

Command = benchmark_command("bench")
