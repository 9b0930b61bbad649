"""A real server is asked without pause while generations are published and rolled back under it."""

import re
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.manifest import Manifest, current
from indexer.publish import rollback, writing
from indexer.settings import IndexSettings
from tests.end_to_end.conftest import serving

CLIENTS = 4
MARKERS = ("Amberley", "Basildon", "Cedarham", "Deltaford", "Emberton", "Fjordwick", "Grovesend")
QUESTION = {"question": "When does the harbour office open?", "top_k": 5}
PATIENCE_S = 60


class Town:
    """Generations that differ by the name of a town, which is in every sentence they hold."""

    def __init__(self, folder: Path, embedder: SentenceTransformerEmbedder) -> None:
        self.corpus, self.index, self._embedder = folder / "corpus", folder / "index", embedder
        self.corpus.mkdir()
        self.marker_of: dict[str, str] = {}

    def publish(self, marker: str) -> str:
        """Builds and publishes the generation of a town; its name."""
        for number in range(4):
            (self.corpus / f"{number}.txt").write_text(
                f"The harbour office of {marker} opens at {number + 7} on weekdays. "
                f"The ferry to {marker} leaves from pier {number}."
            )
        built = build_index(self.corpus, self.index, IndexSettings(), self._embedder).manifest
        self.marker_of[built.generation] = marker
        return built.generation

    def back(self) -> str:
        """Rolls back; the name of the generation that is served again."""
        with writing(self.index):
            rollback(self.index)
        return Manifest.load(current(self.index)).generation


class Client(threading.Thread):
    """Asks on and on, and keeps what was wrong with the responses."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.seen: list[tuple[str, set[str], int]] = []
        self.failures: list[str] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self.address, timeout=PATIENCE_S) as http:
            while not self.stopped.is_set():
                try:
                    self.ask(http)
                except Exception as error:
                    self.failures.append(repr(error))

    def ask(self, http: httpx.Client) -> None:
        """One question, and one search, each of which must come from one generation alone."""
        response = http.post("/v1/query", json=QUESTION)
        if response.status_code != 200:
            self.failures.append(f"{response.status_code} {response.text}")
            return
        answer = response.json()
        citations = answer["citations"] + answer["nearest"]
        texts = [text for one in citations for text in (one["quote"], one["context"])]
        self.seen.append((answer["index"]["generation"], markers(texts), len(citations)))
        found = http.post("/v1/search", json={"query": QUESTION["question"]})
        hits: list[dict[str, Any]] = found.json()["hits"]
        if found.status_code != 200 or len(markers([hit["passage"]["text"] for hit in hits])) != 1:
            self.failures.append(f"{found.status_code} {found.text}")


def markers(texts: list[str]) -> set[str]:
    """The towns that are named in texts."""
    return set(re.findall("|".join(MARKERS), " ".join(texts)))


def test_no_request_fails_or_mixes_generations_while_they_are_swapped(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    town = Town(tmp_path, embedder)
    town.publish(MARKERS[0])
    with serving(town.index, tmp_path / "log", RAG_SERVICE_THRESHOLD="0") as (address, process):
        clients = [Client(address) for _ in range(CLIENTS)]
        for client in clients:
            client.start()

        def until_served(generation: str) -> None:
            deadline = time.monotonic() + PATIENCE_S
            while not any(seen[0] == generation for one in clients for seen in one.seen[-3:]):
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.02)

        for marker in MARKERS[1:4]:
            until_served(town.publish(marker))
        until_served(town.back())
        until_served(town.publish(MARKERS[4]))
        for marker in MARKERS[5:]:  # at once: one is removed while it may be being opened
            last = town.publish(marker)
        until_served(last)
        until_served(town.back())
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(PATIENCE_S)
        assert not any(client.is_alive() for client in clients)
        open_still = mapped(process, town.index)
    assert [failure for client in clients for failure in client.failures] == []
    seen = [one for client in clients for one in client.seen]
    assert all(client.seen for client in clients)
    assert len({generation for generation, _, _ in seen}) >= 6
    for generation, named, cited in seen:
        assert cited
        assert named == {town.marker_of[generation]}
    # what was swapped out is closed: nothing but what is served is open
    assert open_still <= {current(town.index).name}


def mapped(process: int, index: Path) -> set[str]:
    """The generations of which a process has files mapped, where that can be seen."""
    maps = Path(f"/proc/{process}/maps")
    told = maps.read_text() if maps.is_file() else ""
    return set(re.findall(rf"{re.escape(str(index))}/generations/([^/\s]+)/", told))
