"""The verb that runs a notebook with two versions of its module, and puts them side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote import running
from jupyter_promote.errors import BadPath
from jupyter_promote.running import How, Pairs
from jupyter_promote.source import files
from jupyter_promote.writing import records

if TYPE_CHECKING:
    from jupyter_promote.runs.alarms import Alarm
    from jupyter_promote.runs.outcome import OnEvent, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The notebook ran with the module as it is, and with that of the challenger.

    `differences` are places in the executed notebooks, in words; `alarms` say how the challenger's
    values leave the champion's.
    """

    champion: Run
    challenger: Run
    differences: tuple[str, ...]
    alarms: tuple[Alarm, ...]


def challenge(
    path: Path,
    other: Path,
    *,
    pairs: Pairs = (),
    folder: Path | None = None,
    how: How = How(),  # noqa: B008  # frozen
    on_event: OnEvent = lambda event: None,
) -> Challenge:
    """Run the thin notebook at `path` with its module, and with the one below the folder `other`.

    `other` is another version of the project: an old checkout, a branch's worktree. Both runs get
    the same parameters, data and folder; the executed notebooks go to `folder`.

    Raises:
        BadPath: the notebook was not promoted, or `other` has no such module.
        PromoteError: as of `run`.
    """
    import nbformat

    from jupyter_promote.runs import alarms, likeness

    home = records.home_of(path)
    if "module" not in home:
        raise BadPath(
            "this is no promoted notebook", where=str(path), hint="name one below notebooks/"
        )
    sources = _sources(other, home["module"])
    target, how = folder or path.parent, replace(how, profile=True)
    champion, challenger = (
        running.run(
            path,
            pairs=pairs,
            output=target / files.fitting(path.stem, f".{name}.ipynb"),
            how=replace(how, import_paths=paths),
            on_event=on_event,
        )
        for name, paths in (("champion", ()), ("challenger", (sources,)))
    )
    nodes = [nbformat.read(run.output, as_version=4) for run in (champion, challenger)]  # type: ignore[no-untyped-call]
    found = sorted(likeness.differences(*nodes))
    return Challenge(
        champion=champion,
        challenger=challenger,
        differences=tuple(likeness.told({place}) for place in found),
        alarms=tuple(alarms.alarms(challenger.profile, [champion.profile])),
    )


def _sources(other: Path, module: str) -> Path:
    """Return the folder below `other` from which `module` is imported."""
    file = Path(*module.split(".")).with_suffix(".py")
    for folder in (other / "src", other):
        if (folder / file).is_file():
            return folder.resolve()
    raise BadPath(
        f"there is no module {module!r}",
        where=str(other),
        hint=f"name a folder that holds src/{file.as_posix()}, another version of the project",
    )
