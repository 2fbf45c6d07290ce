"""Notebooks that are elsewhere: read and written by papermill's own handlers.

S3 is `s3://`, Google's storage `gs://`, Azure's `abs://` and `adl://`; each needs the library that
papermill names. Who we are is told as these libraries want it: by the environment.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from jupyter_promote.errors import BadPath, DiskProblem

_URL = re.compile(r"(s3|gs|abs|adl)://[^/\s]+/\S")
_FAILURES = (
    ("botocore.exceptions", ("BotoCoreError", "ClientError")),
    ("boto3.exceptions", ("Boto3Error",)),
    ("papermill.exceptions", ("PapermillException", "AwsError", "FileExistsError")),
    ("azure.core.exceptions", ("AzureError",)),
    ("google.auth.exceptions", ("GoogleAuthError",)),
    ("gcsfs.retry", ("HttpError",)),
)


def is_url(place: str) -> bool:
    """Whether `place` names something in a storage that we know."""
    return _URL.match(place) is not None


def url_of(place: Path) -> str:
    """Return the address that was meant by a path, whose slashes are joined; "" for a local one."""
    found = re.sub(r"^(s3|gs|abs|adl):/(?!/)", r"\1://", place.as_posix())
    return found if is_url(found) else ""


def read(url: str) -> str:
    """Return the text at `url`.

    Raises:
        BadPath: the library for it is not installed.
        DiskProblem: it is not there, or can't be reached.
    """
    from papermill.iorw import papermill_io

    return str(_carried_out(url, lambda: papermill_io.read(url)))


def write(text: str, url: str) -> None:
    """Put `text` at `url`, in place of what was there: storages do that whole or not at all.

    Raises:
        BadPath, DiskProblem: as of `read`.
    """
    from papermill.iorw import papermill_io

    _carried_out(url, lambda: papermill_io.write(text, url))


def _carried_out(url: str, work: Callable[[], object]) -> object:
    from papermill.exceptions import PapermillOptionalDependencyException

    try:
        return work()
    except PapermillOptionalDependencyException as error:
        raise BadPath(f"cannot be used: {error}", where=url) from error
    except _failures() as error:
        said = " ".join(str(error).split())
        hint = "check the address, the network, and that you may use it"
        raise DiskProblem(f"cannot be reached: {said}", where=url, hint=hint) from error


def _failures() -> tuple[type[Exception], ...]:
    """Return the errors of those libraries that are loaded, and the system's."""
    loaded = [
        found
        for module, names in _FAILURES
        for name in names
        if isinstance(found := getattr(sys.modules.get(module), name, None), type)
        and issubclass(found, Exception)
    ]
    return (OSError, *loaded)
