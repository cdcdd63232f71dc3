"""The site as Django apps: its own commands and checks, and the admin with our brand."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from platform_site import celery  # noqa: F401 - tasks bind to this application, in the web process too


class PlatformSite(AppConfig):
    name = "platform_site"
    default = True


class AdminSite(admin_apps.AdminConfig):
    default_site = "platform_site.admin.PlumblineAdmin"
    default = False
