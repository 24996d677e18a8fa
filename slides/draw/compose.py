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
from copydesk.slides.typeset.metrics import line_count

_NEAR = 0.12  # a layout whose score is this much worse may still stand in for the best
_TRIED = 4  # layouts looked at for one slide
_MOST_PARTS, _MOST_ITEMS = 40, 40  # slides that one may become; items that one may hold
_HOPELESS = 1500  # characters that no layout holds
_FEW = 4  # items that every diagram has room for
_MOST_TRIED = 8  # of them, where a text would be cut on all before
_SNUG, _UNSPLIT = 0.8, 0.88  # of the template's size: below, another layout; or two slides
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
        share: of the template's size that the smallest type, but for the title's, is set in.
        before: how many items stand on the parts before, where a slide was split.
    """

    slide: d.Slide
    served: Served
    texts: Mapping[str, Fitted]
    table: Setting | None = None
    spare: tuple[str, ...] = ()
    cuts: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0
    before: int = 0


def composed(slide: d.Slide, master: Master, language: Language, *, split: bool) -> list[Laid]:
    """The slide laid out, in several where it was split."""
    options = list(_options(slide, master, language))
    best = min(options, key=lambda laid: (len(laid.cuts), len(laid.spare), laid.share < _SNUG))
    crowded = bool(best.cuts) or best.share < _UNSPLIT
    if not split or not crowded or items_of(slide) < 2:
        return [best]
    return _split(slide, master, language) or [best]


def _options(slide: d.Slide, master: Master, language: Language) -> Iterator[Laid]:
    """The slide on each layout that may serve; nothing more after one where it stands well.

    Layouts that are not nearly as good as the best are tried only to save a text from being cut.
    """
    ranked = master.served(slide.intent)
    found: list[Laid] = []
    for number, served in enumerate(ranked[:_MOST_TRIED]):
        near = number < _TRIED and served.score >= ranked[0].score - _NEAR
        if not near and not _may_be_saved(found):
            return
        if not _as_monospaced(slide, served, ranked[0]):
            continue
        found.append(lay(slide, served, language))
        yield found[-1]
        placed = len(found[-1].spare) <= len(found[0].spare)
        if placed and not found[-1].cuts and found[-1].share >= _SNUG:
            return


def _may_be_saved(found: list[Laid]) -> bool:
    """Whether a text was cut on all layouts so far that another one may still hold."""
    longest = max((len(text) for laid in found for text in laid.cuts.values()), default=0)
    return all(laid.cuts for laid in found) and longest < _HOPELESS


def _as_monospaced(slide: d.Slide, served: Served, best: Served) -> bool:
    """Code does not leave a layout made for it for one with another font."""
    if not isinstance(slide, d.CodeSlide):
        return True
    faces = [one.places["code"].frame.type.latin for one in (served, best)]
    return faces[0] == faces[1]


def _split(slide: d.Slide, master: Master, language: Language) -> list[Laid]:
    """The slide in the fewest parts that all stand well; empty where no number of parts do."""
    served = master.served(slide.intent)[0]
    fewest = max(2, items_of(slide) // _MOST_ITEMS)
    for count in range(fewest, min(items_of(slide), _MOST_PARTS) + 1):
        found: list[Laid] = []
        before = 0
        for part in counted(slide, pieces(slide, count), language):
            found.append(replace(lay(part, served, language), before=before))
            before += items_of(part)
            if found[-1].cuts or found[-1].share < _UNSPLIT:
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
    laid = Laid(slide, served, fitted, spare=spare, cuts=cuts, share=_share(fitted, served))
    if isinstance(slide, d.TableSlide):
        return _with_table(laid, slide, language)
    if isinstance(slide, d.CodeSlide):
        return _with_code(laid, slide, language)
    return replace(laid, share=0.0) if _crowded(slide, served, language) else laid


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
    floor = SMALL_FLOOR if small else BODY_FLOOR
    most = max(
        int(frame.height / min(floor, frame.type.size)), 1
    )  # paragraphs of one line each, at the smallest
    fitted = fit(paragraphs[:most], frame, language, floor=floor, sparse=sparse)
    if len(paragraphs) > most:
        return replace(fitted, cut=True)
    if slot == "number":
        return _on_one_line(fitted, frame, language)
    if fitted.size is None and frame is not place.frame:
        return replace(fitted, size=frame.type.size)
    return fitted


def _on_one_line(fitted: Fitted, frame: Frame, language: Language) -> Fitted:
    """A number set so that it does not break between its digits and its unit."""
    size = fitted.size or frame.type.size
    while size > BODY_FLOOR and any(
        line_count(p.text, frame.width, frame.type, language, size) > 1 for p in fitted.paragraphs
    ):
        size -= 1
    return fitted if size == frame.type.size else replace(fitted, size=size)


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
        least = min(fitted[slot].size or _own(served, slot) for slot in pair)
        gaps = [gap for slot in pair if (gap := fitted[slot].gap) is not None]
        gap = min(gaps) if len(gaps) == len(pair) else None
        for slot in pair:
            size = max(least, min(BODY_FLOOR, fitted[slot].size or _own(served, slot)))
            own = None if size == _own(served, slot) else size
            even[slot] = replace(fitted[slot], size=own, gap=gap)
    return even


def _own(served: Served, slot: str) -> float:
    """The size that a slot's place gives its text."""
    return served.places[slot].frame.type.size


def _share(fitted: Mapping[str, Fitted], served: Served) -> float:
    """How small type other than the title's is set, as a share of what the template says."""
    sizes = ((slot, one.size) for slot, one in fitted.items() if slot not in ("title", "number"))
    return min((s / _own(served, slot) for slot, s in sizes if s is not None), default=1.0)


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
    place = laid.served.places["code"]
    fitted = fit_code(lines, upright(place.frame), language)
    cuts = {**laid.cuts, "code": _plain(lines)} if fitted.cut else laid.cuts
    share = min(laid.share, (fitted.size or place.frame.type.size) / place.frame.type.size)
    return replace(laid, texts={**laid.texts, "code": fitted}, cuts=cuts, share=share)
