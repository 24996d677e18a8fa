"""The masters that come with copydesk, by name."""

from functools import cache
from importlib.resources import files

from copydesk.errors import UnknownName

DEFAULT = "desk"
_FOLDER = "templates/masters"
_SUFFIX = ".pptx"


@cache
def our_masters() -> tuple[str, ...]:
    """The names of our masters, the default first."""
    folder = files("copydesk").joinpath(_FOLDER)
    names = {f.name.removesuffix(_SUFFIX) for f in folder.iterdir() if f.name.endswith(_SUFFIX)}
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def our_master(name: str) -> bytes:
    """The bytes of one of our masters.

    Raises:
        UnknownName: there is none of that name.
    """
    if name not in our_masters():
        raise UnknownName("master", name, our_masters(), more="or give the path of a template")
    return files("copydesk").joinpath(_FOLDER, name + _SUFFIX).read_bytes()
