"""The file that a document was read from, passed on from the service to the reader's browser."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import httpx
from fastapi.responses import StreamingResponse

from ui.client import ServiceClient, ServiceError

_PDF = "application/pdf"


def passed_on(client: ServiceClient, document_id: str) -> StreamingResponse:
    """The file as the service hands it out; only PDFs are let be shown. Raises ServiceError."""
    address = f"{client.base_url}/v1/documents/{quote(document_id, safe='')}/original"
    with ExitStack() as opened:
        try:
            context = ssl.create_default_context()
            http = httpx.Client(verify=context, timeout=client.timeout, trust_env=False)
            reply = opened.enter_context(opened.enter_context(http).stream("GET", address))
        except (httpx.HTTPError, httpx.InvalidURL):
            reply = None
        if reply is None or reply.status_code != httpx.codes.OK:
            raise ServiceError(
                "The file that this document was read from is not to be had.",
                "It may have been moved or changed since. What was read of it can still be seen.",
            )
        pdf = reply.headers.get("content-type") == _PDF
        shown = reply.headers.get("content-disposition", "")
        headers = {
            "Content-Disposition": shown if pdf or shown.startswith("attachment") else "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        kind = _PDF if pdf else "application/octet-stream"
        return StreamingResponse(_parts(reply, opened.pop_all()), headers=headers, media_type=kind)
    raise AssertionError("every way through returns or raises")


def _parts(reply: httpx.Response, opened: ExitStack) -> Iterator[bytes]:
    with opened:
        yield from reply.iter_bytes()
