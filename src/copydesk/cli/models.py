"""`copydesk models`: see, fetch and delete the models that copydesk writes with."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.models_export import export

if TYPE_CHECKING:
    from copydesk.generate.catalogue import ModelFile
    from copydesk.generate.sources import Progress
    from copydesk.generate.specs import Spec


@click.group(short_help="See, fetch and delete language models.")
def models() -> None:
    """See, fetch and delete language models.

    \b
    Examples:
      copydesk models list
      copydesk models engines
      copydesk models pull qwen2.5-coder-1.5b-instruct
      copydesk models pull hf:OWNER/REPO/FILE.gguf
      copydesk models export ./house-model -o house.gguf
    """


models.add_command(export)


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """List the models known by name and those fetched, and what each engine takes and can do.

    \b
    Examples:
      copydesk models list
      copydesk models list --json
    """
    from copydesk.config import load_settings
    from copydesk.generate.abilities import abilities
    from copydesk.generate.catalogue import load_catalogue

    chosen = load_settings().get("model")
    default = chosen if isinstance(chosen, str) and chosen else load_catalogue().default
    rows = [_row(file, default) for file in _known()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        state = "here" if row["here"] else "not fetched"
        about = ", ".join(
            filter(None, ["/".join(row["languages"]), row["licence"], row["default"] and "default"])
        )
        click.echo(f"{row['name']:{width}}  {_size(row['bytes']):>8}  {state:11}  {about}".rstrip())
    if not any(row["default"] for row in rows):
        click.echo(f"{default}  (default, from your settings)")
    for ability in abilities():
        state = "here" if ability.here else "not here"
        click.echo(f"\n{ability.engine} ({state}): {ability.takes}")
        click.echo(f"  schemas {ability.schemas}; bans and loops: {ability.guard};")
        click.echo(f"  samples: {ability.samples}; adapters: {ability.adapters}")


@models.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def engines(as_json: bool) -> None:
    """Say what --model takes, and what each engine can do on this machine.

    \b
    Examples:
      copydesk models engines
      copydesk models engines --json
    """
    from copydesk.generate.abilities import abilities

    found = abilities()
    if as_json:
        click.echo(json.dumps([asdict(ability) for ability in found], indent=2))
        return
    for number, ability in enumerate(found):
        facts = asdict(ability)
        del facts["engine"], facts["here"]
        state = "here" if ability.here else "not here"
        click.echo(f"{chr(10) if number else ''}{ability.engine}  ({state})")
        for key, value in facts.items():
            if value:
                click.echo(f"  {key:9} {value}")


@models.command()
@click.argument("name", required=False, default="")
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Take the file from here (a GGUF file, or a folder that holds it) and fetch nothing.",
)
def pull(name: str, origin: Path | None) -> None:
    """Fetch a model; without NAME, the default one.

    What was broken off is taken up where it ended. The path of the file is printed at the end.

    \b
    Examples:
      copydesk models pull
      copydesk models pull smollm2-135m-instruct
      copydesk models pull hf:OWNER/REPO/FILE.gguf
      copydesk models pull qwen2.5-coder-1.5b-instruct --from /media/usb
    """
    from copydesk.generate.download import ensure_model, import_model

    with download_bar() as progress:
        if origin is None:
            path = ensure_model(name, progress=progress)
        else:
            path = import_model(name, origin, progress=progress)
    click.echo(path)


@models.command()
@click.argument("name", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--verify", is_flag=True, help="Read the whole file again and compare its sha256.")
def show(name: str, as_json: bool, verify: bool) -> None:
    """Show what is known of a model: a name, hf:…, a GGUF file, a folder, a server.

    \b
    Examples:
      copydesk models show smollm2-135m-instruct
      copydesk models show --json ./house.gguf
      copydesk models show --verify
    """
    from copydesk.generate.catalogue import resolve
    from copydesk.generate.download import verify_model
    from copydesk.generate.specs import read_spec

    wanted = read_spec(name)
    if wanted.kind != "gguf":
        facts = _elsewhere(wanted)
    else:
        file = resolve(wanted.value)
        facts = _facts(file)
    if verify and wanted.kind == "gguf":
        with download_bar() as progress:
            facts["verified"] = verify_model(file, progress=progress)
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    for key, value in facts.items():
        if value not in ("", None, []):
            click.echo(f"{key.replace('_', ' '):15} {_words(value)}")


@models.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rm(name: str, yes: bool) -> None:
    """Delete a fetched model, and whatever is left of fetching it.

    \b
    Examples:
      copydesk models rm smollm2-135m-instruct
      copydesk models rm hf:OWNER/REPO/FILE.gguf --yes
    """
    from copydesk.generate.catalogue import resolve
    from copydesk.generate.download import remove_model

    file = resolve(name)
    if not yes:
        click.confirm(f"Delete {file.path}?", abort=True, err=True)
    freed = remove_model(file)
    click.echo(f"{_size(freed)} set free." if freed else f"{file.name} was not here.", err=True)


@contextmanager
def download_bar() -> Iterator["Progress"]:
    """Draw progress on stderr; nothing is drawn, or imported, until something is fetched."""
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()


class _Bar:
    """A bar for each phase: copying or fetching, then checking."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._phases: dict[str, Any] = {}

    def __call__(self, done: int, total: int, label: str) -> None:
        if self._bars is None:
            self._start()
        phase = label.split(maxsplit=1)[0]
        if phase not in self._phases:
            # Begun at `done`: what was there already does not count as speed.
            self._phases[phase] = self._bars.add_task(label, total=total or None, completed=done)
        self._bars.update(
            self._phases[phase], completed=done, total=total or None, description=label
        )

    def stop(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        if self._bars is not None:
            self._bars.stop()

    def _start(self) -> None:
        from rich import progress
        from rich.console import Console

        self._bars = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(bar_width=24),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
        )
        self._bars.start()


def _known() -> list["ModelFile"]:
    """The catalogue's models, then the files that were fetched from the hub by address."""
    from copydesk.generate.catalogue import load_catalogue, models_folder, resolve

    folder = models_folder() / "hf"
    hub = [f"hf:{path.relative_to(folder).as_posix()}" for path in sorted(folder.rglob("*.gguf"))]
    return [resolve(name) for name in [*load_catalogue().names, *hub]]


def _row(file: "ModelFile", default: str) -> dict[str, Any]:
    from copydesk.generate.download import is_ready

    model = file.model
    here = file.path.is_file() and (is_ready(file) or not model or _right_size(file))
    return {
        "name": model.name if model else file.spec,
        "default": default in (file.name, file.spec),
        "engine": "llama.cpp",
        "here": here,
        "bytes": model.bytes if model else file.path.stat().st_size,
        "parameters": model.parameters if model else "",
        "languages": list(model.languages) if model else [],
        "licence": model.licence if model else "",
        "path": str(file.path),
    }


def _right_size(file: "ModelFile") -> bool:
    return file.model is not None and file.path.stat().st_size == file.model.bytes


def _facts(file: "ModelFile") -> dict[str, Any]:
    """What the catalogue says, then what the file says, if it is there."""
    from copydesk.generate.gguf import read_gguf

    facts: dict[str, Any] = {"name": file.name, "path": str(file.path)}
    facts["here"] = file.path.is_file()
    if file.model:
        about = asdict(file.model)
        facts |= {key: about[key] for key in _ABOUT}
    if facts["here"]:
        info = asdict(read_gguf(file.path))
        info["chat_template"] = bool(info["chat_template"])
        facts |= {"context": file.context, "file": info}
    return facts


def _elsewhere(wanted: "Spec") -> dict[str, Any]:
    """What is known of a folder of transformers, a repository of the hub, or a server."""
    if wanted.kind == "hub":
        return {"name": wanted.value, "engine": "transformers", "place": "the model hub"}
    if wanted.kind == "server":
        from copydesk.generate.remote.engine import Remote
        from copydesk.generate.remote.site import split_spec

        server = Remote(*split_spec(wanted.value), timeout=5, retries=0)
        facts = {"name": server.name, "engine": "openai", "context": server.context}
        return facts | {"answers": server.server.facts.asked, "server": server.server.engine}
    from copydesk.generate.hf.source import find_source
    from copydesk.generate.identity import weights_hash

    source = find_source(Path(wanted.value))
    return {
        "name": Path(wanted.value).resolve().name,
        "engine": "transformers",
        "path": str(source.adapter or source.weights),
        "base": str(source.weights) if source.adapter else "",
        "architecture": ", ".join(source.config.get("architectures") or ()),
        "context": source.config.get("max_position_embeddings"),
        "sha256": weights_hash(source.adapter or source.weights),
    }


_ABOUT = ("title", "bytes", "sha256", "licence", "languages", "context", "parameters", "notes")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        shown = {k: v for k, v in value.items() if k != "control_tokens" and v != ""}
        return "\n".ljust(17).join(f"{k.replace('_', ' ')}: {_words(v)}" for k, v in shown.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
