from registry.models import ModelVersion, RegisteredModel
from registry.versions.queries.audit_subjects import subject, subject_of


def test_a_version_is_named_with_its_model():
    version = ModelVersion(model=RegisteredModel(name="demand"), version="v2.3+1")
    assert subject_of(version) == subject("demand", "v2.3+1") == "model_version:demand/v2.3+1"
