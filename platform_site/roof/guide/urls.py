"""The pages of the guide."""

from django.urls import path

from platform_site.roof.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.index, name="index"),
    path("glossary/", views.glossary, name="glossary"),
    path("<slug:slug>/", views.page, name="page"),
]
