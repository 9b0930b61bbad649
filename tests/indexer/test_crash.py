"""Builds that are stopped: whatever the moment, what was published stays whole and work goes on.

The processes are real, and killed with signals that cannot be caught; see `warm` for how they come
to start so quickly.
"""

import os
import random
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexMissing
from indexer.generation import Generation
from indexer.manifest import GENERATIONS, PARTIAL, current
from tests.indexer.builds import Build, Made, made

KILLS = int(os.environ.get("KILLS", "50"))

FIRST = {
    "a.txt": "Councils distrust the boards. Nine of 91 members are councillors.",
    "b.md": "# Buses\n\nThe bus leaves at nine. The board of buses is late.",
}
SECOND = {
    "a.txt": "Councils distrust the new boards. Ninety of 91 members are councillors.",
    "c.md": "# Trains\n\nThe National Audit Office (NAO) met on Monday. It was the NAO's board.",
}


def write(corpus: Path, files: dict[str, str]) -> None:
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir()
    for name, text in files.items():
        (corpus / name).write_text(text)


class Case:
    """An index before a build, and what the build makes of it when nothing disturbs it."""

    def __init__(self, folder: Path, published: bool) -> None:
        self.corpus, self._prepared = folder / "corpus", folder / "prepared"
        self.before: Made | None = None
        self._prepared.mkdir(parents=True)
        if published:
            write(self.corpus, FIRST)
            assert Build(self.corpus, self._prepared).end() == 0
            self.before = made(current(self._prepared))
        write(self.corpus, SECOND)
        index = self.copy(folder / "undisturbed")
        build = Build(self.corpus, index)
        started = time.monotonic()
        assert build.end() == 0
        self.seconds = time.monotonic() - started
        self.undisturbed = current(index)
        self.after = made(self.undisturbed)

    def copy(self, index: Path) -> Path:
        """The index as it was before the build."""
        shutil.copytree(self._prepared, index)
        return index

    def assert_whole(self, index: Path) -> None:
        """What is served is all of what was there before, or all of what was built."""
        try:
            assert made(current(index)) in (self.before, self.after)
        except IndexMissing:
            assert self.before is None

    def assert_goes_on(self, index: Path) -> None:
        """The next build ends as an undisturbed one does, and leaves nothing half-done."""
        build = Build(self.corpus, index)
        assert build.end() == 0, build.log.read_text()
        assert made(current(index)) == self.after
        assert not list(index.glob(f"{GENERATIONS}/*{PARTIAL}"))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """A first build, and one that follows another."""
    return [Case(tmp_path_factory.mktemp("case"), published) for published in (False, True)]


Phase = tuple[frozenset[str], int]


def phase(index: Path) -> Phase:
    """How far a build came: the files it left, and how much it had read and embedded."""
    kept = sum(path.stat().st_size for path in (index / "cache").glob("*.sqlite*"))
    left = index.glob(f"{GENERATIONS}/*{PARTIAL}/*")
    return frozenset(path.name for path in left), kept // 2**14


def kill_at(case: Case, folder: Path, moments: list[float]) -> set[Phase]:
    """Kills a build at each of these moments (0 to 1 of its time); the steps they fell into."""
    phases = set()
    pace, tried = case.seconds, 0
    while moments:
        tried += 1
        index = case.copy(folder / f"index{tried}")
        build = Build(case.corpus, index)
        time.sleep(moments[-1] * pace)
        if build.kill():
            moments.pop()
            phases.add(phase(index))
        else:  # it was quicker than the undisturbed one: sooner next time
            pace *= 0.95
        case.assert_whole(index)
        case.assert_goes_on(index)
        shutil.rmtree(index)
    return phases


def test_killed_at_any_moment_the_old_generation_stays_and_the_next_build_makes_it_good(
    cases: list[Case], tmp_path: Path
) -> None:
    chance = random.Random(7)
    moments = [(n + chance.random()) / KILLS for n in range(KILLS)]
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(kill_at, cases, folders, (moments[::2], moments[1::2]))
        phases = set.union(*found)
    assert len(phases) >= min(4, 1 + KILLS // 10), (
        "the kills must fall into different steps of a build"
    )


@pytest.mark.parametrize("published", [False, True], ids=["first", "second"])
@pytest.mark.parametrize(
    ("step", "swapped"),
    [
        ("os.mkdir:1", False),  # before anything is written
        ("os.rename:1", False),  # all written and synced, still aside
        ("os.rename:1+", False),  # in its place, not pointed to
        ("os.rename:2", False),  # the new pointer written beside the old one
        ("os.rename:2+", True),  # pointed to, old generations not pruned
    ],
)
def test_killed_at_each_step_of_publishing_readers_find_the_old_or_the_new_one(
    cases: list[Case], tmp_path: Path, published: bool, step: str, swapped: bool
) -> None:
    case = cases[published]
    index = case.copy(tmp_path / "index")
    build = Build(case.corpus, index, stop=step)
    assert build.hear().startswith("halted before")
    assert build.kill()
    if swapped:
        assert made(current(index)) == case.after
    elif published:
        assert made(current(index)) == case.before
    else:
        with pytest.raises(IndexMissing):
            current(index)
    case.assert_goes_on(index)


@pytest.mark.parametrize("step", ["os.rename:3", "shutil.rmtree:1", "os.rmdir:1"])
def test_killed_while_pruning_the_new_one_is_served_and_the_old_one_goes_later(
    cases: list[Case], tmp_path: Path, step: str
) -> None:
    case = cases[True]
    index = case.copy(tmp_path / "index")
    case.assert_goes_on(index)
    build = Build(case.corpus, index, "--force", stop=step)  # the third: the first has to go
    build.hear()
    assert build.kill()
    assert len(list((index / GENERATIONS).iterdir())) == 3
    assert made(current(index)) == case.after
    assert Build(case.corpus, index, "--force").end() == 0
    assert len(list((index / GENERATIONS).iterdir())) == 2
    case.assert_goes_on(index)


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
@pytest.mark.parametrize("step", ["os.mkdir:1", "os.rename:1", "os.rename:2"])
def test_asked_to_stop_a_build_says_so_and_leaves_nothing_half_done(
    cases: list[Case], tmp_path: Path, sent: signal.Signals, status: int, step: str
) -> None:
    case = cases[True]
    index = case.copy(tmp_path / "index")
    build = Build(case.corpus, index, stop=step)
    build.hear()
    build.signal(sent)
    assert build.end() == status
    assert build.log.read_text().splitlines()[-1].startswith("stopped; what was embedded is kept")
    assert not list(index.glob(f"{GENERATIONS}/*{PARTIAL}"))
    case.assert_whole(index)
    case.assert_goes_on(index)


def test_interrupted_generation_is_swept_away_before_the_next_takes_room(
    cases: list[Case], tmp_path: Path
) -> None:
    case = cases[True]
    index = case.copy(tmp_path / "index")
    build = Build(case.corpus, index, stop="os.rename:1")
    build.hear()
    assert build.kill()
    (left,) = index.glob(f"{GENERATIONS}/*{PARTIAL}")
    build = Build(case.corpus, index, stop="os.mkdir:1")  # the folder of the next generation
    build.hear()
    assert not left.exists()
    assert build.kill()


@pytest.mark.parametrize("damage", ["cut", "garbage", "one bit"])
def test_embeddings_spoilt_by_a_crash_are_made_again(
    cases: list[Case], tmp_path: Path, damage: str
) -> None:
    case = cases[True]
    index = case.copy(tmp_path / "index")
    for path in (index / "cache").glob("*.sqlite"):
        content = bytearray(path.read_bytes())
        if damage == "one bit":
            for at in range(5000, len(content), 997):
                content[at] ^= 4
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else content)
        if damage == "garbage":
            path.write_bytes(b"garbage" * 5000)
    assert Build(case.corpus, index).end() == 0
    served = current(index)
    mended = made(served)
    # but for vectors: other batches than before may differ in the last bit
    assert replace(mended, vectors=[]) == replace(case.after, vectors=[])
    one, other = Generation(served), Generation(case.undisturbed)
    for these, those in (
        (one.sentence_vectors, other.sentence_vectors),
        (one.windows.vectors, other.windows.vectors),
        (one.word_vectors, other.word_vectors),
    ):
        assert np.abs(these.astype(float) - those).max() < 0.01
