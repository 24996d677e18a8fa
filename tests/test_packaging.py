"""What a user installs: everything that the rooms hold, under `copydesk`, and nothing beside it."""

import os
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement  # pytest needs it too

ROOT = Path(__file__).parents[1]
ROOMS = ("writer", "slides", "train", "templates")

pytest.importorskip("hatchling", reason="hatchling is not installed: pip install -e .[test]")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel as it is built from a checkout."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


def build_wheel(source: Path, folder: Path) -> ZipFile:
    # Without isolation the builder that is installed is used, and nothing is fetched.
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run([*pip, "--disable-pip-version-check", "-w", str(folder), str(source)])
    (path,) = folder.glob("*.whl")
    return ZipFile(path)


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def contents(wheel: ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if not name.endswith("/")}


def info(wheel: ZipFile, name: str) -> str:
    """A file of the wheel's metadata."""
    (path,) = [path for path in contents(wheel) if path.endswith(f".dist-info/{name}")]
    return wheel.read(path).decode()


def room_files() -> set[str]:
    """What git would take of the rooms, under the names that they are installed by."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *ROOMS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return {f"copydesk/{name}" for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


def test_every_room_is_there_whole(wheel: ZipFile) -> None:
    assert room_files() - contents(wheel) == set()


@pytest.mark.parametrize(
    "name",
    [
        "__main__.py",
        "cli/main.py",
        "generate/catalogue.toml",
        "slides/draw/render.py",
        "templates/forms/article/draft.j2",
        "templates/forms/article/form.toml",
        "templates/masters/desk.pptx",
        "templates/masters/night.pptx",
        "train/__init__.py",
        "writer/draft.py",
    ],
)
def test_what_it_runs_on_is_there(wheel: ZipFile, name: str) -> None:
    assert f"copydesk/{name}" in contents(wheel)


def test_one_top_level_name_is_taken(wheel: ZipFile) -> None:
    """Bare `writer`, `slides`, `train` and `templates` belong to others."""
    names = {name.split("/")[0] for name in contents(wheel)}
    assert {name for name in names if not name.endswith(".dist-info")} == {"copydesk"}


def test_no_tests_and_no_leftovers(wheel: ZipFile) -> None:
    parts = {part for name in contents(wheel) for part in Path(name).parts}
    assert not parts & {"tests", "conftest.py", "benchmarks", "scripts", "demo", "__pycache__"}


def test_the_command_is_copydesk(wheel: ZipFile) -> None:
    points = ConfigParser()
    points.read_string(info(wheel, "entry_points.txt"))
    assert dict(points["console_scripts"]) == {"copydesk": "copydesk.cli.main:run"}


def test_the_heavy_ones_come_only_with_the_extra(wheel: ZipFile) -> None:
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in info(wheel, "METADATA").splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    heavy = ("accelerate", "datasets", "peft", "torch", "transformers", "trl", "numpy")
    assert required
    assert not [line for line in required if line.startswith(heavy)]


def test_licence_and_notice_travel_along(wheel: ZipFile) -> None:
    for name in ("LICENSE", "NOTICE"):
        assert info(wheel, f"licenses/{name}") == (ROOT / name).read_text()


def test_a_source_archive_builds_the_same_wheel(wheel: ZipFile, tmp_path: Path) -> None:
    """Links are no files to an archive: the rooms must come along as what they are."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)])
    (archive,) = tmp_path.glob("*.tar.gz")
    assert contents(build_wheel(archive, tmp_path)) == contents(wheel)


def test_every_dependency_is_pinned() -> None:
    """A name that constraints.txt lacks would be whatever is newest on the day."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions = {pin.name: pin.specifier for pin in pins}
    assert all(str(specifier).startswith("==") for specifier in versions.values())
    for wanted in declared():
        requirement = Requirement(wanted)
        assert requirement.name in versions
        pinned = str(versions[requirement.name]).removeprefix("==")
        assert requirement.specifier.contains(pinned), wanted


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sum(project["optional-dependencies"].values(), project["dependencies"])


# --- the Makefile ---------------------------------------------------------------------------


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run our Makefile in an empty folder, as a person would: not as a child of `make test`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    for name in ("pyproject.toml", "constraints.txt"):
        (folder / name).touch()
    return subprocess.run(
        ["make", "--no-print-directory", "-f", str(ROOT / "Makefile"), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_the_targets(tmp_path: Path) -> None:
    done = make(tmp_path)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "help",
        "demo",
        "test",
        "check",
        "clean",
    ]


@pytest.mark.parametrize(
    ("python", "sentence", "hint"),
    [
        (None, "needs Python 3.11 or newer", "hint: install it"),
        ('case "$*" in -V) echo Python 3.9.2;; *) exit 1;; esac', "is Python 3.9.2.", "hint: name"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "venv module is missing", "python3-venv"),
    ],
    ids=["none", "old", "no venv"],
)
def test_an_unfit_python_is_one_sentence_and_a_hint(
    tmp_path: Path, python: str | None, sentence: str, hint: str
) -> None:
    path = tmp_path / "python"
    if python:
        path.write_text(f"#!/bin/sh\n{python}\n")
        path.chmod(0o755)
    done = make(tmp_path, "demo", f"PYTHON={path}")
    assert done.returncode != 0
    said = done.stderr.splitlines()
    assert sentence in said[0]
    assert hint in said[1]
    assert said[1].startswith("hint: ")
    assert not (tmp_path / ".venv").exists()
