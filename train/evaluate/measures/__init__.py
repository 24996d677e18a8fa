"""What is measured of answers and of judges, as pure functions of texts and numbers."""

from copydesk.train.evaluate.measures.calibration import (
    Bin,
    Calibration,
    calibration,
    preference_probability,
)
from copydesk.train.evaluate.measures.lengths import LengthControlled, length_controlled_win_rate
from copydesk.train.evaluate.measures.overlap import Corpus, Overlap, longest_overlap
from copydesk.train.evaluate.measures.rates import Rate, bootstrap_interval, win_rate
from copydesk.train.evaluate.measures.variety import distinct_n, repeated_share

__all__ = [
    "Bin",
    "Calibration",
    "Corpus",
    "LengthControlled",
    "Overlap",
    "Rate",
    "bootstrap_interval",
    "calibration",
    "distinct_n",
    "length_controlled_win_rate",
    "longest_overlap",
    "preference_probability",
    "repeated_share",
    "win_rate",
]
