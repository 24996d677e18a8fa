"""SmartArt read out of its data: a tree of texts becomes a process, a cycle, a tree or bullets."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from copydesk.slides import deck as d
from copydesk.slides.files.pieces import paragraphs

_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MOST_STEPS, _MOST_NODES = 8, 20


def smartart_of(xml: bytes, head: dict[str, Any]) -> d.Slide | None:
    """The slide that a SmartArt's data part describes; None where it holds no text."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    texts = {one.get("modelId", ""): _text(one) for one in root.iter(f"{_DGM}pt")}
    documents = [one for one in root.iter(f"{_DGM}pt") if one.get("type") == "doc"]
    below = _below(root)
    seen: set[str] = set()
    trees = [
        _node(child, texts, below, seen)
        for document in documents[:1]
        for child in below.get(document.get("modelId", ""), ())
    ]
    trees = [tree for tree in trees if tree.text or tree.children]
    return _slide(trees, _layout(documents), head) if trees else None


def _text(point: Any) -> str:
    return " ".join(one.text for one in paragraphs(point.find(f"{_DGM}t")))


def _below(root: Any) -> dict[str, list[str]]:
    """The points under each point, in order."""
    links = [
        (one.get("srcId", ""), int(one.get("srcOrd", "0") or 0), one.get("destId", ""))
        for one in root.iter(f"{_DGM}cxn")
        if one.get("type", "parOf") == "parOf"
    ]
    made: dict[str, list[str]] = {}
    for source, _, target in sorted(links):
        made.setdefault(source, []).append(target)
    return made


def _node(
    point: str, texts: Mapping[str, str], below: Mapping[str, list[str]], seen: set[str]
) -> d.Node:
    if point in seen or len(seen) > 500:
        return d.Node(text="")
    seen.add(point)
    children = (_node(child, texts, below, seen) for child in below.get(point, ()))
    kept = tuple(child for child in children if child.text or child.children)
    return d.Node(text=texts.get(point, ""), children=kept)


def _layout(documents: list[Any]) -> str:
    """The layout's address in lower case: "…/layout/process1"."""
    found = next((one for doc in documents for one in doc.iter(f"{_DGM}prSet")), None)
    return "" if found is None else found.get("loTypeId", "").rpartition("/")[2].lower()


def _slide(trees: list[d.Node], layout: str, head: dict[str, Any]) -> d.Slide:
    depth = max(map(_depth, trees))
    tree = any(word in layout for word in ("hierarchy", "orgchart", "tree"))
    if tree and len(trees) == 1 and depth <= 3 and _count(trees[0]) <= _MOST_NODES:
        return d.HierarchySlide(**head, root=trees[0])
    if 2 <= len(trees) <= _MOST_STEPS and depth <= 2:
        steps = tuple(
            d.Step(label=one.text, text="; ".join(child.text for child in one.children))
            for one in trees
        )
        if "cycle" in layout or "radial" in layout:
            return d.CycleSlide(**head, steps=steps)
        if any(word in layout for word in ("process", "chevron", "arrow", "step")):
            return d.ProcessSlide(**head, steps=steps)
    return d.BulletsSlide(**head, bullets=tuple(d.Point(t.text, _flat(t.children)) for t in trees))


def _count(node: d.Node) -> int:
    return 1 + sum(map(_count, node.children))


def _depth(node: d.Node) -> int:
    return 1 + max(map(_depth, node.children), default=0)


def _flat(nodes: tuple[d.Node, ...]) -> tuple[str, ...]:
    return tuple(text for node in nodes for text in (node.text, *_flat(node.children)) if text)
