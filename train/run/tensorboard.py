"""Each step's numbers for TensorBoard, where that was asked for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from copydesk.errors import MissingTool
from copydesk.train.job import Log

NAME = "tensorboard"


@contextmanager
def tensorboard_log(folder: Path) -> Iterator[Log]:
    """Takes each step's numbers into `folder/tensorboard`.

    Raises:
        MissingTool: the extra is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - an extra, if asked for
    except ImportError:
        raise MissingTool(
            "--tensorboard needs tensorboard, which is not installed.",
            'pip install "copydesk[tensorboard]"',
        ) from None
    writer = SummaryWriter(str(folder / NAME))

    def log(step: int, numbers: Mapping[str, float]) -> None:
        for key, value in numbers.items():
            writer.add_scalar(key, value, step)

    try:
        yield log
    finally:
        writer.close()
