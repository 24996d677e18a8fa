"""A house's report as HTML in one file, with the plots of its stages."""

import re
from collections.abc import Iterator
from html import escape

from copydesk.train.house.pipeline import House
from copydesk.train.run.folder import PLOTS

TITLES = {
    "sft": "fine-tuning (SFT)",
    "reward": "reward model",
    "ppo": "PPO",
    "dpo": "DPO",
    "kto": "KTO",
    "grpo": "GRPO",
    "rloo": "RLOO",
    "orpo": "ORPO",
    "simpo": "SimPO",
}
_WIDE = 500  # points; a drawing of two panels is wider
_STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #1f2430; max-width: 46rem; margin: 3rem auto;
  padding: 0 1.2rem; }
h1 { font-size: 1.7rem; margin-bottom: .3rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: 1rem 0 1.6rem; }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #e5e7eb; }
th { color: #6b7280; font-weight: 500; }
code, pre { font: .85rem/1.5 ui-monospace, monospace; background: #f6f7f9; border-radius: 4px; }
code { padding: .1rem .25rem; overflow-wrap: anywhere; } pre { padding: .8rem; overflow-x: auto; }
pre code { padding: 0; } figure { margin: 1.2rem 0; } figure svg { width: 100%; height: auto; }
figure.half svg { width: 50%; }
figcaption { color: #6b7280; font-size: .9rem; margin-bottom: .4rem; }
@media print { body { margin: 0; font-size: 12px; } }
"""


def house_page(house: House, text: str) -> str:
    """The same as HTML in one file, with the plots of the stages under their table."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for a page

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    mark = "<h2>How good it is</h2>"
    figures = "".join(_figures(house))
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(house.order.style)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>\n{body.replace(mark, figures + mark, 1)}"
        "</body></html>\n"
    )


def _figures(house: House) -> Iterator[str]:
    for stage in house.state.stages:
        path = house.folder / stage.folder / PLOTS / "overview.svg"
        if not stage.folder or not path.is_file():
            continue
        drawn = path.read_text(encoding="utf-8")
        drawn = re.sub(r"^.*?(?=<svg)", "", drawn, count=1, flags=re.DOTALL)
        # Each drawing names its shapes alike; beside one another they must differ.
        drawn = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{stage.method}-", drawn)
        size = re.search(r'<svg[^>]*\bwidth="([\d.]+)pt"', drawn)
        kind = ' class="half"' if size and float(size[1]) < _WIDE else ""
        caption = f"<figcaption>{TITLES[stage.method]}</figcaption>"
        yield f"<figure{kind}>{caption}{drawn}</figure>\n"
