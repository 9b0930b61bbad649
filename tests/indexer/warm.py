"""Builds in processes of their own, forked from one that has the model: cheap to kill by the dozen.

Importing this module loads the model, so only the forkserver does (see `builds`).
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"  # a pool of threads would not survive the fork

import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from indexer import build, embed
from indexer.__main__ import main
from indexer.manifest import GENERATIONS, POINTER
from indexer.settings import PACKAGED_MODEL

assert build

torch.set_num_threads(1)
EMBEDDER = embed.SentenceTransformerEmbedder(PACKAGED_MODEL)
EMBEDDER.reading()

GO_ON = ".go"
WATCHED = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}


def run(arguments: list[str], log: Path, started: Connection, stop: str | None) -> None:
    """`python -m indexer`, real but for the loading of the model; its words go to `log`.

    `stop` is EVENT:N or EVENT:N+: the process halts (and says so on `started`) just before, or
    just after, the Nth call of that audit event on a generation or the pointer to one. It goes on
    when there is a file of the log's name with the suffix GO_ON.
    """
    sys.stdout = sys.stderr = log.open("a", buffering=1)
    embed.SentenceTransformerEmbedder = lambda *_: EMBEDDER  # type: ignore[assignment, misc]
    if stop:
        sys.addaudithook(_halt_at(stop, started, arguments[-1], log.with_suffix(GO_ON)))
    started.send("started")
    sys.exit(main(arguments))


def _halt_at(
    stop: str, started: Connection, index: str, go_on: Path
) -> Callable[[str, tuple[object, ...]], None]:
    event, number = stop.split(":")
    places = (f"{index}/{GENERATIONS}", f"{index}/{POINTER}")
    left, after = int(number.rstrip("+")), number.endswith("+")

    def hook(name: str, given: tuple[object, ...]) -> None:
        nonlocal left
        if name not in WATCHED or not str(given[0]).startswith(places):
            return
        halt = after and left == 0
        if name == event:
            left -= 1
            halt = halt or (left == 0 and not after)
        if halt:
            left = -1
            started.send(f"halted before {name} {given[:2]}")
            while not go_on.exists():
                time.sleep(0.02)

    return hook
