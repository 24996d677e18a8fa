"""Show one deck on every master of ours: docs/images/masters/*.png, through LibreOffice.

    scripts/contact_sheets.py                 # all masters, the deck of docs/decks/ferry.yaml
    scripts/contact_sheets.py night launch    # some
    scripts/contact_sheets.py --every-intent en -o DIR    # a slide of every intent, to look at

The deck was planned by the program from a brief (see docs/masters.md); no model runs here.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from PIL import Image

from copydesk.brief import Language
from copydesk.slides.deck import Deck
from copydesk.slides.draw.render import render
from copydesk.slides.files.deck_file import read_deck
from copydesk.slides.master.master import open_master
from copydesk.slides.master.ours import our_masters
from copydesk.slides.review.preview import contact_sheet, to_pictures

ROOT = Path(__file__).parent.parent
DECK = ROOT / "docs" / "decks" / "ferry.yaml"
FOLDER = ROOT / "docs" / "images" / "masters"
_COLUMNS, _WIDTH = 4, 360
_LARGEST = 250_000  # bytes of one picture


def main(arguments: list[str]) -> int:
    """Make the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="MASTER", help="all of ours if none is given")
    parser.add_argument("--every-intent", choices=["en", "zh"], help="that deck instead")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="copydesk-sheets-") as folder:
        deck = _deck(options.every_intent, Path(folder))
        for name in options.names or our_masters():
            sheet = shown(deck, name, Path(folder))
            size = save(sheet, options.output / f"{name}.png")
            print(f"{name}.png: {sheet.width} × {sheet.height}, {size:,} bytes")
    return 0


def _deck(language: Language | None, folder: Path) -> Deck:
    if language is None:
        return read_deck(DECK)
    sys.path.insert(0, str(ROOT))
    from benchmarks.every_intent import every_intent  # noqa: PLC0415 - only a checkout has it

    return every_intent(language, folder)


def shown(deck: Deck, name: str, folder: Path) -> Image.Image:
    """The deck on a master of ours, all slides on one picture."""
    path = folder / f"{name}.pptx"
    drawn = render(deck, open_master(name))
    for finding in drawn.findings:
        print(f"  {name}: {finding.place}: {finding.message}")
    path.write_bytes(drawn.content)
    return contact_sheet(to_pictures(path, folder, width=2 * _WIDTH), _COLUMNS, _WIDTH)


def save(sheet: Image.Image, path: Path) -> int:
    """Save with as many colours as the size allows; returns the bytes."""
    for colours in (256, 128, 64, 32):
        small = sheet.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        if path.stat().st_size <= _LARGEST:
            break
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
