"""house.json: what a house was asked for, and what has come of each stage."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from copydesk import __version__
from copydesk.train.recipe import Method
from copydesk.train.run.facts import Facts, read_facts, write_facts

NAME = "house.json"
End = Literal["done", "skipped", "refused"]


class Stage(Facts):
    """A stage that ended.

    Attributes:
        folder: its run's, below the house's; "" when there is none.
        why: why it was skipped or refused, or stopped early.
    """

    method: Method
    end: End
    folder: str = ""
    rows: int = 0
    held: int = 0
    steps: int = 0
    seconds: float = 0.0
    metrics: dict[str, float | None] = Field(default_factory=dict)
    why: str = ""


class State(Facts):
    """All of a house.

    Attributes:
        order: what was asked for, which does not change.
        sha256: of the rows.
        stages: those that ended, in their order.
        model: the result's folder, below the house's; "" as long as there is none.
    """

    copydesk: str = __version__
    order: dict[str, object] = Field(default_factory=dict)
    sha256: str = ""
    stages: tuple[Stage, ...] = ()
    model: str = ""

    def stage(self, method: Method) -> Stage | None:
        """How a stage ended; None if it has not."""
        return next((stage for stage in self.stages if stage.method == method), None)

    def with_stage(self, ended: Stage) -> "State":
        """The same with one more stage, or that one anew."""
        others = tuple(stage for stage in self.stages if stage.method != ended.method)
        return self.model_copy(update={"stages": (*others, ended)})

    def write(self, folder: Path) -> None:
        """Put it into the folder, whole or not at all.

        Raises:
            OutputProblem: the disk is full.
        """
        write_facts(self, folder / NAME)


def read_state(folder: Path) -> State | None:
    """The state of a house; None where none was begun.

    Raises:
        DocumentProblem: the file is no state.
    """
    return read_facts(State, folder / NAME, "does not say how a house is trained")
