"""The page's style sheets and scripts, as texts."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_SHEETS = (
    "colours",
    "frame",
    "conversation",
    "feedback",
    "asking",
    "filters",
    "sources",
    "overview",
    "document",
    "phone",
)


def style() -> str:
    """Every rule of the page and of the document reader. The phone's come last: they win."""
    return "\n".join(
        (_HERE / "style" / f"{name}.css").read_text(encoding="utf-8") for name in _SHEETS
    )


def script(name: str) -> str:
    """What Gradio runs when the component that `name` belongs to appears."""
    return (_HERE / "script" / f"{name}.js").read_text(encoding="utf-8")


def head() -> str:
    """What goes into the page's head. The style sheet is in here: given as `css`, Gradio rewrites
    its selectors, and the rules inside a media query no longer reach the page's outer elements."""
    return f"{(_HERE / 'head.html').read_text(encoding='utf-8')}<style>{style()}</style>"
