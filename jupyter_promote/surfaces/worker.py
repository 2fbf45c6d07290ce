"""A worker of the server: a process that decodes requests and works out their answers.

The server itself decodes and checks nothing: one long call into C, such as decoding 50 MB or parsing
100,000 lines, would keep all its other users waiting. It sends a worker the root folder and then the
request, and gets back what is told on the way, then `answer`, `mistake` or `bug`. The end of what it
sends means that nobody wants the answer any more.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from jupyter_promote.errors import PromoteError
from jupyter_promote.sensitive import texts
from jupyter_promote.surfaces import frames
from jupyter_promote.surfaces.answers import ANSWERS, Question
from jupyter_promote.surfaces.flagging import Memory
from jupyter_promote.surfaces.jobs import told

LASTING = ("extract",)  # what can be cancelled while it is worked at


def main() -> None:
    """Answer what comes in until the server ends."""
    asking, answering = _pipes()
    memory, send = Memory(), _Sending(answering)
    while (root := frames.read(asking)) is not None:
        asked = frames.read(asking)
        if asked is None:
            return
        word, body = asked
        cancelled = _ended(asking) if word in LASTING else (lambda: False)
        question = Question(
            body=body,
            root=Path(os.fsdecode(root[1])).resolve(),
            memory=memory,
            tell=lambda word, text: send(word, text.encode("utf-8", "replace")),
            cancelled=cancelled,
        )
        send(*_answer(word, question))


class _Sending:
    """Sends frames, each whole, from any thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, word: str, content: bytes) -> None:
        with self._lock:
            frames.write(self._stream, word, content)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return what the server sends and what it reads; nobody else may use them, by print or else."""
    asking, answering = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return os.fdopen(asking, "rb"), os.fdopen(answering, "wb")


def _ended(asking: BinaryIO) -> Callable[[], bool]:
    """Return what says whether the server has ended, or has closed its side."""
    gone = threading.Event()

    def wait() -> None:
        asking.read(1)
        gone.set()

    threading.Thread(target=wait, daemon=True).start()
    return gone.is_set


def _answer(word: str, question: Question) -> tuple[str, bytes]:
    try:
        return "answer", msgspec.json.encode(ANSWERS[word](question))
    except PromoteError as error:
        return "mistake", msgspec.json.encode(told(error))
    except Exception:  # the one handler of this surface: a bug of ours, which the server logs
        return "bug", texts.masked(traceback.format_exc()).encode("utf-8", "replace")


if __name__ == "__main__":
    main()
