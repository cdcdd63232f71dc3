"""The answer to an unknown path of the API."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from platform_site.api.problems import for_request


@csrf_exempt
@login_not_required
def not_found(request: HttpRequest) -> JsonResponse:
    """404 as a problem: a program never gets the login page."""
    return for_request(request, 404, "not_found", f"There is nothing at {request.path}.")
