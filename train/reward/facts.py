"""reward.json: what has to be known of a reward model besides its weights."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk.errors import ModelProblem
from copydesk.files import write_atomic
from copydesk.train.recipe import Ties
from copydesk.train.reward.ties import TieModel

FACTS = "reward.json"
_LARGEST = 1_000_000  # bytes


class Facts(BaseModel):
    """What a reward model was learnt from, and how it does.

    Attributes:
        parameter: log ν of Davidson, log(θ − 1) of Rao and Kupper; 0 of the others.
        mean, deviation: of its rewards for held-out answers, or where there are none for answers
            that it learnt from; what another method may scale rewards by.
        depth: the share of the base's layers that it has.
        cut: training answers that were longer than `max_length` and lost their end.
        rows, held: rankings that it learnt from, and that were kept back.
        pairs: held-out pairs that are no ties.
        accuracy: share of the held-out pairs without a tie that it orders as people did; None
            without held-out rows.
        baselines: the same of what needs no model: "length_only", "machine_phrases", "tfidf".
        parity: the largest difference between rewards as trained and by the folder as saved, in
            deviations.
        sources: the mean score of each source that was taken off before ranking.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    version: Literal[1] = 1
    ties: Ties = "drop"
    parameter: float = 0.0
    mean: float = 0.0
    deviation: float = 1.0
    base: str = ""
    base_sha256: str = ""
    max_length: int = 2048
    depth: float = Field(default=1.0, gt=0, le=1)
    rows: int = 0
    cut: int = 0
    held: int = 0
    pairs: int = 0
    accuracy: float | None = None
    baselines: Mapping[str, float] = {}
    parity: float = 0.0
    sources: Mapping[str, float] = {}

    @property
    def tie_model(self) -> TieModel:
        """Its model of ties."""
        return TieModel(self.ties, self.parameter)


def write_facts(facts: Facts, folder: Path) -> None:
    """Put them beside the weights."""
    text = json.dumps(facts.model_dump(), ensure_ascii=False, indent=2)
    write_atomic(folder / FACTS, f"{text}\n".encode())


def read_facts(folder: Path) -> Facts:
    """The facts in a folder; those of a model about which nothing is known if there are none.

    Raises:
        ModelProblem: the file is damaged.
    """
    path = folder / FACTS
    if not path.is_file():
        return Facts()
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelProblem(f"{path} is larger than any such file.", "train the model again")
        return Facts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        reason = " ".join(str(error).split())[:160]
        raise ModelProblem(
            f"{path} cannot be read: {reason}.", "train the model again, or remove the file"
        ) from None
