"""A real server process over the seed articles, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from tests import chromium
from tests.conftest import READER
from tests.end_to_end.hostile import write_corpus
from tests.end_to_end.shared import folder_of_all, shared

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120  # for a cold start on a slow, busy machine
expect.set_options(timeout=1000 * PATIENCE_S)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(index: Path, log: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Address and process id of `python -m ui --index …`, as `make serve` starts it."""
    with _running(["--index", str(index)], "/readyz", log, settings) as running:
        yield running


@contextmanager
def page_alone(service: str, log: Path) -> Iterator[str]:
    """The address of a page whose service is at another, or nowhere."""
    with _running(["--service", service], "/", log, {}) as (address, _):
        yield address


@contextmanager
def _running(
    options: list[str], ready: str, log: Path, settings: dict[str, str]
) -> Iterator[tuple[str, int]]:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RAG_")}
    environment |= READER | settings
    command = [sys.executable, "-m", "ui", *options, "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address + ready, process, log)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def server_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of `server` is, which keeps what readers say of answers."""
    return folder_of_all(tmp_path_factory.getbasetemp()) / "server" / "made" / "index"


@pytest.fixture(scope="session")
def server(seed_index: Path, server_index: Path) -> Iterator[str]:
    """The address of a server over the seed articles."""

    @contextmanager
    def start() -> Iterator[str]:
        shutil.copytree(seed_index, server_index)
        with serving(server_index, server_index.with_name("log")) as (address, _):
            yield address

    with shared(server_index.parents[1], start) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_server(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Iterator[str]:
    """The address of a server over documents that try to run something in a reader's browser."""
    folder = folder_of_all(tmp_path_factory.getbasetemp()) / "hostile"

    @contextmanager
    def start() -> Iterator[str]:
        made = folder / "made"
        corpus = write_corpus(made / "corpus")
        build_index(corpus, made / "index", IndexSettings(), embedder)
        with serving(made / "index", made / "log") as (address, _):
            yield address

    with shared(folder, start) as address:
        yield address


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Returns when the address replies 200; fails with the server's words if it dies or hangs."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server stopped: {log.read_text()}")
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"the server was not ready in {PATIENCE_S} s: {log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, gone before other tests need an event loop of their own.

    Without one the tests are skipped, but under CI=true they fail.
    """
    path = chromium.find()
    if path is None:
        reason = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
