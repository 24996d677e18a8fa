"""What a template can hold, said before anything is made on it: `copydesk master check`."""

from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.findings import Finding
from copydesk.slides.contrast import contrast
from copydesk.slides.deck import INTENTS
from copydesk.slides.geometry import Box
from copydesk.slides.master.capacity import held as held_by
from copydesk.slides.master.colours import ink, least_contrast
from copydesk.slides.master.inherit import FURNITURE, TITLES
from copydesk.slides.master.layouts import Holder, Layout, Served
from copydesk.slides.master.master import Master
from copydesk.slides.slots import SLOTS
from copydesk.slides.typeset.fonts import is_installed

SERIOUS = ("no-title", "poor", "cramped", "unreadable")  # codes that stop an editor
_GOOD, _POOR = 0.6, 0.4  # scores of layouts that serve an intent, and of those that hardly do
_CRAMPED = 90  # characters on a whole slide of bullets, that is hardly a slide
_TEXTS = (*TITLES, "body", "subTitle", "obj")


@dataclass(frozen=True, kw_only=True)
class HolderReport:
    """A placeholder: what it holds in all, in characters of ordinary text at the size it has."""

    idx: int
    kind: str
    name: str
    font: str
    size: float
    english: int
    chinese: int


@dataclass(frozen=True, kw_only=True)
class LayoutReport:
    """A layout; `number` counts from 1 as in PowerPoint's gallery, `best` are of `serves`."""

    number: int
    name: str
    serves: tuple[str, ...]
    best: tuple[str, ...]
    holders: tuple[HolderReport, ...]


@dataclass(frozen=True, kw_only=True)
class IntentReport:
    """How one intent comes out: on which layout, what is drawn there, what has no place.

    `english` and `chinese` are characters by text ("title", "bullet" …), `items` the most of them.
    """

    intent: str
    layout: int
    score: float
    drawn: tuple[str, ...]
    missing: tuple[str, ...]
    items: int
    english: dict[str, int]
    chinese: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A template's report; sizes in points."""

    name: str
    width: float
    height: float
    fonts: tuple[str, ...]
    layouts: tuple[LayoutReport, ...]
    intents: tuple[IntentReport, ...]
    findings: tuple[Finding, ...]

    @property
    def serious(self) -> tuple[Finding, ...]:
        """The findings without which decks will not be good."""
        return tuple(finding for finding in self.findings if finding.code in SERIOUS)


def check_master(master: Master) -> Report:
    """Look over a template, before anything is generated."""
    return Report(
        name=master.name,
        width=round(master.page.width, 1),
        height=round(master.page.height, 1),
        fonts=_fonts(master),
        layouts=tuple(_layout(layout, master) for layout in master.layouts),
        intents=tuple(_intent(intent, master) for intent in INTENTS),
        findings=tuple(_findings(master)),
    )


def _fonts(master: Master) -> tuple[str, ...]:
    """The families that texts are set in, headings' first."""
    kinds = [t for layout in master.layouts for t in (layout.heading[0], layout.text[0])]
    kinds += [h.frame.type for la in master.layouts for h in la.holders if h.kind in _TEXTS]
    found = [name for kind in kinds for name in (kind.family, kind.ea_family)]
    return tuple(dict.fromkeys(name for name in found if name))


def _layout(layout: Layout, master: Master) -> LayoutReport:
    scores = {i: _score(layout, master.served(i)) for i in INTENTS}
    return LayoutReport(
        number=layout.index + 1,
        name=layout.name,
        serves=tuple(i for i in INTENTS if scores[i] >= _GOOD),
        best=tuple(i for i in INTENTS if master.served(i)[0].layout.index == layout.index),
        holders=tuple(_holder(h) for h in layout.holders if h.kind not in FURNITURE),
    )


def _score(layout: Layout, found: tuple[Served, ...]) -> float:
    return next((s.score for s in found if s.layout.index == layout.index), 0.0)


def _holder(holder: Holder) -> HolderReport:
    kind, text = holder.frame.type, holder.kind in _TEXTS
    return HolderReport(
        idx=holder.idx,
        kind=holder.kind,
        name=holder.name,
        font=kind.family,
        size=kind.size,
        english=held_by(holder.frame, "en") if text else 0,
        chinese=held_by(holder.frame, "zh") if text else 0,
    )


def _intent(intent: str, master: Master) -> IntentReport:
    best, measure = master.served(intent)[0], master.measure(intent)
    optional = [slot.name for slot in SLOTS[intent] if slot.optional]
    texts = [text for text in measure.texts if text != "notes"]
    return IntentReport(
        intent=intent,
        layout=best.layout.index + 1,
        score=best.score,
        drawn=tuple(p.slot for p in best.places.values() if p.idx is None and p.slot != "diagram"),
        missing=tuple(name for name in optional if name not in best.places),
        items=measure.items("item"),
        english={text: measure.characters(text, "en") for text in texts},
        chinese={text: measure.characters(text, "zh") for text in texts},
    )


def _findings(master: Master) -> Iterator[Finding]:
    for note in master.notes:
        yield Finding(code="mended", place=master.name, message=note)
    yield from _missing_fonts(master)
    yield from _titles(master)
    yield from _served_badly(master)
    for layout in master.layouts:
        yield from _contrasts(layout)
        yield from _unused(layout, master.page)


def _missing_fonts(master: Master) -> Iterator[Finding]:
    for family in _fonts(master):
        if not is_installed(family):
            yield Finding(
                code="font-missing",
                place=master.name,
                message=f"The font {family} is not on this machine; another one is measured.",
                fix=f"install {family}, or leave it: room is kept for a wider font",
            )


def _titles(master: Master) -> Iterator[Finding]:
    bare = [la for la in master.layouts if not any(h.kind in TITLES for h in la.holders)]
    if len(bare) == len(master.layouts):
        yield Finding(
            code="no-title",
            place=master.name,
            message="No layout has a placeholder for a title; titles are drawn as text boxes.",
            fix="add a title placeholder to a layout in PowerPoint's slide master view",
        )


def _served_badly(master: Master) -> Iterator[Finding]:
    best = {intent: master.served(intent)[0].score for intent in INTENTS}
    poor = [intent for intent, score in best.items() if score < _POOR]
    if poor:
        yield Finding(
            code="poor",
            place=master.name,
            message=f"No layout is fit for slides of these kinds: {', '.join(poor)}.",
            measured=f"{min(best[intent] for intent in poor):.2f}",
            allowed=f"{_POOR:.2f}",
            fix="add a layout with a title and a large content placeholder",
        )
    held = master.capacity("bullets", "bullet", "en") * master.max_items("bullets")
    if held < _CRAMPED:
        yield Finding(
            code="cramped",
            place=_place(master.served("bullets")[0].layout),
            message="A slide of bullets holds hardly any text.",
            measured=f"{held} characters",
            allowed=f"{_CRAMPED} characters",
            fix="enlarge its content placeholder, or set its text smaller",
        )


def _contrasts(layout: Layout) -> Iterator[Finding]:
    """Text that can hardly be read where it stands."""
    for holder in layout.holders:
        kind = holder.frame.type
        if holder.kind not in _TEXTS or not holder.box.area:
            continue
        better = ink(kind, holder.ground, layout.colours)
        if better is None:
            continue
        own = layout.colours.get(kind.colour, kind.colour)
        least = least_contrast(kind)
        mended = contrast(layout.colours[better], holder.ground)
        yield Finding(
            code="contrast" if mended >= least else "unreadable",
            place=f"{_place(layout)}, {holder.name}",
            message="Its text hardly stands out from what is behind it.",
            measured=f"{contrast(own, holder.ground):.1f}:1",
            allowed=f"{least}:1",
            fix=f"copydesk writes it in the theme's {better} instead, {mended:.1f}:1",
        )


def _unused(layout: Layout, page: Box) -> Iterator[Finding]:
    """Placeholders that no text can go into as they are."""
    for holder in layout.holders:
        if holder.kind in FURNITURE:
            continue
        where, box = f"{_place(layout)}, {holder.name}", holder.box
        if holder.frame.vertical:
            yield Finding(code="sideways", place=where, message="Its text runs sideways; not used.")
        elif box.area and box.meets(page).area < 0.6 * box.area:
            yield Finding(code="off-page", place=where, message="It lies off the page; not used.")


def _place(layout: Layout) -> str:
    return f"layout {layout.index + 1} ({layout.name})"
