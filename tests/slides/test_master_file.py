"""The committed master is what the script builds, and its colours can be read."""

import io
import subprocess
import sys
from pathlib import Path

from pptx import Presentation

from copydesk.slides.master.inherit import kind_of
from copydesk.slides.master.master import open_master

ROOT = Path(__file__).parents[2]


def test_committed_master_is_what_the_script_builds():
    command = [sys.executable, "scripts/build_masters.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_layout_has_a_title_and_its_furniture():
    presentation = Presentation(io.BytesIO(open_master().content))
    for layout in presentation.slide_layouts:
        kinds = [kind_of(h._element) for h in layout.placeholders]
        assert {"dt", "ftr", "sldNum"} <= set(kinds), layout.name
        assert sum(k in ("title", "ctrTitle") for k in kinds) == 1, layout.name


def test_text_colours_reach_wcag_aa():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from desk_design import COLOURS  # noqa: PLC0415 - a script, not a package
    finally:
        sys.path.pop(0)
    pairs = [("dk1", "lt1"), ("dk2", "lt1"), ("dk1", "lt2"), ("dk2", "lt2"), ("accent5", "dk1")]
    pairs += [("accent1", "lt1"), ("accent2", "lt2"), ("hlink", "lt1"), ("lt2", "dk1")]
    for text, page in pairs:
        assert contrast(COLOURS[text], COLOURS[page]) >= 4.5, (text, page)
    assert contrast(COLOURS["accent1"], COLOURS["lt2"]) >= 3  # large headings only
    assert contrast(COLOURS["accent1"], COLOURS["dk1"]) >= 3  # large numerals only


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two RGB colours in hex."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
