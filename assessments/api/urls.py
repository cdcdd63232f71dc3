"""The paths of this room below /api/v1/."""

urlpatterns = []
