"""The body chart: the views and areas of knowledge/areas.yaml -> one SVG a view.

A picture only, hidden from assistive technology: the checkboxes beside it (`area-{id}`) carry the meaning and work
alone. static/chart.js lets a touch on an area tick its checkbox; static/chart.css colours it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape
from typing import Any

Item = Mapping[str, Any]  # a view or an area, as in areas.yaml


def svg(views: Iterable[Item], areas: Iterable[Item], chosen: Collection[str]) -> dict[str, str]:
    """The drawing of each view, by view id; areas whose id is in `chosen` are marked. Unknown ids change nothing."""
    areas = list(areas)
    return {view["id"]: drawing(view, areas, chosen) for view in views}


def drawing(view: Item, areas: Iterable[Item], chosen: Collection[str]) -> str:
    """One view as an SVG element; the hatch of chosen areas is named after the view, so views share a page."""
    box = " ".join(str(number) for number in view["box"])
    parts = [
        f'<svg class="body-chart" viewBox="{box}" aria-hidden="true" focusable="false">',
        hatch(view["id"]),
        *(outline(path) for path in view["outline"]),
        *(place(area, view["id"], path, chosen) for area in areas for path in paths(area, view["id"])),
        *(f'<path class="body-line" d="{escape(path)}"/>' for path in view["lines"]),
        *(mark(word) for word in view.get("marks", ())),
        "</svg>",
    ]
    return "\n".join(parts)


def paths(area: Item, view: str) -> list[str]:
    return [shape["path"] for shape in area["shapes"] if shape["view"] == view]


def hatch(view: str) -> str:
    return (
        f'<defs><pattern id="{escape(view)}-hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7"/>'
        '<path class="hatch-line" d="M1.5 0 V7"/></pattern></defs>'
    )


def outline(path: str) -> str:
    return f'<path class="body-outline" d="{escape(path)}"/>'


def place(area: Item, view: str, path: str, chosen: Collection[str]) -> str:
    """An area of a view. Its fill is the hatch; the style sheet covers it while the area is not chosen."""
    name, title = escape(area["id"]), escape(area["name"][:1].upper() + area["name"][1:])
    state = "area on" if area["id"] in chosen else "area"
    return (
        f'<path class="{state}" data-area="{name}" data-for="area-{name}" fill="url(#{escape(view)}-hatch)"'
        f' d="{escape(path)}"><title>{title}</title></path>'
    )


def mark(word: Item) -> str:
    return f'<text class="mark" x="{word["x"]}" y="{word["y"]}">{escape(word["text"])}</text>'
