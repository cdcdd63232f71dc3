"""The WSGI application: `gunicorn platform_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
application = get_wsgi_application()

from platform_site.roof import start  # noqa: E402 - needs the settings

start.require_audit_key()
