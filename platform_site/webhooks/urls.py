from django.urls import path

from platform_site.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhook_list, name="webhooks"),
    path("quiet-hours/", views.quiet_hours, name="quiet_hours"),
    path("quiet-hours/end/", views.no_quiet_hours, name="no_quiet_hours"),
    path("<int:pk>/", views.webhook, name="webhook"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/secret/", views.secret, name="secret"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/deliveries/<int:delivery>/redeliver/", views.redeliver_one, name="redeliver"),
]
