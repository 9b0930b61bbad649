"""GET /v1/documents/{id}/original: the very file that a document was read from."""

import os
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from service.errors import NoOriginal
from service.originals import open_original
from service.routes import document, engine_of, unknown_document
from service.schemas import FullDocument

_PART = 64 * 1024

v1_original = APIRouter(prefix="/v1")


@v1_original.get("/documents/{document_id:path}/original", response_model=None)
def original(document_id: str, request: Request) -> StreamingResponse | FullDocument:
    """The file that a document was read from: a PDF to be shown, any other to be saved.

    Only while it stands in the corpus folder, byte for byte as it was read. What was read from
    inside a file (a record, a member of an archive) has none.
    """
    generation = engine_of(request).generation
    longer = f"{document_id}/original"
    found = generation.store.headers([document_id, longer])
    if longer in found:  # the id of a document may itself end like this address
        return document(longer, request)
    if document_id not in found:
        raise unknown_document(document_id)
    if not request.app.state.originals:
        raise NoOriginal("Files are not handed out here.", "RAG_SERVICE_ORIGINALS=true changes it.")
    source = found[document_id].source
    file = open_original(generation, found[document_id])
    pdf = source.lower().endswith(".pdf")
    name = quote(source.rpartition("/")[2], safe="")
    return StreamingResponse(
        _parts(file),
        # other types could run scripts in the name of whoever serves them
        media_type="application/pdf" if pdf else "application/octet-stream",
        headers={
            "Content-Disposition": f"{'inline' if pdf else 'attachment'}; filename*=UTF-8''{name}",
            "Content-Length": str(os.fstat(file.fileno()).st_size),
            "X-Content-Type-Options": "nosniff",
        },
    )


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while part := file.read(_PART):
            yield part
