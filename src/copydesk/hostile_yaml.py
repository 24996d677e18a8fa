"""YAML from strangers: bounded, without aliases, every scalar the text that stands there.

YAML reads `no` as false and `1:30` as ninety; in a list of words both are words.
"""

from collections.abc import Sequence
from typing import Any

import yaml
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, SequenceNode

from copydesk.errors import DocumentProblem

LARGEST = 512_000  # bytes
_DEEPEST = 12


class _Loader(yaml.SafeLoader):
    """Refuses aliases, which multiply, and deep nesting; knows only texts, lists and tables."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the parent's attribute, emptied

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        if self.check_event(AliasEvent):
            raise yaml.YAMLError("it uses aliases")
        if self._depth >= _DEEPEST:
            raise yaml.YAMLError("it is nested too deeply")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def read_yaml(content: bytes | str) -> Any:
    """Texts, lists and tables of one YAML document.

    Raises:
        DocumentProblem: too large, no UTF-8, broken, with aliases, or tagged as a Python object.
    """
    return read_marked(content)[0]


def read_marked(content: bytes | str, *, largest: int = LARGEST) -> tuple[Any, Node | None]:
    """The same, and the nodes they were made of, which know their lines; no node for no document.

    Raises:
        DocumentProblem: as for `read_yaml`.
    """
    if len(content) > largest:
        raise DocumentProblem(f"it is larger than {largest // 1000} kB")
    try:
        loader = _Loader(content if isinstance(content, str) else content.decode("utf-8-sig"))
        try:
            node = loader.get_single_node()
            return (None if node is None else loader.construct_document(node)), node
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise DocumentProblem(f"{line}{error.problem or error.context or 'broken YAML'}") from None
    except UnicodeDecodeError:
        raise DocumentProblem("it is no UTF-8") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = str(error).splitlines() or ["broken YAML"]
        raise DocumentProblem(reason[0]) from None


def line_of(node: Node | None, place: Sequence[int | str]) -> int:
    """The line of a field, from 1, or of the nearest thing around it that is there."""
    line = node.start_mark.line if node else 0
    for step in place:
        child = None
        if isinstance(node, SequenceNode) and isinstance(step, int):
            child = node.value[step] if step < len(node.value) else None
        elif isinstance(node, MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            line, child = (pair[0].start_mark.line, pair[1]) if pair else (line, None)
        if child is None:
            line = max(line, node.start_mark.line) if node else line
            break
        node = child
        line = max(line, node.start_mark.line) if isinstance(step, int) else line
    return int(line) + 1


def repeated_key(node: Node | None) -> tuple[str, int] | None:
    """A key that stands twice in one table, of which YAML would keep the last; and its line."""
    if isinstance(node, MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                return key, int(node.value[number][0].start_mark.line) + 1
    inside: list[Node] = []
    if isinstance(node, MappingNode):
        inside = [value for _, value in node.value]
    elif isinstance(node, SequenceNode):
        inside = node.value
    return next((found for child in inside if (found := repeated_key(child))), None)
