"""Fields with one entry per line: limits, kinds and weights of columns, allowed values."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from registry.compute.kinds.drift.parameters import KINDS


class LimitsField(forms.CharField):
    """Limits, one per line: ``psi 0.2`` for every column, ``dep_delay psi 0.3`` for one."""

    LINE = re.compile(r"(?:(?P<column>.+?)\s+)?(?P<statistic>[a-z_]+)\s*=?\s*(?P<limit>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, dict[str, Any]]:
        limits: dict[str, float] = {}
        by_column: dict[str, dict[str, float]] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            match = self.LINE.match(line)
            if match is None:
                raise forms.ValidationError(f"{line!r} is not a limit. Write psi 0.2, or dep_delay psi 0.3.")
            chosen = by_column.setdefault(match["column"], {}) if match["column"] else limits
            chosen[match["statistic"]] = self._number(match["limit"], line)
        return {"limits": limits, "column_limits": by_column}

    @staticmethod
    def _number(text: str, line: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise forms.ValidationError(f"{text!r} in {line!r} is not a number.") from error


class KindsField(forms.CharField):
    """Kinds of columns, one per line: ``zip category``."""

    def clean(self, value: Any) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, _, kind = line.rpartition(" ")
            if not column.strip() or kind not in KINDS:
                raise forms.ValidationError(
                    f"{line!r} is not a kind. Write zip category; choose from {', '.join(KINDS)}."
                )
            kinds[column.strip()] = kind
        return kinds


class WeightsField(forms.CharField):
    """Weights of columns, one per line: ``dep_delay 3``."""

    LINE = re.compile(r"(?P<column>.+?)\s+(?P<weight>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, float]:
        weights: dict[str, float] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, weight = self._weight(line)
            weights[column] = weight
        return weights

    def _weight(self, line: str) -> tuple[str, float]:
        match = self.LINE.match(line)
        try:
            if match:
                return match["column"], float(match["weight"])
        except ValueError:  # such as 1-2: the pattern is wider than a number
            pass
        raise forms.ValidationError(f"{line!r} is not a weight. Write dep_delay 3.")


class AllowedField(forms.CharField):
    """Allowed values, one column per line: ``status: open, shipped``."""

    def clean(self, value: Any) -> list[dict[str, Any]]:
        columns = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, colon, values = line.partition(":")
            if not colon or not values.strip():
                raise forms.ValidationError(f"{line!r} names no values. Write status: open, shipped.")
            allowed = [value.strip() for value in values.split(",") if value.strip()]
            columns.append({"name": column.strip(), "allowed": allowed})
        return columns
