"""A list of short texts to choose from, a line each: headlines and the like."""

import re
from dataclasses import dataclass, field

from copydesk.generate.protocol import Completion, Request, Sampling, complete
from copydesk.writer.context import make_context
from copydesk.writer.draft import Draft, Part
from copydesk.writer.maker import Making

_MARK = re.compile(r"^\s*(?:[-*+•]|\d+[.)、:：])\s*")
_ROUNDS = 4
_TOKENS_PER_LINE = 60
_LONGEST = 200  # characters; what is longer is no line
_SEED_STEP = 7919


@dataclass
class Lining(Making):
    """Lines in the making. The model is asked until there are as many different ones as wanted."""

    wanted: int = 1
    lines: list[str] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)

    def run(self) -> Draft:
        """Ask, and ask again for what is missing."""
        context = make_context(self.form, self.brief, kind=self.kind, style=self.manner.style)
        for number in range(_ROUNDS):
            missing = self.wanted - len(self.lines)
            if missing <= 0 or self.cancel.is_set():
                break
            prompt = context.render_whole(self.form.length(self.brief), missing)
            request = Request(
                context.messages(prompt),
                max_tokens=missing * _TOKENS_PER_LINE + _TOKENS_PER_LINE,
                sampling=Sampling(temperature=self.form.settings.temperature),
                seed=self.seed + number * _SEED_STEP,
                bans=self.manner.all_bans(self.brief.language, self.brief.topic),
                may_cut=True,
            )
            end = complete(self.generator, request, cancel=self.cancel)[0]
            self.completions.append(end)
            self._take(end.text, cut=end.finish == "length")
        return self.draft()

    def draft(self) -> Draft:
        """The lines so far, as a list."""
        text = "\n".join(f"{number}. {line}" for number, line in enumerate(self.lines, 1))
        parts = (Part("", text),) if text else ()
        brief, form = self.brief, self.form.name
        return Draft("", parts, brief, form, self.generator.name, self.seed)

    def _take(self, text: str, *, cut: bool) -> None:
        lines = text.splitlines()
        for line in lines[:-1] if cut else lines:
            clean = _MARK.sub("", line).strip().strip('*"“”#').strip()
            known = {old.casefold() for old in self.lines}
            new = clean.casefold() not in known and not clean.endswith((":", "："))
            if clean and new and len(clean) <= _LONGEST and len(self.lines) < self.wanted:
                self.lines.append(clean)
                self.on_text(f"{len(self.lines)}. {clean}\n")
