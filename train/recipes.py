"""Finds a recipe by name or path, reads it from YAML, sets single fields, writes it out whole."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import takewhile
from math import ceil
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from copydesk.config import config_folder
from copydesk.errors import DocumentProblem, ModelProblem, UnknownName, UsageProblem
from copydesk.generate.json_file import read_object
from copydesk.hostile_yaml import line_of, read_marked, repeated_key
from copydesk.prompts import templates_folder
from copydesk.train.recipe import Recipe

_LARGEST = 100_000  # bytes; the longest recipe that ships has 2,000
_DOCS = "docs/recipes.md lists every field"
ONLINE = ("ppo", "grpo", "rloo")


def recipes_folder() -> Path:
    """Where the user's own recipes are."""
    return config_folder() / "recipes"


def recipe_names() -> list[str]:
    """The names of all recipes, the user's own among them, alphabetically."""
    return sorted({path.stem for path in _files()})


def find_recipe(name: str) -> Path:
    """The file of a recipe: a name, the user's own first, or a path.

    Raises:
        UnknownName: no such recipe; the hint lists what exists, nearest first.
        UsageProblem: the path leads nowhere.
    """
    for path in _files():
        if path.stem == name:
            return path
    path = Path(name).expanduser()
    if "\0" not in name and (path.suffix in {".yaml", ".yml"} or len(path.parts) > 1):
        if path.is_file():
            return path
        raise UsageProblem(f"There is no recipe {path}.", "copydesk train recipes lists some")
    raise UnknownName("recipe", name, recipe_names(), "or give a file: my-recipe.yaml")


def load_recipe(name: str, sets: Sequence[str] = ()) -> Recipe:
    """Read a recipe and set single fields over it.

    Args:
        name: a name or a path.
        sets: texts like "schedule.steps=20"; a list takes its items with commas between them.

    Raises:
        UnknownName: no such recipe.
        UsageProblem: it cannot be read, or a field is unknown or holds what it cannot; file, line
            and field are named.
    """
    path = find_recipe(name)
    values, node = _read(path)
    recipe = _made(values, lambda place: f"{path}, line {line_of(node, place)}: ")
    return set_fields(recipe, sets) if sets else recipe


def about_recipe(path: Path) -> str:
    """What the comment at the beginning of a recipe says, in one line."""
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace")[:_LARGEST].splitlines()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    comment = list(takewhile(lambda line: line.startswith("#"), lines))
    return " ".join(line.lstrip("# ").strip() for line in comment)


def set_fields(recipe: Recipe, sets: Sequence[str]) -> Recipe:
    """A recipe with single fields set, each "schedule.steps=20".

    Raises:
        UsageProblem: a text is no setting, its field unknown, or its value none for that field.
    """
    values = recipe.model_dump()
    for one in sets:
        dotted, equals, value = one.partition("=")
        if not equals or not dotted.strip():
            raise UsageProblem(f"{one!r} sets nothing.", f"write --set schedule.steps=20; {_DOCS}")
        _put(values, dotted.strip().split("."), value.strip(), one)
    return _made(values, lambda _: "--set ")


def recipe_to_yaml(recipe: Recipe) -> str:
    """Every field with its value, in the order of the docs."""
    content = recipe.model_dump(mode="json")
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=96)
    if yaml.safe_load(text) != content:  # PyYAML leaves some line ends of Unicode bare
        text = yaml.safe_dump(content, sort_keys=False, width=96)
    return text


def differences(first: Recipe, second: Recipe) -> list[tuple[str, Any, Any]]:
    """The fields in which two recipes differ: dotted name, first value, second value."""
    one, two = dict(_flat(first.model_dump())), dict(_flat(second.model_dump()))
    return [(name, one[name], two[name]) for name in one if one[name] != two[name]]


def planned_steps(recipe: Recipe, rows: int, processes: int = 1) -> int:
    """The optimizer steps of a run over `rows` rows; for online methods, rounds of answers."""
    schedule = recipe.schedule
    if schedule.steps:
        return schedule.steps
    if recipe.method in ONLINE:
        an_epoch = ceil(rows / (recipe.rollout.prompts * processes))
    else:
        an_epoch = ceil(ceil(rows / (schedule.batch * processes)) / schedule.accumulate)
    return max(1, ceil(schedule.epochs * an_epoch))


def check_recipe(recipe: Recipe) -> None:
    """Refuse fields that exclude one another, and folders that are not there.

    Raises:
        UsageProblem: the field is named.
    """
    if recipe.method in {"grpo", "rloo"} and recipe.rollout.answers < 2:
        raise UsageProblem(
            f"{recipe.method.upper()} compares the answers to one prompt, and rollout.answers is "
            f"{recipe.rollout.answers}.",
            "--set rollout.answers=4",
        )
    if recipe.method in ONLINE and not recipe.rollout.judge:
        raise UsageProblem(
            f"{recipe.method.upper()} needs a reward model to learn from.",
            "train one: copydesk train reward -o runs/reward; "
            "then --set rollout.judge=runs/reward/model",
        )
    if recipe.full and (recipe.adapter.start or recipe.adapter.quantized):
        field = "adapter.start" if recipe.adapter.start else "adapter.quantized"
        raise UsageProblem(
            f"{field} is for adapters, and full trains all weights.", "--set full=false"
        )
    for field, value in (
        ("adapter.start", recipe.adapter.start),
        ("rollout.judge", recipe.rollout.judge),
        ("ppo.stop_judge", recipe.ppo.stop_judge),
    ):
        if value and not Path(value).expanduser().is_dir():
            raise UsageProblem(f"{field}: there is no folder {value}.", "give a run's model folder")
        if value and field != "adapter.start" and _writes(Path(value).expanduser()):
            raise UsageProblem(
                f"{field}: {value} holds a model that writes, and none that judges.",
                "give the model folder of a reward run, such as runs/reward/model",
            )


def _writes(folder: Path) -> bool:
    """Whether a folder says of itself that it generates; what says nothing may be anything."""
    for name, key in (("adapter_config.json", "task_type"), ("config.json", "architectures")):
        try:
            said = str(read_object(folder / name).get(key) or "")
        except ModelProblem:
            continue
        if "CAUSAL_LM" in said or "ForCausalLM" in said:
            return True
    return False


def _files() -> Iterator[Path]:
    for root in (recipes_folder(), templates_folder() / "recipes"):
        if root.is_dir():
            yield from sorted(path for path in root.glob("*.yaml") if path.is_file())


def _read(path: Path) -> tuple[dict[str, Any], Any]:
    """The table in a file, all of it texts, and its nodes."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        values, node = read_marked(content, largest=_LARGEST)
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}.", _DOCS) from None
    except DocumentProblem as problem:
        raise UsageProblem(f"{path} is no recipe: {problem.message}.", _DOCS) from None
    if not isinstance(values, dict):
        raise UsageProblem(f"{path} is no recipe: it holds no fields.", _DOCS)
    if twice := repeated_key(node):
        raise UsageProblem(f"{path}, line {twice[1]}: {twice[0]} stands there twice.", _DOCS)
    return values, node


def _made(values: Mapping[str, Any], where: Any) -> Recipe:
    """A recipe of texts; the first of the faults is named."""
    listed = _nothing(values, Recipe)
    if isinstance(listed.get("data"), str):
        listed["data"] = [listed["data"]]
    try:
        return Recipe.model_validate(listed)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = [part for part in first["loc"] if isinstance(part, int) or part != "[key]"]
        field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise UsageProblem(
            f"{where(place)}{field or 'the recipe'}: {_reason(first)}{more}.", _hint(place)
        ) from None


def _nothing(values: Mapping[str, Any], table: type[BaseModel]) -> dict[str, Any]:
    """The same values, "null" become None where a field may be None: all of YAML's is text."""
    found = dict(values)
    for name, value in values.items():
        part = part_of(table, name)
        if part and isinstance(value, Mapping):
            found[name] = _nothing(value, part)
        elif value in ("null", "~", "") and _may_be_nothing(table, name):
            found[name] = None
    return found


def _may_be_nothing(table: type[BaseModel], name: str) -> bool:
    field = table.model_fields.get(name)
    return field is not None and type(None) in get_args(field.annotation)


def _reason(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such field"
    if fault["type"] == "missing":
        return "it is missing"
    said = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    given = fault["input"]
    about = f", not {given!r}" if isinstance(given, str | int | float) else ""
    return f"{said[:1].lower()}{said[1:]}{about}"


def _hint(place: Sequence[int | str]) -> str:
    """What may stand where something wrong stood, nearest first."""
    if not place or isinstance(place[-1], int):
        return _DOCS
    table: type[BaseModel] | None = Recipe
    for part in place[:-1]:
        table = part_of(table, str(part)) if table else None
    name = str(place[-1])
    if table is None:
        return _DOCS
    if name in table.model_fields:
        return f"{table.model_fields[name].description} {_DOCS}"
    every = {field.rpartition(".")[2]: field for field in dict(_flat(_defaults()))}
    near = get_close_matches(name, list(table.model_fields), n=1, cutoff=0.6)
    known = f"there are: {', '.join(table.model_fields)}"
    if near:
        return f"did you mean {'.'.join([*map(str, place[:-1]), near[0]])}? {known}"
    far = get_close_matches(name, list(every), n=1, cutoff=0.75)
    return f"did you mean {every[far[0]]}? {known}" if far else known


def part_of(table: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The table below a field; None where the field is a plain value or unknown."""
    field = table.model_fields.get(name)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _put(values: dict[str, Any], path: Sequence[str], value: str, said: str) -> None:
    """Set one field in nested tables; an unknown last name is left to the model to refuse."""
    inside: Any = values
    for part in path[:-1]:
        inside = inside.get(part) if isinstance(inside, dict) else None
        if not isinstance(inside, dict):
            tables = [name for name in values if isinstance(values[name], dict)]
            near = get_close_matches(part, tables, n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}? " if near else ""
            raise UsageProblem(
                f"--set {said}: there is no part {part!r} of a recipe.",
                f"{guess}there are: {', '.join(tables)}",
            )
    if isinstance(inside.get(path[-1]), dict):
        raise UsageProblem(
            f"--set {said}: {path[-1]} is a part of a recipe.",
            f"set a field of it, such as {'.'.join(path)}.{next(iter(inside[path[-1]]))}",
        )
    is_list = isinstance(inside.get(path[-1]), tuple | list)
    inside[path[-1]] = [item.strip() for item in value.split(",")] if is_list else value


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted names and plain values."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _defaults() -> dict[str, Any]:
    return Recipe(method="sft").model_dump()
