"""The last layer without its logits: log-probabilities of given words, some rows at a time.

Where there is no Triton, TRL's own falls back to tiles in float32, forwards and backwards, for
every position of a row, the prompt's and the padding's too. This one multiplies in what the model
computes in, and only where an answer stands.
"""

from copydesk.train.head.adapters import straight
from copydesk.train.head.installed import install, token_logps

__all__ = ["install", "straight", "token_logps"]
