"""Build templates/masters/*.pptx from the looks in scripts/masters; `--check` only compares.

    scripts/build_masters.py            # all of them
    scripts/build_masters.py night      # one
    scripts/build_masters.py --check    # exit 1 where a committed file is not what would be built

The files are written as XML by hand, so that every byte is ours and the same on every run.
"""

import sys
from pathlib import Path

from masters.desk import DESK
from masters.hearth import HEARTH
from masters.kit import Design
from masters.launch import LAUNCH
from masters.night import NIGHT
from masters.package import parts
from masters.quiet import QUIET, QUIET_43
from masters.thesis import THESIS, THESIS_43

from copydesk.slides.package.steady import pack

FOLDER = Path(__file__).parent.parent / "templates" / "masters"
DESIGNS = (DESK, QUIET, NIGHT, HEARTH, THESIS, LAUNCH, QUIET_43, THESIS_43)


def build(design: Design) -> bytes:
    """The bytes of a master."""
    return pack((name, text.encode()) for name, text in parts(design).items())


def main(arguments: list[str]) -> int:
    """Write the masters, or with `--check` say whether the committed ones are what is built."""
    wanted = {word for word in arguments if not word.startswith("-")}
    if strange := wanted - {design.name for design in DESIGNS}:
        print(f"There is no look named {sorted(strange)[0]}.")
        return 2
    stale = 0
    for design in DESIGNS:
        if not wanted or design.name in wanted:
            stale += _compare(design) if "--check" in arguments else _write(design)
    return 1 if stale else 0


def _write(design: Design) -> int:
    made = build(design)
    (FOLDER / f"{design.name}.pptx").write_bytes(made)
    print(f"{design.name}.pptx: {len(made):,} bytes, {len(design.layouts)} layouts")
    return 0


def _compare(design: Design) -> int:
    """1 where the committed file is not what would be built, else 0."""
    target = FOLDER / f"{design.name}.pptx"
    if target.is_file() and target.read_bytes() == build(design):
        print(f"{target.name} is up to date")
        return 0
    print(f"{target.name} differs: run scripts/build_masters.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
