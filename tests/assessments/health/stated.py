"""The sample organization's items, and any assessment at all."""

from hypothesis import strategies as st

from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import CAPABILITIES, Group, Priority, Status
from tests.golden import load

SAMPLE = load("sample_assessment")
RANK = ["0", "0+", "1", "2"]


def sample() -> list[Item]:
    rows = SAMPLE["items"]
    return [Item(row["capability"], row["group"], row["status"], row["priority"], row["notes"]) for row in rows]


def items(**statuses: str) -> list[Item]:
    """Catalogue items of the statuses given; what is not applicable has its written reason, nothing else a note."""
    reasons = {Status.NOT_APPLICABLE: "We have no use for it."}
    return [
        Item(name, CAPABILITIES[name].group, status, notes=reasons.get(Status(status), ""))
        for name, status in statuses.items()
    ]


def finish(stated: list[Item], name: str) -> list[Item]:
    return [item._replace(status=Status.IMPLEMENTED) if item.capability == name else item for item in stated]


capability_names = st.sampled_from(list(CAPABILITIES))
_statements = st.tuples(st.sampled_from(Status), st.sampled_from(Priority), st.sampled_from(["", "said why"]))
_own = [("image_parity", str(Group.DATA)), ("vector_index", str(Group.SERVING))]
_known = [(name, str(capability.group)) for name, capability in CAPABILITIES.items()]


@st.composite
def assessments(draw: st.DrawFn) -> list[Item]:
    """Any capabilities, some of an organization's own, in any order, each once, at any status."""
    chosen = draw(st.lists(st.sampled_from(_known + _own), unique=True, max_size=19))
    return [Item(name, group, *draw(_statements)) for name, group in chosen]


@st.composite
def complete_assessments(draw: st.DrawFn) -> list[Item]:
    """All 17, mostly there: what random assessments seldom reach."""
    lacking = draw(st.dictionaries(capability_names, _statements, max_size=3))
    return [Item(name, group, *lacking.get(name, (Status.IMPLEMENTED,))) for name, group in _known]


any_assessment = st.one_of(assessments(), complete_assessments())
