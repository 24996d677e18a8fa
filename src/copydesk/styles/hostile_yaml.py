"""YAML from strangers: bounded, without aliases, every scalar the text that stands there.

YAML reads `no` as false and `1:30` as ninety; in a list of words both are words.
"""

from typing import Any

import yaml
from yaml.events import AliasEvent
from yaml.nodes import Node

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
    if len(content) > LARGEST:
        raise DocumentProblem(f"it is larger than {LARGEST // 1000} kB")
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        loader = _Loader(text)
        try:
            return loader.get_single_data()
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
