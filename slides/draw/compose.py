"""Choosing how a slide is laid out: a layout on which its texts stand as the template sets them.

In this order: the best layout, the next ones that are nearly as good, two slides instead of one,
smaller type, and at last a cut. What is cut stands in full in the notes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from copydesk.brief import Language
from copydesk.slides import deck as d
from copydesk.slides.diagrams.choose import choose
from copydesk.slides.diagrams.plan import arrangements_of
from copydesk.slides.diagrams.texts import texts_of as diagram_texts
from copydesk.slides.draw.code import code_lines, fit_code, upright
from copydesk.slides.draw.parts import counted, items_of, pieces
from copydesk.slides.draw.slotted import Texts, texts_of
from copydesk.slides.draw.tables import Setting, set_table, squared
from copydesk.slides.master.layouts import Place, Served
from copydesk.slides.master.master import Master
from copydesk.slides.slots import SLOTS
from copydesk.slides.typeset.fit import (
    BODY_FLOOR,
    SMALL_FLOOR,
    Fitted,
    Sparse,
    fit,
    fits,
    text_height,
)
from copydesk.slides.typeset.frame import Frame, Paragraph

_NEAR = 0.12  # a layout whose score is this much worse may still stand in for the best
_TRIED = 4  # layouts looked at for one slide
_MOST_PARTS = 40
_FEW = 4  # items that every diagram has room for
_MOST_TRIED = 8  # of them, where a text would be cut on all before
_SNUG = 0.9  # type a little smaller than the template's is no reason to split a slide
_LARGE, _QUOTED = 24.0, 32.0  # points: type that need not grow; how far a quotation does
_LIST, _PANEL = Sparse(grow=1.28, spread=34.0), Sparse(grow=1.28, spread=14.0)
_SPARSE = {"items": _LIST, "points": _LIST, "left": _PANEL, "right": _PANEL}
_PAIRS = (("left", "right"), ("left heading", "right heading"))


@dataclass(frozen=True)
class Laid:
    """A slide laid into one layout.

    Attributes:
        texts: what stands in each slot, fitted.
        table: the set table of a table slide.
        spare: texts that the layout has no place for; they go to the notes.
        cuts: by slot, the full texts of what was cut.
        tight: whether type other than the title's had to become smaller.
        before: how many items stand on the parts before, where a slide was split.
    """

    slide: d.Slide
    served: Served
    texts: Mapping[str, Fitted]
    table: Setting | None = None
    spare: tuple[str, ...] = ()
    cuts: Mapping[str, str] = field(default_factory=dict)
    tight: bool = False
    before: int = 0

    @property
    def whole(self) -> bool:
        """Whether it stands as the template would set it."""
        return not self.cuts and not self.tight


def composed(slide: d.Slide, master: Master, language: Language, *, split: bool) -> list[Laid]:
    """The slide laid out, in several where it was split."""
    options = list(_options(slide, master, language))
    best = min(options, key=lambda laid: (len(laid.cuts), laid.tight))
    if best.whole or not split or items_of(slide) < 2:
        return [best]
    return _split(slide, master, language) or [best]


def _options(slide: d.Slide, master: Master, language: Language) -> Iterator[Laid]:
    """The slide on each layout that may serve; nothing more after one where it is whole.

    Layouts that are not nearly as good as the best are tried only to save a text from being cut.
    """
    ranked, cut = master.served(slide.intent), True
    for number, served in enumerate(ranked[:_MOST_TRIED]):
        near = number < _TRIED and served.score >= ranked[0].score - _NEAR
        if not near and not cut:
            return
        laid = lay(slide, served, language)
        cut = cut and bool(laid.cuts)
        yield laid
        if laid.whole:
            return


def _split(slide: d.Slide, master: Master, language: Language) -> list[Laid]:
    """The slide in the fewest parts that are all whole; empty where no number of parts is."""
    served = master.served(slide.intent)[0]
    for count in range(2, min(items_of(slide), _MOST_PARTS) + 1):
        found: list[Laid] = []
        before = 0
        for part in counted(slide, pieces(slide, count), language):
            found.append(replace(lay(part, served, language), before=before))
            before += items_of(part)
            if not found[-1].whole:
                break
        else:
            return _alike(found)
    return []


def _alike(parts: list[Laid]) -> list[Laid]:
    """The parts of a slide in the sizes of the one with least room."""
    sizes: dict[str, float] = {}
    for laid in parts:
        for slot, one in laid.texts.items():
            size = one.size or _own(laid.served, slot)
            sizes[slot] = min(size, sizes.get(slot, size))
    return [replace(laid, texts=_resized(laid, sizes)) for laid in parts]


def _resized(laid: Laid, sizes: Mapping[str, float]) -> dict[str, Fitted]:
    """The texts in these sizes; nothing is said where the place has that size anyway."""
    return {
        slot: replace(one, size=None if sizes[slot] == _own(laid.served, slot) else sizes[slot])
        for slot, one in laid.texts.items()
    }


def lay(slide: d.Slide, served: Served, language: Language) -> Laid:
    """Lay a slide into a layout as well as it goes."""
    texts, spare = _placed(texts_of(slide, language), served)
    fitted = {slot: _fit(slot, texts[slot], served.places[slot], slide, language) for slot in texts}
    fitted = _evened(fitted, served)
    cuts = {slot: _plain(texts[slot]) for slot, one in fitted.items() if one.cut}
    laid = Laid(slide, served, fitted, spare=spare, cuts=cuts, tight=_tight(fitted, served))
    if isinstance(slide, d.TableSlide):
        return _with_table(laid, slide, language)
    if isinstance(slide, d.CodeSlide):
        return _with_code(laid, slide, language)
    return replace(laid, tight=True) if _crowded(slide, served, language) else laid


def _placed(texts: Texts, served: Served) -> tuple[Texts, tuple[str, ...]]:
    """The texts that have a place, and those that have none; headings of columns join their list.

    A source without a place is in the notes anyway.
    """
    kept, spare = dict(texts), []
    for slot in texts:
        if slot in served.places:
            continue
        side = slot.removesuffix(" heading")
        if side != slot and side in served.places:
            under = tuple(replace(p, level=1) for p in kept.get(side, ()))
            kept[side] = kept[slot] + under
        elif slot not in ("source", "number"):
            spare.append(_plain(texts[slot]))
        del kept[slot]
    return kept, tuple(spare)


def _plain(paragraphs: tuple[Paragraph, ...]) -> str:
    return " / ".join(p.text for p in paragraphs)


def _fit(
    slot: str, paragraphs: tuple[Paragraph, ...], place: Place, slide: d.Slide, language: Language
) -> Fitted:
    known = next((s for s in SLOTS[slide.intent] if s.name == slot), None)
    frame = _enlarged(paragraphs, place.frame, language) if slot == "quote" else place.frame
    sparse = _sparse(slot, frame) if known is not None and known.items > 1 else None
    small = known is not None and known.role == "small"
    fitted = fit(
        paragraphs, frame, language, floor=SMALL_FLOOR if small else BODY_FLOOR, sparse=sparse
    )
    if fitted.size is None and frame is not place.frame:
        return replace(fitted, size=frame.type.size)
    return fitted


def _sparse(slot: str, frame: Frame) -> Sparse | None:
    """How a short list may grow: type that is large already only spreads."""
    sparse = _SPARSE.get(slot)
    if sparse is None or frame.type.size < _LARGE:
        return sparse
    return replace(sparse, grow=1.0)


def _enlarged(paragraphs: tuple[Paragraph, ...], frame: Frame, language: Language) -> Frame:
    """A frame whose type is larger, where a quotation would stand lost in it."""
    own = frame.type.size
    for size in range(int(_QUOTED), int(own), -1):
        higher = text_height(paragraphs, frame, language, float(size))
        if higher <= frame.height * 0.6 and fits(paragraphs, frame, language, float(size)):
            return replace(frame, levels=(replace(frame.type, size=float(size)),))
    return frame


def _evened(fitted: dict[str, Fitted], served: Served) -> dict[str, Fitted]:
    """Lists side by side in one size: the one with least room decides for both."""
    even = dict(fitted)
    for pair in _PAIRS:
        if not all(slot in fitted for slot in pair):
            continue
        size = min(fitted[slot].size or _own(served, slot) for slot in pair)
        gaps = [gap for slot in pair if (gap := fitted[slot].gap) is not None]
        gap = min(gaps) if len(gaps) == len(pair) else None
        for slot in pair:
            own = None if size == _own(served, slot) else size
            even[slot] = replace(fitted[slot], size=own, gap=gap)
    return even


def _own(served: Served, slot: str) -> float:
    """The size that a slot's place gives its text."""
    return served.places[slot].frame.type.size


def _tight(fitted: Mapping[str, Fitted], served: Served) -> bool:
    """Whether a text other than the title is set clearly smaller than the template would."""
    sizes = ((slot, one.size) for slot, one in fitted.items() if slot != "title")
    return any(s is not None and s < _SNUG * _own(served, slot) for slot, s in sizes)


def _crowded(slide: d.Slide, served: Served, language: Language) -> bool:
    """Whether the items of a diagram are so many that its type would become small."""
    if "diagram" not in served.places or items_of(slide) <= _FEW:
        return False
    place = served.places["diagram"]
    texts, left = diagram_texts(slide)
    kind = place.frame.type
    chosen = choose(arrangements_of(slide.intent, texts), texts, place.box, kind, language)
    return bool(left) or min(chosen.scale) < BODY_FLOOR


def _with_table(laid: Laid, slide: d.TableSlide, language: Language) -> Laid:
    rows = squared(slide.header, slide.rows)
    if not rows or not rows[0]:
        return laid
    place = laid.served.places["table"]
    setting = set_table(rows, place.box, place.frame, language)
    if setting.shown == setting.size and not setting.cut:
        return replace(laid, table=setting)
    full = " / ".join(" | ".join(row) for row in rows)
    return replace(laid, table=setting, cuts={**laid.cuts, "table": full})


def _with_code(laid: Laid, slide: d.CodeSlide, language: Language) -> Laid:
    lines = code_lines(slide.code)
    if not lines:
        return laid
    fitted = fit_code(lines, upright(laid.served.places["code"].frame), language)
    cuts = {**laid.cuts, "code": _plain(lines)} if fitted.cut else laid.cuts
    tight = laid.tight or (fitted.size is not None and fitted.size <= BODY_FLOOR)
    return replace(laid, texts={**laid.texts, "code": fitted}, cuts=cuts, tight=tight)
