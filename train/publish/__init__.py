"""A finished run becomes a folder to use and to pass on: weights in every form, a model card."""

from copydesk.train.publish.folder import PUBLICATION
from copydesk.train.publish.make import Published, publish
from copydesk.train.publish.origin import Origin, read_origin
from copydesk.train.publish.plan import Piece, Plan, What, make_plan

__all__ = [
    "PUBLICATION",
    "Origin",
    "Piece",
    "Plan",
    "Published",
    "What",
    "make_plan",
    "publish",
    "read_origin",
]
