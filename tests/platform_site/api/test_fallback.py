"""A path that the API does not have."""

from __future__ import annotations

import pytest

PATH = "/api/v1/no-such-list/"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_path_is_a_problem_for_every_method_and_without_a_login(client, method):
    response = getattr(client, method)(PATH)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["code"] == "not_found"
    assert response.json()["detail"] == f"There is nothing at {PATH}."
