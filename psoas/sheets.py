"""Strict YAML files that remember their lines. Needed to build the library, not to run it (PyYAML)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from psoas.errors import KnowledgeError, nearest

T = TypeVar("T")
Lines = dict[tuple[str | int, ...], int]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 1_000_000


class Sheet:
    """The data of one YAML file and the line of each part of it."""

    def __init__(self, data: Any, lines: Lines, name: str) -> None:
        self.data, self.lines, self.name = data, lines, name

    def where(self, *path: str | int) -> str:
        """File, line and key of a part, for an error."""
        known = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.lines), ())
        key = ".".join(map(str, path))
        return f"{self.name}, line {self.lines.get(known, 1)}" + (f", `{key}`" if key else "")

    def error(self, path: tuple[str | int, ...], found: str, fits: str = "", do: str = "") -> KnowledgeError:
        return KnowledgeError(self.where(*path), found, fits, do)

    def read_as(self, kind: type[T]) -> T:
        """The data as `kind`. Raises KnowledgeError with line and nearest key."""
        try:
            return msgspec.convert(self.data, kind)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `$")
            path = self.path_of(place.rstrip("`"))
            unknown = re.search(r"unknown field `(\w+)`", message)
            near = nearest(unknown[1], fields_of(kind, path)) if unknown else ""
            raise self.error((*path, unknown[1]) if unknown else path, message + ".", near) from None

    def path_of(self, place: str) -> tuple[str | int, ...]:
        """`.cases[0].given` -> ("cases", 0, "given"); `[...]` (any value of a mapping) ends the path."""
        path: list[str | int] = []
        for name, index in re.findall(r"\.(\w+)|\[(\d+|\.\.\.)\]", place):
            if index == "...":
                break
            path.append(int(index) if index else name)
        return tuple(path)


def fields_of(kind: Any, path: tuple[str | int, ...]) -> list[str]:
    """The field names of a struct, or of the struct inside it that the path leads to."""
    for key in path:
        hints = (
            {f.encode_name: f.type for f in msgspec.structs.fields(kind)} if hasattr(kind, "__struct_fields__") else {}
        )
        kind = hints.get(key, kind) if isinstance(key, str) else next(iter(getattr(kind, "__args__", ())), kind)
    return [f.encode_name for f in msgspec.structs.fields(kind)] if hasattr(kind, "__struct_fields__") else []


def read_sheet(path: Path, name: str) -> Sheet:
    """One file. Raises KnowledgeError on broken YAML, duplicate keys or a tag."""
    try:
        return parse_sheet(path.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError as error:
        raise KnowledgeError(name, f"is not UTF-8 text (byte {error.start}).", "", "Save it as UTF-8.") from None


def parse_sheet(text: str, name: str) -> Sheet:
    if len(text) > MAX_BYTES:
        raise KnowledgeError(name, f"is longer than {MAX_BYTES:,} characters.")
    lines: Lines = {(): 1}
    try:
        root = yaml.compose(text, Loader=LOADER)
        data = None if root is None else value_of(root, (), lines, name, 0)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"cannot be read as YAML: {error.problem or error.context}."
        raise KnowledgeError(f"{name}, line {line}", problem, "", "Check colons, quotes and indents.") from None
    except yaml.YAMLError as error:
        raise KnowledgeError(name, f"cannot be read as YAML: {str(error).splitlines()[0]}.") from None
    return Sheet(data, lines, name)


def value_of(node: yaml.Node, path: tuple[str | int, ...], lines: Lines, name: str, depth: int) -> Any:
    """Plain data of a node; anchors and aliases are not followed twice, tags are refused."""
    lines.setdefault(path, node.start_mark.line + 1)
    if depth > 20:
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", "is nested too deeply.")
    if not isinstance(node, yaml.ScalarNode) and node.tag.rpartition(":")[2] not in ("map", "seq"):
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", f"the tag {node.tag} is not allowed.")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            key = key_of(key_node, name)
            if key in found:
                raise KnowledgeError(f"{name}, line {key_node.start_mark.line + 1}", f"the key `{key}` stands twice.")
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = value_of(child, (*path, key), lines, name, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [value_of(child, (*path, at), lines, name, depth + 1) for at, child in enumerate(node.value)]
    return scalar(node, name)


def key_of(node: yaml.Node, name: str) -> str:
    """A key as it is written: `on` stays the word, where YAML 1.1 would make it true."""
    if not isinstance(node, yaml.ScalarNode):
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", "a key must be plain text.")
    return str(node.value)


def scalar(node: yaml.Node, name: str) -> Any:
    """A plain value: dates stay text, another kind is refused."""
    if not isinstance(node, yaml.ScalarNode):
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", "a plain value must stand here.")
    kind = node.tag.rpartition(":")[2]
    if kind in ("str", "timestamp"):
        return node.value
    if kind not in ("bool", "int", "float", "null"):
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", f"the tag {node.tag} is not allowed.")
    try:
        return yaml.SafeLoader("").construct_object(node)
    except ValueError:
        raise KnowledgeError(f"{name}, line {node.start_mark.line + 1}", f"{node.value!r} is no number.") from None
