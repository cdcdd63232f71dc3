"""The pages of this room."""

app_name = "assessments"
urlpatterns = []
