"""The pages of this room."""

app_name = "registry"
urlpatterns = []
