"""Random and near-valid input: results or clean errors, never anything else."""

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from psoas import load
from psoas.errors import PsoasError
from psoas.intake import checked, judged, read_yaml
from psoas.interview import Session
from psoas.jsonl import converse
from psoas.kernels import numba_kernels
from psoas.library import Urgency

LIBRARY = load()
names = st.sampled_from([*LIBRARY.findings, "recap", "nothing", ""])
plain = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8), st.just("3 weeks"))
nested = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
requests = st.fixed_dictionaries(
    {},
    optional={
        "answers": st.one_of(st.dictionaries(names, nested, max_size=12), nested),
        "complaints": nested,
        "explained": nested,
        "country": st.one_of(st.sampled_from(["gb", "us", "xx"]), nested),
        "setting": nested,
        "mode": st.one_of(st.sampled_from(["person", "clinician"]), nested),
        "other": nested,
    },
)
LEVELS = {level.name for level in Urgency}


def attempt(job):
    """What a job gives, or the clean error that it raises; anything else comes through."""
    try:
        return job()
    except PsoasError as error:
        return error


@given(data=st.one_of(requests, nested))
def test_any_request_gives_an_assessment_or_a_clean_error(data):
    found = attempt(lambda: judged(LIBRARY, checked(LIBRARY, data)))

    if isinstance(found, PsoasError):
        assert found.where
        assert found.found
    else:
        assert Urgency[found.urgency.certain] <= Urgency[found.urgency.possible]


@given(text=st.text(max_size=200))
def test_any_text_is_yaml_or_a_clean_error(text):
    found = attempt(lambda: checked(LIBRARY, read_yaml(text, "text")))

    assert not isinstance(found, PsoasError) or found.found


lines = st.one_of(
    st.text(max_size=40),
    st.builds(lambda key, value: json.dumps({"id": key, "value": value}), names, nested),
    st.builds(lambda key: json.dumps({"id": key, "value": True}), names),
)


@given(sent=st.lists(lines, max_size=15))
def test_any_conversation_ends_in_an_assessment_and_holds_only_questions_and_errors(sent):
    out = io.StringIO()

    converse(LIBRARY, Session(), "gb", io.StringIO("".join(line + "\n" for line in sent)), out, kernels=numba_kernels())

    *talk, last = [json.loads(line) for line in out.getvalue().splitlines()]
    assert last["urgency"]["certain"] in LEVELS
    assert all(("error" in line) != ("text" in line) for line in talk)
