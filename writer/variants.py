"""Several texts on one brief, each drawn with a seed of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field

from copydesk.generate.protocol import Completion
from copydesk.writer.draft import Draft, Part
from copydesk.writer.drafting import Drafting

_SEED_STEP = 15_485_863
_TRIES = 2  # draws for a variant that came out like an earlier one


@dataclass
class Varying:
    """Variants in the making, one after the other.

    Args:
        make: a fresh drafting for a seed.
    """

    make: Callable[[int], Drafting]
    wanted: int
    seed: int
    on_note: Callable[[str], None] = lambda _note: None
    done: list[Draft] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    _now: Drafting | None = None

    def run(self) -> Draft:
        """Write them all."""
        for number in range(self.wanted):
            self.on_note(f"variant {number + 1} of {self.wanted}")
            self.done.append(self._different(number))
            self._now = None
        return self.draft()

    def draft(self) -> Draft:
        """What there is so far, each under a heading of its own."""
        texts = [*self.done, *([self._now.draft()] if self._now else [])]
        zh = bool(texts) and texts[0].brief.language == "zh"
        name = "方案" if zh else "Variant"
        parts = tuple(
            Part(f"{name} {number}", text.markdown.strip().replace("# ", "### ", 1))
            if text.title
            else Part(f"{name} {number}", text.markdown.strip())
            for number, text in enumerate(texts, 1)
        )
        first = texts[0] if texts else self.make(self.seed).draft()
        findings = tuple(finding for text in texts for finding in text.findings)
        return Draft(
            "", parts, first.brief, first.form, first.model, self.seed, first.sources, findings
        )

    def _different(self, number: int) -> Draft:
        """A variant that is no copy of an earlier one, if another draw or two make it so."""
        known = {text.markdown for text in self.done}
        for attempt in range(_TRIES):
            seed = self.seed + (number + attempt * self.wanted) * _SEED_STEP
            self._now = self.make(seed)
            draft = self._now.run()
            self.completions += self._now.completions
            if draft.markdown not in known:
                break
        return draft
