"""A place where the bot works: library, sandbox and the bot as a process, all of them real."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.people_modals import WAITING
from bot.sandbox.asking import command_payload, run_command, say, show_command_answer
from bot.sandbox.options import SandboxOptions, options_from
from bot.sandbox.pressing import press, submit
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Message, View
from core.config import Config
from db.pool import Database
from pipeline.media import thumbnail_path
from tests.support import REPOSITORY
from tests.support.library import add_video, segments

ALEX, MINA = "U0ALEX", "U0MINA"
STORE, SECURITY, RANDOM, DIRECT = "C0STORE", "C0SECURITY", "C0RANDOM", "D0CLIPOPS"
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKra"
    "rYqMyP/L2u71////m8H////6/+b9//j/wAALCAASACABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEA"
    "AAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJAAAB//2Q=="
)
MOMENTS = (
    (
        "A person in a red jacket walks in from the left",
        "빨간 재킷을 입은 사람이 왼쪽에서 걸어 들어옵니다",
    ),
    (
        "A person in a blue coat stands at the shelf",
        "파란 코트를 입은 사람이 진열대 앞에 서 있습니다",
    ),
)


@dataclass(slots=True)
class Office:
    """``after`` is the sandbox's count when the last thing was asked."""

    config: Config
    database: Database
    sandbox: Sandbox
    process: subprocess.Popen[str]
    after: int = 0
    log: Path = field(default_factory=Path)

    def ask(self, words: str, *, user: str = ALEX, channel: str = STORE) -> None:
        """Type ``/vsearch words`` and wait for the acknowledgement."""
        self.after = self.sandbox.workspace.seq
        line = f"{self.config.slack.command} {words}"
        run_command(self.sandbox.backend, self.sandbox.link, user=user, channel=channel, line=line)

    def ask_elsewhere(self, words: str, *, place: str, user: str = ALEX) -> None:
        """The same as if it was typed in a channel of its own, answered where all can be read."""
        payload = command_payload(
            self.sandbox.backend,
            user=user,
            channel=STORE,
            name=self.config.slack.command,
            text=words,
        )
        answer = self.sandbox.link.send(
            "slash_commands", payload | {"channel_id": f"C0PLACE{place}"}
        )
        show_command_answer(
            self.sandbox.backend,
            answer,
            user=user,
            channel=STORE,
            name=self.config.slack.command,
        )

    def tell(self, text: str, *, user: str = ALEX, channel: str = STORE, **more: Any) -> Message:
        """Type a message."""
        self.after = self.sandbox.workspace.seq
        return say(
            self.sandbox.backend, self.sandbox.link, user=user, channel=channel, text=text, **more
        )

    def push(self, message: Message, label: str, *, number: int = 0, user: str = ALEX) -> None:
        """Press the ``number``-th button of ``message`` with this label."""
        found = [
            (block, element)
            for block, element in _elements(message)
            if element.get("type") == "button" and element["text"]["text"] == label
        ]
        assert len(found) > number, f"no button {label} among {labels(message)}"
        self._press(message, *found[number], user=user)

    def choose(self, message: Message, label: str, *, number: int = 0, user: str = ALEX) -> None:
        """Choose the entry ``label`` in the menu of the ``number``-th hit that has it."""
        found = [
            (block, element, option["value"])
            for block, element in _elements(message)
            for option in element.get("options", ())
            if option["text"]["text"] == label
        ]
        assert len(found) > number, f"no entry {label} in {everything(message)}"
        block, element, value = found[number]
        self._press(message, block, element, user=user, chosen=value)

    def dialog(self, *containing: str, user: str = ALEX) -> View:
        """The dialog on top, once it says all of ``containing``."""

        def find() -> View | None:
            views = self.sandbox.workspace.views(user)
            if not views or views[-1].content["callback_id"] == WAITING:
                return views[-1] if views and containing and _says(views[-1], containing) else None
            return views[-1] if _says(views[-1], containing) else None

        return self.eventually(find)

    def send(self, view: View, *, user: str = ALEX, **given: str) -> dict[str, str]:
        """Submit a dialog with ``given`` in its fields, by block id; a choice by its words."""
        self.after = self.sandbox.workspace.seq
        state = {
            block["block_id"]: {block["element"]["action_id"]: _state(block["element"], given)}
            for block in view.content["blocks"]
            if block["type"] == "input"
        }
        return submit(self.sandbox.backend, self.sandbox.link, user=user, view=view, values=state)

    def fill(self, words: str, *, user: str = ALEX) -> dict[str, str]:
        """Put ``words`` into the first field of the open form and submit it."""
        view = self.eventually(lambda: self.sandbox.workspace.views(user) or None)[-1]
        return self.send(view, user=user, words=words)

    def _press(
        self,
        message: Message,
        block: dict[str, Any],
        element: dict[str, Any],
        *,
        user: str,
        chosen: str | None = None,
    ) -> None:
        self.after = self.sandbox.workspace.seq
        answer = press(
            self.sandbox.backend,
            self.sandbox.link,
            user=user,
            message=message,
            block_id=block["block_id"],
            action_id=element["action_id"],
            chosen=chosen,
        )
        assert answer.error == ""

    def answer(self, *containing: str, user: str = ALEX, pictures: bool = False) -> Message:
        """The newest message since the last request that says all of ``containing``."""

        def find() -> Message | None:
            found = self.sandbox.workspace.messages(person=user, after=self.after)
            fitting = [
                message
                for message in found
                if all(text in everything(message) for text in containing)
                and (not pictures or shown_files(message))
            ]
            return fitting[-1] if fitting else None

        return self.eventually(find)

    def eventually(self, look: Callable[[], Any], timeout_s: float = 20.0) -> Any:
        deadline = time.monotonic() + timeout_s
        while (found := look()) is None:
            if time.monotonic() > deadline:
                seen = [everything(m) for m in self.sandbox.workspace.messages(after=self.after)]
                raise AssertionError(
                    f"not there in time; seen: {seen}; log: {self.log.read_text()}"
                )
            time.sleep(0.02)
        return found

    def settle(self, seconds: float = 0.5) -> list[Message]:
        """Everything said since the last request, once nothing new comes any more."""
        seq = -1
        while seq != self.sandbox.workspace.seq:
            seq = self.sandbox.workspace.seq
            time.sleep(seconds)
        return self.sandbox.workspace.messages(after=self.after)


@contextmanager
def open_office(
    config: Config, folder: Path, *, options: SandboxOptions | None = None, warm: bool = True
) -> Iterator[Office]:
    """Start sandbox and bot on ``config``; the library gets 12 red and a blue moment."""
    assert config.database.url is not None
    database = Database.open(config.database.url, config.database)
    furnish(config, database)
    with Sandbox(options or options_from(config)) as sandbox, run_bot(config, folder) as process:
        office = Office(
            config=config,
            database=database,
            sandbox=sandbox,
            process=process,
            log=folder / "bot.log",
        )
        office.eventually(lambda: sandbox.link.reachable() or None, timeout_s=60)
        if warm and not config.slack.app_token:
            office.eventually(lambda: _search_ready(config) or None, timeout_s=90)
        yield office
    database.close()


def furnish(config: Config, database: Database) -> None:
    """Twelve moments with red, one with blue, and a thumbnail for each."""
    # Too far from one another to be shown as one.
    red = [(i * 5_000, i * 5_000 + 2_000, *MOMENTS[0]) for i in range(12)]
    for title, captions in (("Front door", red), ("Aisle", [(0, 5_000, *MOMENTS[1])])):
        video_id = add_video(database, captions, title=title)
        for segment in segments(database, video_id):
            path = thumbnail_path(config, video_id, segment.thumbnail_ms)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(JPEG)


@contextmanager
def run_bot(config: Config, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """``python -m bot`` with this configuration; terminated at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bot.json"
    path.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    with (folder / "bot.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            cwd=REPOSITORY,
            env={**os.environ, "CLIPOPS_CONFIG": str(path), "OMP_NUM_THREADS": "2"},
            stdout=log,
            stderr=log,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def labels(message: Message) -> list[str]:
    """The buttons of a message."""
    return [
        element["text"]["text"]
        for _, element in _elements(message)
        if element.get("type") == "button"
    ]


def choices(message: Message) -> list[str]:
    """What can be chosen in the menus that are no three dots."""
    return [
        option["text"]["text"]
        for _, element in _elements(message)
        if element.get("type") == "static_select"
        for option in element["options"]
    ]


def entries(message: Message) -> list[list[str]]:
    """The entries of its menus."""
    return [
        [option["text"]["text"] for option in element["options"]]
        for _, element in _elements(message)
        if element.get("type") == "overflow"
    ]


def links(message: Message) -> list[str]:
    """Where its buttons lead."""
    return [element["url"] for _, element in _elements(message) if "url" in element]


def shown_files(message: Message) -> list[str]:
    return [
        block["accessory"]["slack_file"]["id"]
        for block in message.blocks
        if "slack_file" in block.get("accessory", {})
    ]


def _elements(message: Message) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each element that can be pressed, with its block."""
    return [
        (block, element)
        for block in message.blocks
        for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")]))
    ]


def _says(view: View, containing: tuple[str, ...]) -> bool:
    words = json.dumps(view.content, ensure_ascii=False)
    return all(text in words for text in containing)


def _state(element: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """The state of a field as Slack sends it."""
    name = element["action_id"]
    if element["type"] == "plain_text_input":
        value = given.get(name, element.get("initial_value"))
        return {"type": element["type"], "value": value or None}
    wanted = given.get(name)
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": wanted or element.get("initial_date")}
    chosen = element.get("initial_option")
    if wanted is not None:
        words = {one["text"]["text"]: one for one in element["options"]}
        fitting = [one for text, one in words.items() if wanted in text]
        chosen = words.get(wanted) or fitting[0]
    return {"type": element["type"], "selected_option": chosen}


def everything(message: Message) -> str:
    """All words of a message."""
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


def _search_ready(config: Config) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{config.slack.port}/healthz") as response:
        return bool(json.load(response)["search_ready"])
