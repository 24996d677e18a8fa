"""A deck with a slide of every intent, in English and in Chinese, that any master must carry.

Imported by the measurements and by the tests: nothing here comes out of a model. The slides stand
in the YAML files beside this one.
"""

from pathlib import Path

from PIL import Image, ImageDraw

from copydesk.brief import Language
from copydesk.slides.deck import Deck
from copydesk.slides.files.deck_file import deck_from_yaml


def every_intent(language: Language, folder: Path) -> Deck:
    """A deck of one slide an intent; its picture is painted into `folder`."""
    picture = folder / "roof.png"
    if not picture.exists():
        paint(picture)
    source = Path(__file__).with_name(f"every_intent.{language}.yaml")
    return deck_from_yaml(source.read_bytes(), source.name, folder)


def paint(path: Path, size: tuple[int, int] = (1200, 800)) -> None:
    """A picture of roofs under a sky, for slides that show one."""
    image = Image.new("RGB", size, (222, 232, 240))
    pen = ImageDraw.Draw(image)
    wide, high = size
    for i, colour in enumerate(((120, 140, 150), (176, 120, 90), (90, 110, 90))):
        x = wide * i // 3
        pen.polygon(
            [(x, high * 2 // 3), (x + wide // 6, high // 3), (x + wide // 3, high * 2 // 3)], colour
        )
        pen.rectangle((x, high * 2 // 3, x + wide // 3, high), colour)
    image.save(path)
