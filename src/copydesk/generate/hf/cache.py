"""Keys and values of what was read, with room to grow: a step writes one token and copies nothing.

The cache of transformers grows by concatenation, which copies all of it for every token: with many
rows that is more traffic than the weights. Here a layer has room for more tokens than it holds,
and taking tokens back only makes it shorter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

_ROOM = 256  # tokens; room is made in steps of this many, or by half of what is there


@dataclass
class Run:
    """What the model has read in one go: token ids, the adapter it read them with, its cache."""

    ids: list[int]
    adapter: str
    cache: Any

    @property
    def sound(self) -> bool:
        """Whether every layer holds these tokens: a step that was broken off leaves them uneven."""
        lengths = {layer.get_seq_length() for layer in self.cache.layers}
        return lengths == {len(self.ids)}

    def shared(self, ids: Sequence[int], adapter: str) -> int:
        """How many tokens from the beginning on are the same, read with the same adapter."""
        if adapter != self.adapter:
            return 0
        pairs = enumerate(zip(self.ids, ids, strict=False))
        return next((at for at, (a, b) in pairs if a != b), min(len(self.ids), len(ids)))

    def cut(self, length: int) -> None:
        """Take back all but the first tokens."""
        if length < len(self.ids):
            self.cache.crop(length - len(self.ids))
            del self.ids[length:]


class Runs:
    """Runs that are kept for what may begin like them. A run is lent to one reader at a time."""

    def __init__(self, most: int) -> None:
        """Keep runs of at most `most` tokens together, and the latest whatever its length."""
        self._most = most
        self._kept: list[Run] = []

    def borrow(self, ids: Sequence[int], adapter: str) -> Run:
        """The run that shares most with `ids`, cut to that; all but the last token at most."""
        ahead = ids[:-1]  # the last token is read again: what it leads to is not kept
        best = max(self._kept, key=lambda run: run.shared(ahead, adapter), default=None)
        length = best.shared(ahead, adapter) if best else 0
        if best is None or length == 0:
            return Run([], adapter, new_cache())
        self._kept = [run for run in self._kept if run is not best]
        best.cut(length)
        return best

    def give_back(self, run: Run) -> None:
        """Keep a run, and of the older ones what there is room for."""
        if not run.ids or not run.sound:
            return
        kept, held = [run], len(run.ids)
        for older in self._kept:
            held += len(older.ids)
            if held <= self._most:
                kept.append(older)
        self._kept = kept

    def clear(self) -> None:
        """Free all of them."""
        self._kept = []

    def __len__(self) -> int:
        return len(self._kept)


def new_cache() -> Any:
    """An empty cache for any number of rows."""
    from transformers.cache_utils import Cache  # noqa: PLC0415 - only when a model is really used

    return Cache(layer_class_to_replicate=_roomy_layer())


def pick(source: Any, choose: "Callable[[Any], Any]") -> Any:
    """A copy of some rows: `choose` takes [rows, heads, tokens, size] and returns rows of it."""
    copy = new_cache()
    for index, layer in enumerate(source.layers):
        copy.update(choose(layer.keys), choose(layer.values), index)
    return copy


@cache
def _roomy_layer() -> Any:
    """The class, made here because its base comes out of transformers."""
    from transformers.cache_utils import DynamicLayer  # noqa: PLC0415 - as above

    return type("RoomyLayer", (DynamicLayer,), {"room": None, "update": _append})


def _append(layer: Any, keys: Any, values: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
    """`DynamicLayer.update` in larger buffers: [rows, heads, tokens, size] each; returns all."""
    if not layer.is_initialized:
        layer.lazy_initialization(keys, values)
    start = layer.get_seq_length()
    end = start + keys.shape[-2]
    if layer.room is None or layer.room[0].shape[-2] < end:
        wide = max(end + end // 2, _ROOM)
        old = (layer.keys, layer.values) if start else ()
        layer.room = tuple(_widened(new, wide) for new in (keys, values))
        for room, held in zip(layer.room, old, strict=False):
            room[:, :, :start] = held
    for room, new in zip(layer.room, (keys, values), strict=True):
        room[:, :, start:end] = new
    layer.keys, layer.values = (room[:, :, :end] for room in layer.room)
    return layer.keys, layer.values


def _widened(like: Any, tokens: int) -> Any:
    return like.new_empty((*like.shape[:2], tokens, like.shape[3]))
