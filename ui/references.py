"""An answer to be pasted elsewhere, with its references: as plain text, Markdown or rich text."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from ui.cited import UNSUPPORTED, quoted, runs, sentences
from ui.dates import in_words
from ui.markup import found, text, web_address
from ui.types import Answer, Citation

_Write = Callable[[str], str]


def plain(answer: Answer) -> str:
    """As text with numbers in brackets, fit for an e-mail."""
    numbers, entries = _listed(answer, str, str)
    listed = "\n".join(f"[{number}] {entry}" for number, entry in enumerate(entries, 1))
    said = "\n\n".join([_prose(answer, numbers, str, _in_brackets), *_remarks(answer, numbers)])
    return f"{said}\n\nReferences\n{listed}\n"


def markdown(answer: Answer) -> str:
    """As Markdown. Nothing that a document says becomes a link, an image, a heading or HTML."""
    numbers, entries = _listed(answer, in_markdown, _markdown_link)
    listed = "\n".join(f"- [{number}] {entry}" for number, entry in enumerate(entries, 1))
    prose = _prose(answer, numbers, in_markdown, _in_brackets)
    said = "\n\n".join([prose, *map(in_markdown, _remarks(answer, numbers))])
    return f"{said}\n\n**References**\n\n{listed}\n"


def rich(answer: Answer) -> str:
    """As HTML with raised numbers and the list of references below, as word processors take it."""
    numbers, entries = _listed(answer, text, _html_link)
    items = "".join(f"<li>{entry}</li>" for entry in entries)
    prose = _prose(answer, numbers, text, lambda cited: f"<sup>{','.join(map(str, cited))}</sup>")
    behind = "".join(f"<p>{text(one)}</p>" for one in _remarks(answer, numbers))
    return f"<p>{prose}</p>{behind}<p><b>References</b></p><ol>{items}</ol>"


def in_markdown(said: str) -> str:
    """A line of Markdown, or a part of one, that shows `said` as it stands, whatever it holds."""
    line = re.sub(r"([\\`*_{}\[\]<>#|~!&$])", r"\\\1", _one_line(said))
    return re.sub(r"^( *\d*)([-+=.)])", r"\1\\\2", line)


def _listed(answer: Answer, write: _Write, link: _Write) -> tuple[dict[int, int], list[str]]:
    """The references, each once however many quotes come from it, and by the number of each
    citation the number of its reference."""
    of = {one.id: _reference(one, answer, write, link) for one in answer.citations}
    entries = list(dict.fromkeys(of.values()))
    return {identity: entries.index(entry) + 1 for identity, entry in of.items()}, entries


def _prose(
    answer: Answer, numbers: dict[int, int], write: _Write, cite: Callable[[list[int]], str]
) -> str:
    """The sentences in a row, each with who says it, where somebody else than the document does,
    and with what it cites; what is not supported says so."""
    said = []
    by_id = {citation.id: citation for citation in answer.citations}
    for sentence in sentences(answer):
        origin = quoted(sentence, by_id)
        words = write(f"{_one_line(origin.speaker)}: ") if origin and origin.speaker else ""
        for cited, group in groupby(runs(sentence, numbers), lambda run: isinstance(run, int)):
            if cited:
                words += cite(list(dict.fromkeys(numbers[int(run)] for run in group)))
            else:
                words += write(_one_line("".join(map(str, group))))
        said.append(words if sentence.supported else f"{words} ({UNSUPPORTED})")
    return " ".join(said)


def _remarks(answer: Answer, numbers: dict[int, int]) -> list[str]:
    """What must not be lost when an answer is passed on: that it is not sure, and where its sources
    contradict each other."""

    def renumbered(mark: re.Match[str]) -> str:
        return f"[{numbers.get(int(mark[1]), mark[1])}]"

    unsure = [f"Uncertain. {answer.reason}".strip()] if answer.status == "partial" else []
    differ = [re.sub(r"\[(\d+)\]", renumbered, one.text) for one in answer.disagreements]
    return [_one_line(one) for one in unsure + differ]


def _reference(citation: Citation, answer: Answer, write: _Write, link: _Write) -> str:
    """Who, what, when and where; and the quote, where the answer is in other words."""
    title = citation.title or citation.source or "Untitled document"
    page = f"page {citation.page}" if citation.page is not None else ""
    about = (citation.author, title, citation.publisher, in_words(citation.published), page)
    parts = [write(_one_line(part)) for part in about if part]
    if url := web_address(citation.url):
        parts.append(link(url))
    elif citation.source and citation.source != title:
        parts.append(write(_one_line(citation.source)))
    said = found(answer.answer, citation.quote)
    quote = "" if said else f": “{write(_one_line(citation.quote))}”"
    return ", ".join(parts) + quote


def _in_brackets(numbers: list[int]) -> str:
    return "".join(f" [{number}]" for number in numbers)


def _markdown_link(url: str) -> str:
    return f"<{url.replace('<', '%3C').replace('>', '%3E')}>"


def _html_link(url: str) -> str:
    return f'<a href="{text(url)}">{text(url)}</a>'


def _one_line(said: str) -> str:
    return re.sub(r"\s+", " ", said)
