"""Progress on standard error: a bar on a terminal, else one line per stage."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

STAGE_WORDS = {
    "find": "looking for videos",
    "probe": "reading the file",
    "segment": "cutting into segments",
    "understand": "looking at people and movement",
    "thumbnails": "taking pictures",
    "copy": "making a copy browsers can play",
    "embed": "making it searchable",
    "faces": "recognising faces",
    "caption": "writing captions",
    "clothes": "naming clothes",
    "clips": "making the pictures searchable",
    "sample": "drawing the sample shop",
}


class ProgressBar:
    """An ``ingest.Report`` for a person at a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._bar: tqdm[None] | None = None
        self._lively = self._stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def stage(self, title: str, stage: str) -> None:
        """Begin a stage; the one before it is shown as done."""
        self._end()
        label = f"{title}: {STAGE_WORDS.get(stage, stage)}"
        if self._lively:
            self._bar = tqdm(
                total=100,
                desc=label,
                file=self._stream,
                bar_format="{desc} |{bar:24}| {n:3.0f} % {elapsed}",
                leave=True,
            )
        else:
            print(label, file=self._stream, flush=True)

    def progress(self, share: float) -> None:
        if self._bar is not None:
            self._bar.update(max(100 * share - self._bar.n, 0))

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
