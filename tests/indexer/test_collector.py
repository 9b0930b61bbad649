"""The collector is off while libraries are loaded, and never looks at what they made."""

import gc

import pytest

from indexer.collector import uncollected


def test_what_is_made_inside_is_never_looked_through_and_the_collector_goes_on_after() -> None:
    before = gc.get_freeze_count()
    with uncollected():
        assert not gc.isenabled()
        kept = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
    assert not any(one is kept for one in gc.get_objects())


def test_it_goes_on_after_a_failure_too() -> None:
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
