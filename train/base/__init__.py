"""The model that training begins from: its folder, its tokenizer, its tokens, its weights.

Nothing here imports torch before it is called.
"""

import os

# Before huggingface_hub is imported, whoever imports it: TRL calls home otherwise.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from copydesk.train.base.loading import load_policy, load_scorer
from copydesk.train.base.place import Base, prepare
from copydesk.train.base.settled import NEEDS, dtype_of, settle
from copydesk.train.base.tokens import Encoded, encode, load_tokenizer

__all__ = [
    "NEEDS",
    "Base",
    "Encoded",
    "dtype_of",
    "encode",
    "load_policy",
    "load_scorer",
    "load_tokenizer",
    "prepare",
    "settle",
]
