"""The page as a program: what it serves, what it says, how it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

import ui

ROOT = Path(ui.__file__).parents[1]


def start(*arguments: str, at: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *arguments],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_port_in_use_is_told_in_two_lines(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        page = start("--service", "http://127.0.0.1:9", "--port", str(port), at=tmp_path)
        out, err = page.communicate(timeout=60)
    assert page.returncode == 1
    assert out == ""
    message, hint = err.splitlines()
    assert str(port) in message
    assert "--port" in hint


def write_service(folder: Path, create_app: str) -> None:
    (folder / "service").mkdir()
    (folder / "service" / "__init__.py").touch()
    (folder / "service" / "app.py").write_text(create_app)


def test_what_keeps_the_api_from_starting_is_told_in_two_lines(tmp_path: Path) -> None:
    write_service(
        tmp_path,
        "class Bad(Exception):\n"
        "    message, hint = 'No index there.', 'Run make index.'\n"
        "def create_app(index_dir): raise Bad\n",
    )
    page = start("--index", "nowhere", "--port", "0", at=tmp_path)
    _, err = page.communicate(timeout=60)
    assert page.returncode == 1
    assert err.splitlines() == ["No index there.", "Run make index."]


def test_one_process_serves_the_page_and_the_api_until_interrupted(tmp_path: Path) -> None:
    write_service(
        tmp_path,
        "from fastapi import FastAPI\n"
        "class Source:\n"
        "    def engine(self): return self\n"
        "def create_app(index_dir):\n"
        "    app = FastAPI()\n"
        "    app.state.source = Source()\n"
        "    app.get('/v1/index')(lambda: {'documents': 5, 'generation': index_dir.name})\n"
        "    return app\n",
    )
    with start("--index", "somewhere", "--port", "0", at=tmp_path) as both:
        assert both.stdout is not None
        said = both.stdout.readline()
        address = said.split()[1].rstrip("/")
        try:
            assert said == f"Page: {address}/   API: {address}/v1/query   docs at /docs\n"
            index = httpx.get(f"{address}/v1/index")
            assert index.json() == {"documents": 5, "generation": "somewhere"}
            assert "gradio" in httpx.get(f"{address}/").text
            unknown = httpx.get(f"{address}/v1/nothing")
            assert unknown.status_code == 404
            assert unknown.json()["detail"].startswith("There is no GET /v1/nothing here")
            with httpx.stream("GET", f"{address}/gradio_api/heartbeat/a-reader") as open_page:
                beats = open_page.iter_lines()
                next(beats)
                both.send_signal(signal.SIGINT)
                assert "data: more" not in beats, "an open page must not hold up the end"
            _, err = both.communicate(timeout=30)
        finally:
            both.kill()
    assert (both.returncode, err) == (0, "")
