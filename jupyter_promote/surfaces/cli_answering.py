"""What every command does alike: mistakes become one message, bugs of ours a report."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from jupyter_promote import scratch_folders
from jupyter_promote.errors import PromoteError
from jupyter_promote.sensitive import texts
from jupyter_promote.source import files
from jupyter_promote.surfaces import terminal

MISTAKE, BUG = 2, 3


def answering(command: Callable[..., int]) -> Callable[..., int]:
    """Wrap a command: errors become one message, or one JSON object with `--json`.

    What killed commands have left in the temporary folder is removed first.
    """

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        as_json = bool(options.get("as_json")) or options.get("format_") == "json"
        scratch_folders.sweep()
        try:
            for path in _paths(options.values()):
                files.refuse_unusable(path)
            return command(*args, **options)
        except PromoteError as error:
            terminal.error(
                error.kind, error.what, error.where, error.hint, as_json, detail=error.detail
            )
            return MISTAKE
        except BrokenPipeError:  # who read our output has stopped reading, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except Exception as error:  # the one handler of this surface: a bug of ours
            return _bug(error, as_json=as_json)

    return wrapped


def _paths(values: Iterable[object]) -> Iterator[Path]:
    """Yield the paths among what a command was given."""
    for value in values:
        if isinstance(value, Path):
            yield value
        elif isinstance(value, tuple):
            yield from _paths(value)


def _bug(error: Exception, *, as_json: bool) -> int:
    import tempfile

    with tempfile.NamedTemporaryFile(
        "w", prefix="jupyter-promote-", suffix=".txt", delete=False
    ) as report:
        report.write(texts.masked("".join(traceback.format_exception(error))))
    hint = f"please report it with the file {report.name}"
    terminal.error("bug", f"a bug in jupyter_promote ({type(error).__name__})", "", hint, as_json)
    return BUG
