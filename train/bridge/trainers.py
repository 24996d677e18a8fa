"""SFT, KTO and reward: TRL's trainers on rows that are tokens already."""

from typing import Any

from trl.trainer.kto_trainer import KTOTrainer as TrlKtoTrainer
from trl.trainer.reward_trainer import RewardTrainer as TrlRewardTrainer
from trl.trainer.sft_trainer import SFTTrainer as TrlSftTrainer

from copydesk.train.bridge.steady import Steady


class SftTrainer(Steady, TrlSftTrainer):
    """Rows {input_ids, labels}, not padded; −100 where a label is not learnt."""


class RewardTrainer(Steady, TrlRewardTrainer):
    """Rows {chosen_ids, rejected_ids}; to be built upon."""


class KtoTrainer(Steady, TrlKtoTrainer):
    """Rows {prompt_ids, completion_ids, KL_completion_ids, label}, in the order of training."""

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset  # they are tokens already
