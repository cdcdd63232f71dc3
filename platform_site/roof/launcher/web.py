"""gunicorn's settings, under `up` and in production (`gunicorn --config python:platform_site.roof.launcher.web`).

An option on the command line goes before them: `--bind`, `--workers`, `--threads`.
"""

import os

from platform_site.environment import VARIABLES
from platform_site.roof import logs
from platform_site.roof.launcher.parent_death import die_with_parent

wsgi_app = "platform_site.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 5
control_socket_disable = True
loglevel = "warning"
logconfig_dict = logs.of_web_server(VARIABLES["log_format"].read(os.environ)[0] or logs.TEXT)


def post_fork(arbiter, worker) -> None:
    """Tie each worker to the arbiter, which is tied to `up`."""
    die_with_parent(arbiter.pid)
