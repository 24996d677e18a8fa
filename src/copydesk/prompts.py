"""Prompt templates: found by name, rendered strictly, and safely even when a stranger wrote them.

A form is a folder with `form.toml` and Jinja2 prompts; a style is a folder with a `guide.md`. A
user's own, in the `forms` and `styles` folders of the configuration folder, stand before the ones
that ship.
"""

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.exceptions import TemplateNotFound, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copydesk.config import config_folder
from copydesk.errors import TemplateProblem, UnknownName

SHARED = "_shared"
_LARGEST_GUIDE = 64_000  # bytes; a guide is read with every answer

# What a template can raise: its own errors, the sandbox's, and those of the Python that it runs.
TEMPLATE_FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def templates_folder() -> Path:
    """The folder of templates that ship with copydesk."""
    return Path(str(resources.files("copydesk") / "templates"))


def _form_folders() -> Iterator[Path]:
    """Every folder with a `form.toml`, the user's own first."""
    for root in (config_folder() / "forms", templates_folder() / "forms"):
        if root.is_dir():
            yield from sorted(p for p in root.iterdir() if (p / "form.toml").is_file())


def form_names() -> list[str]:
    """The names of all forms, alphabetically."""
    return sorted({folder.name for folder in _form_folders()})


def find_form(name: str) -> Path:
    """The folder of a form.

    Raises:
        UnknownName: no such form; the message lists what exists, nearest first.
    """
    for folder in _form_folders():
        if folder.name == name:
            return folder
    own = config_folder() / "forms"
    raise UnknownName("form", name, form_names(), f"or make your own in {own}")


def read_form(folder: Path) -> dict[str, Any]:
    """The settings in a form's `form.toml`.

    Raises:
        TemplateProblem: the file is not valid TOML.
    """
    path = folder / "form.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise TemplateProblem(
            f"{path} cannot be read: {error}.", "compare it with a form that ships: copydesk forms"
        ) from None


def read_guide(folder: Path) -> str:
    """A style's guide, which goes to the model as it is.

    Raises:
        TemplateProblem: it cannot be read, is no text, or is empty or too long.
    """
    path = folder / "guide.md"
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_GUIDE + 1)
        text = content.decode("utf-8-sig").strip()
    except (UnicodeDecodeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise TemplateProblem(f"{path} cannot be read: {reason}.", "write it as UTF-8") from None
    if len(content) > _LARGEST_GUIDE or not text:
        reason = "is empty" if not text else f"is larger than {_LARGEST_GUIDE // 1000} kB"
        raise TemplateProblem(f"{path} {reason}.", "say in a page or two how to write")
    return text


class Prompts:
    """The prompts of one form; `{% include %}` reaches the form's folder, then the shared one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        paths = [folder, folder.parent / SHARED, templates_folder() / "forms" / SHARED]
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(paths),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )

    def has(self, name: str) -> bool:
        """Whether the form's own folder holds this prompt."""
        return (self._folder / name).is_file()

    def render(self, name: str, **values: Any) -> str:
        """Render a prompt with exactly these values, blank lines at the ends removed.

        Raises:
            TemplateProblem: syntax error, undefined variable, forbidden access, endless work; file,
                line and reason are named.
        """
        try:
            return self._load(name).render(**values).strip()
        except TemplateSyntaxError as error:
            path = Path(error.filename or self._folder / name)
            raise _broken(path, error.lineno, str(error.message)) from None
        except TemplateNotFound as error:
            path, line = _place(error, self._folder / name)
            raise _broken(path, line, f"there is no {error.name} to include") from None
        except UndefinedError as error:
            hint = f"the values there are: {', '.join(sorted(values))}"
            raise _broken(*_place(error, self._folder / name), str(error), hint) from None
        except TEMPLATE_FAULTS as error:
            reason = str(error) or type(error).__name__
            raise _broken(*_place(error, self._folder / name), reason) from None

    def _load(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateNotFound:
            raise TemplateProblem(
                f"The form in {self._folder} has no {name}.",
                "add the file; the forms that ship show what goes in: copydesk forms",
            ) from None


def _broken(path: Path, line: int, reason: str, hint: str = "") -> TemplateProblem:
    reason = reason.rstrip(".")
    return TemplateProblem(
        f"The template {path}, line {line}, is broken: {reason}.",
        hint or "mend that line, or take the file away to have the one that ships",
    )


def _place(error: Exception, outermost: Path) -> tuple[Path, int]:
    """The template and line an error came from, be it in a file that another one includes.

    Jinja2 rewrites tracebacks so that they point into templates.
    """
    path, line, trace = outermost, 0, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            path, line = Path(file), trace.tb_lineno
        trace = trace.tb_next
    return path, line
