"""Large libraries loaded without Python's garbage collector, which finds nothing among them.

It looks through all that is loaded, again and again while more is loaded and once more at the end:
two fifths of the start of a process that uses torch.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """What is made inside is taken to stay for good, and is never looked through."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
