"""Tags as lxml spells them, each made once: a diagram has hundreds of elements."""

from functools import cache

from pptx.oxml.ns import qn as spelled

qn = cache(spelled)
"""The name of a tag ("a:p") with its namespace in braces."""
