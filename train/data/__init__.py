"""Rows brought from files and the desk to a training run, split so that nothing leaks."""

from copydesk.train.data.fingerprint import fingerprint
from copydesk.train.data.load import KINDS, Data, Kind, load_data
from copydesk.train.data.sources import read_sources
from copydesk.train.data.split import split

__all__ = ["KINDS", "Data", "Kind", "fingerprint", "load_data", "read_sources", "split"]
