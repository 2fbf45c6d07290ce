"""The one family of errors: a mistake that a person must put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import ClassVar

from jupyter_promote.sensitive import texts


@contextmanager
def undoing(undo: Callable[[BaseException], object]) -> Iterator[None]:
    """Call `undo` with what ends the block before its end, be it Ctrl-C; it is raised all the same."""

    def leave(
        _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is not None:
            undo(error)

    with ExitStack() as stack:
        stack.push(leave)
        yield


class PromoteError(Exception):
    """A mistake that a person can put right: what is wrong, where, and what to do.

    The surfaces show it as one message; it never carries a traceback. Anything that is not a
    `PromoteError` is a bug of ours and keeps its traceback. `detail` is what the message is about,
    in full: several lines. What looks like a secret is masked: messages go to screens and logs.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, what: str, *, where: str = "", hint: str = "", detail: str = "") -> None:
        self.what = texts.masked(what)
        self.where = where
        self.hint = hint
        self.detail = texts.masked(detail)
        super().__init__(self.what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class NotANotebook(PromoteError):
    """The file is not a notebook that can be read."""

    kind = "not-a-notebook"


class BadEncoding(PromoteError):
    """The bytes are not UTF-8."""

    kind = "encoding"


class NotAFile(PromoteError):
    """A folder, pipe, device or broken link stands where a file is wanted."""

    kind = "not-a-file"


class UnsupportedVersion(PromoteError):
    """The notebook's format is too old or too new."""

    kind = "version"


class BadSchema(PromoteError):
    """A required field of the notebook is missing or has the wrong type."""

    kind = "schema"


class NotPython(PromoteError):
    """The notebook's kernel is not Python."""

    kind = "language"


class BadTag(PromoteError):
    """A tag that is not understood, or tags that contradict each other."""

    kind = "tag"


class BadName(PromoteError):
    """A name that is no usable Python name, or that would shadow something."""

    kind = "name"


class BadParameter(PromoteError):
    """A parameter that is missing, undeclared, of the wrong type or not a literal."""

    kind = "parameter"


class TooLarge(PromoteError):
    """The input is too large, too deep, or has too many parts."""

    kind = "limit"


class BadPath(PromoteError):
    """A path outside the root, hidden, or a link that leads outside."""

    kind = "path"


class BadTarget(PromoteError):
    """The target was edited by hand or is not ours to replace."""

    kind = "target"


class DiskProblem(PromoteError):
    """No space, no permission, or the file is busy."""

    kind = "io"


class ChangedMeanwhile(PromoteError):
    """A file changed while it was being read or before it was replaced."""

    kind = "changed"


class RunFailed(PromoteError):
    """A run could not be started or did not finish."""

    kind = "run"
