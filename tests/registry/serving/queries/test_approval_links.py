"""Who gets a link, and its whole address."""

from __future__ import annotations

from registry.serving.queries.approval_links import approvers_of, token_of, url_of
from tests.registry.serving.lanes import person
from tests.registry.serving.story import ask


def test_the_address_of_a_link(serving, second, cora, settings):
    person("anna")
    request = ask(second, cora, percent=50).request
    link = request.links.get()
    settings.PUBLIC_ORIGIN = ""
    assert url_of(link, "http://here") == f"http://here/registry/approval-links/{token_of(link)}/"
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    assert url_of(link, "http://here").startswith("https://plumbline.example/registry/")
    assert token_of(link) != token_of(type(link)(pk=link.pk + 1, person=link.person, change_request=request, expires_at=link.expires_at))  # fmt: skip


def test_approvers_by_name_without_whoever_holds_the_requesters_account(serving, second, cora):
    for name in ("berta", "anna", "cora"):
        person(name)
    request = ask(second, cora, percent=50).request
    assert [user.username for user in approvers_of(request)] == ["anna", "berta"]
