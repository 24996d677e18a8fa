"""`copydesk rank`: several answers to one brief, put in order by a person who sees no names."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import random
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.keeping import by_option, opened_desk
from copydesk.cli.options import Engine, brief_from_stdin, model_options
from copydesk.cli.ranked_answers import (
    MOST,
    Answer,
    Asked,
    Told,
    distinct,
    from_desk,
    from_files,
    keep_as_drafts,
)
from copydesk.cli.report import printable
from copydesk.cli.showing import Blind, show, take_order
from copydesk.cli.speaking import Speaking, speaking_options
from copydesk.errors import GenerationFailed, UsageProblem

if TYPE_CHECKING:
    from copydesk.desk.store import Desk
    from copydesk.generate.protocol import Generator

_LARGEST = 4_000_000  # bytes of a file of briefs
_PATH = click.Path(path_type=Path)


@click.command(short_help="Have several answers written, and rank them blind.")
@click.argument("brief", nargs=-1)
@click.option(
    "-k",
    "count",
    type=click.IntRange(2, MOST),
    default=4,
    show_default=True,
    help="How many answers.",
)
@click.option("--form", default="", help="Written as a text of this form: copydesk forms.")
@click.option("--style", default="", metavar="NAME", help="The house style to write in.")
@click.option("--system", default="", metavar="TEXT", help="A system prompt.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="With --form.")
@click.option("--words", type=click.IntRange(20, 1_000_000), help="With --form: how long.")
@click.option(
    "--answers", "files", multiple=True, type=_PATH, help="A text that exists. Repeatable."
)
@click.option("--again", default="", metavar="N", help="Rank drafts on the desk: 12, or 12-15,17.")
@click.option("--several", type=_PATH, help="A file of briefs, one a line; each is ranked.")
@click.option(
    "--with", "order", default="", metavar="ORDER", help='The order, for scripts: "D > C > B = A".'
)
@by_option
@click.option("--lines", "typed", is_flag=True, help="Type the order as a line, not key by key.")
@click.option("--json", "as_json", is_flag=True, help="Print what was kept as JSON.")
@speaking_options
@model_options
def rank(
    brief: tuple[str, ...],
    files: tuple[Path, ...],
    again: str,
    several: Path | None,
    order: str,
    by: str,
    typed: bool,
    as_json: bool,
    speaking: Speaking,
    engine: Engine,
    **told: Any,
) -> None:
    """Have -k answers written to the BRIEF, and put them in order: the best first, ties allowed.

    The answers are shown in random order under letters. Press the letters, the best first, and =
    before one that ties; ? says what else there is. The ranking is kept on the desk, from which a
    reward model learns. Leaving with q loses nothing: the answers are drafts on the desk, and
    --again goes on. Orders may be piped in, a line each.

    With --with, A is the first answer, B the second, as they were written or named.

    \b
    Examples:
      copydesk rank "A headline on bees in cities" --max-tokens 40
      copydesk rank "城市里的蜜蜂" --form blog --words 300 -k 3 --by Ada
      copydesk rank "Our spring letter" --answers a.md --answers b.docx
      copydesk rank --again 12
      copydesk rank --several briefs.txt --style plain
    """
    asking = Told(speaking=speaking, engine=engine, **told)
    briefs = _briefs(brief, several, again)
    _check(asking, briefs, files=files, again=again, several=several, order=order)
    with ExitStack() as stack:
        desk = stack.enter_context(opened_desk())
        session = Session(desk, order=order, by=by, typed=typed, as_json=as_json, seed=engine.seed)
        if again:
            session.rank(from_desk(again, desk))
        elif files:
            session.rank(Asked(asking.prompt(briefs[0]), from_files(files), asking.style_name()))
        else:
            generator = stack.enter_context(asking.speaker().opened(parallel=asking.count))
            for number, one in enumerate(briefs):
                seed = engine.seed + number * asking.count
                if not session.rank(session.written(asking, one, generator, seed)):
                    break


def _briefs(brief: tuple[str, ...], several: Path | None, again: str) -> list[str]:
    """The briefs to rank answers to, in order.

    Raises:
        UsageProblem: there is none, or two ways of giving one.
    """
    text = " ".join(brief)
    given = [bool(text), bool(several), bool(again)]
    if sum(given) > 1:
        raise UsageProblem(
            "A brief, --several and --again exclude one another.", "give one of them"
        )
    if several:
        return _lines(several)
    if text == "-":
        text = brief_from_stdin()
    text = text.encode("utf-8", "replace").decode("utf-8").strip()
    if not text and not again:
        raise UsageProblem("There is no brief.", 'copydesk rank "A headline on bees in cities"')
    return [text]


def _lines(path: Path) -> list[str]:
    """A brief a line; empty lines and lines that begin with # are none."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise UsageProblem(
            f"The briefs in {path} cannot be read: {reason}.", "give a text, one brief a line"
        ) from None
    briefs = [line.strip() for line in text.splitlines()]
    briefs = [line for line in briefs if line and not line.startswith("#")]
    if not briefs:
        raise UsageProblem(f"{path} holds no brief.", "write one a line")
    return briefs


def _check(
    asking: Told,
    briefs: list[str],
    *,
    files: tuple[Path, ...],
    again: str,
    several: Path | None,
    order: str,
) -> None:
    """Refuse what does not go together, before a model is loaded."""
    if files and (several or again):
        raise UsageProblem("--answers are for one brief.", "give the brief that they answer")
    if order and several:
        raise UsageProblem("--with is one order, --several are many briefs.", "leave one out")
    if not again:
        asking.check(briefs)
    if order and not (files or again):
        from copydesk.preferences.order import parse_order

        parse_order(order, asking.count)


@dataclass(frozen=True)
class Session:
    """Rankings one after the other, each kept on the desk."""

    desk: "Desk"
    order: str
    by: str
    typed: bool
    as_json: bool
    seed: int

    def written(self, told: Told, brief: str, generator: "Generator", seed: int) -> Asked:
        """Answers of the model, kept as drafts one by one.

        Raises:
            GenerationFailed: there are no two different ones.
        """
        keep = keep_as_drafts(told, brief, self.desk)
        answers: list[Answer] = []
        click.echo(f"writing {told.count} answers …", err=True)
        try:
            for answer in told.write(brief, generator, seed):
                answers.append(keep(answer))
                click.echo(f"{len(answers)} of {told.count} written", err=True)
        except KeyboardInterrupt:
            _tell_kept(answers)
            raise
        different = distinct(answers)
        if self.order and len(different) < told.count:
            raise GenerationFailed(
                f"Only {len(different)} different answers came.", "rank them: " + _again(different)
            )
        return Asked(told.prompt(brief), different, told.style_name())

    def rank(self, asked: Asked) -> bool:
        """Have the answers ranked, and keep the order; whether to go on to the next brief."""
        if self.order:
            from copydesk.preferences.order import parse_order

            self._keep(asked, parse_order(self.order, len(asked.answers)))
            return True
        blind = _shuffled(asked, self.seed)
        show(blind)
        try:
            picked = take_order(blind, typed=self.typed)
        except (KeyboardInterrupt, UsageProblem):
            _tell_kept(asked.answers)
            raise
        if picked.ranks:
            self._keep(asked, blind.unshuffled(picked.ranks), picked.ranks)
        elif picked.end == "skip":
            click.echo("skipped", err=True)
        else:
            _tell_kept(asked.answers)
        return picked.end != "quit"

    def _keep(self, asked: Asked, ranks: tuple[int, ...], shown: tuple[int, ...] = ()) -> None:
        """Keep a ranking, and say so; `shown` are its ranks by the letters that were seen."""
        from copydesk.brief import detect_language
        from copydesk.preferences.order import show_order

        number = self.desk.add_ranking(
            asked.prompt,
            [answer.text for answer in asked.answers],
            ranks,
            annotator=self.by,
            sources=[answer.source for answer in asked.answers],
            style=asked.style,
            language=detect_language(asked.answers[0].text),
        )
        if self.as_json:
            record = {
                "ranking": number,
                "ranks": list(ranks),
                "drafts": [answer.draft for answer in asked.answers],
                "sources": [answer.source for answer in asked.answers],
                "completions": [answer.text for answer in asked.answers],
                "annotator": self.by,
            }
            click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        else:
            click.echo(f"ranking {number} is kept: {show_order(shown or ranks)}", err=True)
            best = [a.source for a, r in zip(asked.answers, ranks, strict=True) if r == 1]
            click.echo(printable(f"best: {'; '.join(best)}"), err=True)


def _shuffled(asked: Asked, seed: int) -> Blind:
    places = list(range(len(asked.answers)))
    random.Random(f"{seed} {asked.prompt}").shuffle(places)
    texts = tuple(asked.answers[place].text for place in places)
    return Blind(asked.prompt[-1].content if asked.prompt else "", texts, tuple(places))


def _tell_kept(answers: "tuple[Answer, ...] | list[Answer]") -> None:
    """How to go on with answers that are on the desk."""
    if any(answer.draft for answer in answers):
        click.echo(f"the answers are kept: {_again(answers)}", err=True)


def _again(answers: "tuple[Answer, ...] | list[Answer]") -> str:
    numbers = [answer.draft for answer in answers]
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[1:]:
        return f"copydesk rank --again {numbers[0]}-{numbers[-1]}"
    return f"copydesk rank --again {','.join(map(str, numbers))}"
