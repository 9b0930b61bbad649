"""What the tests of the store share: a few documents with their passages, and a store of them."""

from pathlib import Path

from indexer.glossary import Entry
from indexer.store_writer import StoreWriter
from indexer.types import Document, Passage, Sentence

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one sign of five code points


TEXT = f"First {FAMILY} sentence. Second e\u0301.\n\nThird 🇬🇧 עברית one."


def passage(
    document: Document,
    *spans: tuple[int, int] | tuple[int, int, bool],
    heading: str | None = None,
) -> Passage:
    start, end = spans[0][0], spans[-1][1]
    return Passage(
        f"{document.id}:{start}-{end}",
        document.id,
        document.text[start:end],
        start,
        end,
        heading,
        None,
        tuple(Sentence(*span) for span in spans),
    )


SPLIT = TEXT.index("\n\n")


STOP = TEXT.index(". ") + 1


DOCUMENTS = [
    Document("a", "a.txt", "Title A", TEXT, {"author": "Ann Lee", "published": "2018", "x": [1]}),
    Document("b", "b.txt", None, "Only one.", {"publisher": "LGC", "published": "2018-07"}),
    Document("c", "c.txt", "C", "Other.", {"author": ["Bo", "Cy"], "published": "2019-01-02"}),
    Document("d", "d.txt", None, "Nothing known.", {}),
]


PASSAGES = [
    [
        passage(DOCUMENTS[0], (0, STOP), (STOP + 1, SPLIT)),
        passage(DOCUMENTS[0], (SPLIT + 2, len(TEXT), True), heading="Head"),
    ],
    [passage(DOCUMENTS[1], (0, 9))],
    [passage(DOCUMENTS[2], (0, 6))],
    [passage(DOCUMENTS[3], (0, 14))],
]


GLOSSARY = [Entry("ICS", "Integrated Care System", True, 3), Entry("X", "Ex Y", False, 1)]


def write(path: Path) -> Path:
    writer = StoreWriter(path)
    for document, passages in zip(DOCUMENTS, PASSAGES, strict=True):
        writer.add(document, passages, [document.title or ""] * len(passages))
    writer.add_glossary(GLOSSARY)
    writer.close()
    return path
