"""The tools beside the page: `make serve` answers both at one address."""

import anyio
import httpx
from mcp import Client

FLAGSHIP = "why do councils distrust ICBs?"
GOLD = "only nine out of 91 Integrated Care Board members are councillors"


def test_the_server_of_the_page_answers_a_language_models_call(server: str) -> None:
    async def asked() -> str:
        async with Client(f"{server}/mcp") as client:
            return str(await client.call_tool("ask", {"question": FLAGSHIP}))

    assert GOLD in anyio.run(asked)


def test_the_page_does_not_answer_in_the_place_of_the_tools(server: str) -> None:
    assert httpx.get(f"{server}/mcp").status_code == 405
