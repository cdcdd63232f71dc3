"""gunicorn's settings under `up` (`--config python:platform_site.roof.launcher.web`)."""

from platform_site.roof.launcher.parent_death import die_with_parent

wsgi_app = "platform_site.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 5
control_socket_disable = True
loglevel = "warning"


def post_fork(arbiter, worker) -> None:
    """Tie each worker to the arbiter, which is tied to `up`."""
    die_with_parent(arbiter.pid)
