"""SFT, KTO and reward: TRL's trainers on rows that are tokens already."""

import torch
from torch.nn.utils.rnn import pad_sequence
from trl.trainer.reward_trainer import RewardTrainer as TrlRewardTrainer
from trl.trainer.sft_trainer import SFTTrainer as TrlSftTrainer

from copydesk.train.bridge.steady import Steady


class SftTrainer(Steady, TrlSftTrainer):
    """Rows {input_ids, labels}, not padded; −100 where a label is not learnt."""


class RewardTrainer(Steady, TrlRewardTrainer):
    """Rows {chosen_ids, rejected_ids}; to be built upon."""


def pad(rows: list[list[int]], value: int) -> torch.Tensor:
    """Rows of different lengths as [B, T], filled up on the right."""
    return pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=value)
