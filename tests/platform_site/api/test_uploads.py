"""Endpoints that take a file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from platform_site.api.serializers import StrictSerializer
from platform_site.api.uploads import UploadEndpoint
from platform_site.api.verbs import Verb


class WithFile(StrictSerializer):
    file = serializers.FileField()


class Upload(UploadEndpoint):
    """Answers the size of the file."""

    input_class = WithFile

    @Verb("upload")
    def post(self):
        return Response({"size": self.file(10, ", cut it in two").size})


def upload(person, body: bytes, **headers: str) -> Response:
    data = {"file": SimpleUploadedFile("a.csv", body)}
    request = APIRequestFactory().post("/", data, format="multipart", headers=headers)
    force_authenticate(request, user=person)
    return Upload.as_view()(request)


def test_a_file_may_have_exactly_the_largest_size(people):
    assert upload(people["lead"], b"x" * 10).data == {"size": 10}


def test_one_byte_more_is_413_with_the_limit_and_the_advice(people):
    response = upload(people["lead"], b"x" * 11)
    assert response.status_code == 413
    assert response.data["detail"] == "The file is larger than 10 bytes, cut it in two."


def test_a_large_body_with_an_idempotency_key_is_413(people, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50
    response = upload(people["lead"], b"x", **{"Idempotency-Key": "k" * 20})
    assert response.status_code == 413
    assert "at most 50 bytes" in response.data["detail"]


@pytest.mark.parametrize("content", ["application/json", "text/csv"])
def test_a_body_that_is_not_a_form_is_415(people, content):
    request = APIRequestFactory().post("/", b"{}", content_type=content)
    force_authenticate(request, user=people["lead"])
    response = Upload.as_view()(request)
    assert response.status_code == 415
    assert f'"{content}"' in response.data["detail"]
    assert "multipart/form-data, with the file as its part `file`: curl -F file=@FILE." in response.data["detail"]
