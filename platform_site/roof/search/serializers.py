"""The search as JSON."""

from __future__ import annotations

from rest_framework import serializers


class SearchHitOutput(serializers.Serializer[object]):
    """Something that matches, with the address of its page."""

    label = serializers.CharField()  # type: ignore[assignment] # what the hit is called
    about = serializers.CharField()
    url = serializers.CharField()


class SearchGroupOutput(serializers.Serializer[object]):
    """What matches of one kind: the first hits, and how many there are, up to 100."""

    kind = serializers.CharField(source="name")
    label = serializers.CharField()  # type: ignore[assignment] # the group's own label, not the field's
    count = serializers.IntegerField()
    is_more = serializers.BooleanField(help_text="There are more than `count`.")
    is_exact = serializers.BooleanField(help_text="One of them has this name, id or hash.")
    hits = SearchHitOutput(many=True)


class SearchOutput(serializers.Serializer[object]):
    """What matches a search, by kind; kinds with an exact match come first."""

    query = serializers.CharField()
    count = serializers.IntegerField()
    is_more = serializers.BooleanField()
    groups = SearchGroupOutput(many=True)
