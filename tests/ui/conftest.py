"""A service for the page to ask, and what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.pages import Running, fake_service


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def service(asked: list[dict[str, Any]]) -> Iterator[Running]:
    running = Running(fake_service(asked))
    yield running
    running.stop()
