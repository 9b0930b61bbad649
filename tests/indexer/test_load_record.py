"""What passes between the processes comes out as it went in."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from indexer.load.record import Job, Member, decode, decode_job, encode, encode_job
from indexer.types import Block, Document, Skipped

ANY = st.text(st.characters())  # lone surrogates too: a file's name may hold any byte
NUMBER = st.integers(0, 2**40)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
    max_leaves=5,
)
KIND = st.sampled_from(["heading", "paragraph", "item", "row", "furniture"])
DOCUMENT = st.builds(
    Document,
    id=ANY,
    source=ANY,
    title=st.none() | ANY,
    text=ANY,
    metadata=st.dictionaries(ANY, VALUE, max_size=3),
    blocks=st.lists(st.builds(Block, NUMBER, NUMBER, KIND), max_size=4).map(tuple),
    provenance=st.dictionaries(ANY, ANY, max_size=3),
    pages=st.lists(NUMBER, max_size=4).map(tuple),
    removed=NUMBER,
    warnings=st.lists(ANY, max_size=3).map(tuple),
)


@given(DOCUMENT | st.builds(Skipped, ANY, ANY) | st.builds(Member, NUMBER, ANY, NUMBER))
def test_answer_comes_out_as_it_went_in_on_one_line(answer: Document | Skipped | Member) -> None:
    data = encode(answer)
    assert b"\n" not in data
    assert data  # an empty message ends a job
    assert decode(data) == answer
    assert type(decode(data)) is type(answer)


@given(
    st.builds(
        Job,
        ANY,
        ANY,
        st.lists(NUMBER, max_size=3).map(tuple),
        st.booleans(),
        NUMBER,
        ANY,
    )
)
def test_job_comes_out_as_it_went_in(job: Job) -> None:
    assert decode_job(encode_job(job)) == job


def test_surrogates_side_by_side_stay_two() -> None:
    skipped = Skipped("\ud83d\ude00", "")
    assert decode(encode(skipped)) == skipped


def test_metadata_that_json_does_not_know_become_text() -> None:
    document = Document("i", "s", None, "t", metadata={"date": date(2026, 1, 2)})
    again = decode(encode(document))
    assert isinstance(again, Document)
    assert again.metadata == {"date": "2026-01-02"}
