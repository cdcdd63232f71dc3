"""`manage.py seed_scale`: fill an empty installation with a registry as large as a company's."""

from platform_site.management.benchmarks import benchmark_command

Command = benchmark_command("seed_scale")
