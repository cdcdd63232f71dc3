"""The composition root and the small foundations that both rooms stand on."""

try:
    from platform_site.celery import app as celery_app
except ModuleNotFoundError:  # the launcher imports `platform_site.bootstrap` before anything is installed
    celery_app = None

__all__ = ["celery_app"]
