"""Lists: an entry says little without what leads to it, and what leads to a list nothing alone."""

from dataclasses import replace

from indexer.types import Passage, Sentence

MOST = 400  # characters of a list that are quoted in one piece


def in_its_list(passage: Passage, sentence: Sentence) -> Sentence:
    """What is quoted for a sentence: with the whole list that it leads to or is an entry of.

    A list is what follows a sentence that ends in a colon. Where it is too long to be quoted whole,
    what leads to it gets as many entries as there is room for, and an entry stands alone.
    """
    sentences = passage.sentences
    lead = sentences.index(sentence)
    while lead and sentences[lead].item:
        lead -= 1
    if sentences[lead].item or not passage.quote(sentences[lead]).endswith(":"):
        return sentence
    last = lead
    while last + 1 < len(sentences) and sentences[last + 1].item:
        last += 1
    start = sentences[lead].start
    if sentences[last].end - start <= MOST:
        return replace(sentence, start=start, end=sentences[last].end)
    if sentence.item:
        return sentence
    ends = [one.end for one in sentences[lead : last + 1] if one.end - start <= MOST]
    return replace(sentence, end=max([sentence.end, *ends]))
