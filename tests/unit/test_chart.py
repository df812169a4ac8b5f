"""What the body chart must hold: its areas mean findings, and its drawing can be hit and told apart."""

import re
from collections import Counter
from itertools import permutations
from xml.etree import ElementTree

import pytest
import yaml

from psoas.library import KNOWLEDGE
from psoas.web.chart import svg

Point = tuple[float, float]
CHART = yaml.safe_load((KNOWLEDGE / "areas.yaml").read_text(encoding="utf-8"))
VIEWS, AREAS = CHART["views"], CHART["areas"]
THUMB = 26  # units; 24 CSS pixels where a view is 280 pixels wide
STEPS = [step / 6 for step in range(6)]


def cubic(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    x, y = ((1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t * t * r + t**3 * s
            for p, q, r, s in zip(a, b, c, d, strict=True))  # fmt: skip
    return x, y


def flat(path: str) -> list[Point]:
    """The corners of a path of one M, then C, then Z."""
    assert re.fullmatch(r"M[-\d. ]+ C[-\d. ]+ Z", path)
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    curves = [points[at : at + 4] for at in range(0, len(points) - 1, 3)]
    return [cubic(*curve, t) for curve in curves for t in STEPS]


def within(point: Point, corners: list[Point]) -> bool:
    """Whether a ray to the right crosses the sides an odd number of times."""
    x, y = point
    sides = zip(corners, corners[1:] + corners[:1], strict=True)
    crossed = [a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in sides if (a[1] > y) != (b[1] > y)]
    return sum(at > x for at in crossed) % 2 == 1


def bounds(corners: list[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


SHAPES = {(area["id"], shape["view"]): flat(shape["path"]) for area in AREAS for shape in area["shapes"]}


def drawn(view: str) -> dict[str, list[Point]]:
    return {name: corners for (name, seen), corners in SHAPES.items() if seen == view}


def mirrored(word: str) -> str:
    """The word with left and right exchanged at its start."""
    return re.sub("^(left|right)", lambda side: {"left": "right", "right": "left"}[side[0]], word)


def test_every_area_means_a_finding_that_exists():
    for area in AREAS:
        assert (KNOWLEDGE / "findings" / f"{area['finding']}.yaml").is_file(), area["id"]


def test_every_place_the_first_page_asks_for_has_an_area():
    page = yaml.safe_load((KNOWLEDGE / "pages" / "S.yaml").read_text(encoding="utf-8"))

    assert set(page["groups"][1]["items"]) == {area["finding"] for area in AREAS}


def test_ids_and_names_are_unique():
    assert max(Counter(area["id"] for area in AREAS).values()) == 1
    assert max(Counter(area["name"] for area in AREAS).values()) == 1


def test_left_and_right_come_in_pairs():
    sides = {area["id"]: area for area in AREAS if area["side"] != "middle"}
    for name, area in sides.items():
        other = sides[mirrored(name)]
        assert (other["side"], other["finding"]) == (mirrored(area["side"]), area["finding"])
        assert other["name"] == area["name"].replace(area["side"], other["side"])


@pytest.mark.parametrize(("view", "left_is_on"), [("front", "right"), ("back", "left")])
def test_the_persons_left_is_where_a_viewer_sees_it(view, left_is_on):
    for name, corners in drawn(view).items():
        low, _, high, _ = bounds(corners)
        if name.startswith("left_"):
            assert low > 150 if left_is_on == "right" else high < 150, name


def test_a_side_view_shows_no_area_of_the_other_side():
    assert not [name for name in drawn("left") if name.startswith("right_")]
    assert not [name for name in drawn("right") if name.startswith("left_")]


def test_the_drawing_is_the_same_left_and_right():
    for (name, view), corners in SHAPES.items():
        low, top, high, bottom = bounds(corners)
        twin = bounds(SHAPES[mirrored(name), mirrored(view)])
        assert twin == pytest.approx((300 - high, top, 300 - low, bottom), abs=0.11), (name, view)


def test_every_area_lies_in_its_view_and_is_large_enough_for_a_thumb():
    boxes = {view["id"]: view["box"] for view in VIEWS}
    for (name, view), corners in SHAPES.items():
        low, top, high, bottom = bounds(corners)
        x, y, width, height = boxes[view]
        assert x <= low < high <= x + width, (name, view)
        assert y <= top < bottom <= y + height, (name, view)
        assert min(high - low, bottom - top) >= THUMB, (name, view)


@pytest.mark.parametrize("view", [view["id"] for view in VIEWS])
def test_no_two_areas_of_a_view_overlap(view):
    for (one, corners), (other, shape) in permutations(drawn(view).items(), 2):
        assert not [point for point in corners if within(point, shape)], (one, other)


def test_what_is_chosen_is_marked_in_every_view_that_shows_it():
    pictures = svg(VIEWS, AREAS, {"left_groin", "tailbone"})

    marked = {view: set(re.findall(r'class="area on" data-area="(\w+)"', text)) for view, text in pictures.items()}
    assert marked == {"front": {"left_groin"}, "back": {"tailbone"}, "left": {"left_groin"}, "right": set()}


def test_each_picture_is_hidden_well_formed_and_names_the_checkboxes_of_its_areas():
    for view, text in svg(VIEWS, AREAS, set()).items():
        picture = ElementTree.fromstring(text)
        areas = [path for path in picture.iter("path") if path.get("class") == "area"]
        assert picture.get("aria-hidden") == "true"
        assert {path.get("data-for") for path in areas} == {f"area-{name}" for name in drawn(view)}
        assert all(path.get("fill") == f"url(#{view}-hatch)" and path.find("title").text for path in areas)


def test_no_picture_needs_an_inline_style_or_script():
    for text in svg(VIEWS, AREAS, {"tailbone"}).values():
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script|href=", text)


def test_a_name_cannot_break_out_of_the_picture():
    view = {"id": "front", "box": [0, 0, 9, 9], "outline": [], "lines": []}
    area = {"id": "a", "name": 'a "hip" <b>', "shapes": [{"view": "front", "path": "M0 0 C0 9 9 9 9 0 Z"}]}

    assert "A &quot;hip&quot; &lt;b&gt;" in svg([view], [area], set())["front"]
