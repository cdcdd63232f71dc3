"""The dashboard shows both apps: it is tested with the organizations that the tests of assessments make."""

from tests.assessments.conftest import draft, in_production, lea, organization, published

__all__ = ["draft", "in_production", "lea", "organization", "published"]
