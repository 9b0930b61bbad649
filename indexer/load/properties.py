"""What an office file's property sheet says of it: title, author, last change, language."""

import zipfile

from indexer.load.authors import person
from indexer.load.container import is_member, parse_member
from indexer.metadata import Facts

_MEMBERS = ("docProps/core.xml", "meta.xml")
_NAMES = {  # the local names of Dublin Core, Open Packaging and OpenDocument
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "modified": "updated",
    "date": "updated",
    "language": "language",
}


def add_properties(facts: Facts, archive: zipfile.ZipFile) -> None:
    """Adds what the document's properties say; the day it was created is no day of publishing."""
    for member in _MEMBERS:
        if not is_member(archive, member):
            continue
        found: dict[str, str] = {}
        for element in parse_member(archive, member).iter("*"):
            name = str(element.tag).rpartition("}")[2]
            if name in _NAMES and element.text:
                found.setdefault(name, element.text.strip())
        for name, field in _NAMES.items():  # in this order: who began it is its author
            value = found.get(name)
            if field == "author":
                value = person(value)
            facts.add(field, value, "document properties")
