"""Files that are no ordinary notebooks: what generators, old programs, broken disks and people leave."""

from __future__ import annotations

import json
import os
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME_MAX = 255  # bytes
META = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
GROW = "def grow(size):\n    return size + 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A file that `put` makes in a folder, returning its path; `content` is its JSON, if it is one.

    What is `usable` must be used by every command; anything else may be refused in plain words.
    """

    name: str
    put: Callable[[Path], Path] = field(repr=False)
    content: Any = field(default=None, repr=False)
    usable: bool = False
    is_slow: bool = False


def code(source: Any, *tags: str, **fields: Any) -> dict[str, Any]:
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": f"c{zlib.crc32(repr(source).encode())}",
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": source,
    }
    return {**cell, **fields}


def words(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "words", "metadata": {}, "source": source}


def book(*cells: Any, **fields: Any) -> dict[str, Any]:
    made = {"cells": [*cells], "metadata": META, "nbformat": 4, "nbformat_minor": 5}
    return {**made, **fields}


def plain() -> dict[str, Any]:
    """Return an ordinary notebook."""
    return book(
        words("# Growth"),
        code("n = 3", "parameters"),
        code(GROW, "promote"),
        code("size = grow(n)\nprint(size)", "promote:enlarge"),
        code("print(size)"),
    )


def without(*path: Any) -> dict[str, Any]:
    """Return the ordinary notebook without what is at `path`."""
    made = json.loads(json.dumps(plain()))
    at = made
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return made  # type: ignore[no-any-return]


def having(value: Any, *path: Any) -> dict[str, Any]:
    """Return the ordinary notebook with `value` at `path`."""
    made = json.loads(json.dumps(plain()))
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return made  # type: ignore[no-any-return]


def all_cells(**fields: Any) -> dict[str, Any]:
    """Return the ordinary notebook with these fields in all code cells; None leaves one out."""
    made = plain()
    for cell in made["cells"][1:]:
        for name, value in fields.items():
            cell[name] = value
            if value is ...:
                del cell[name]
    return made


def contents() -> Iterator[tuple[str, Any, bool]]:
    """Yield notebooks that differ from ordinary ones in their JSON: name, content, whether usable."""
    yield "an ordinary one", plain(), True
    for name in ("metadata", "cells", "nbformat", "nbformat_minor"):
        yield f"no {name}", without(name), False
        yield f"null {name}", having(None, name), False
    for name in ("kernelspec", "language_info"):
        yield f"no {name}", without("metadata", name), True
        yield f"null {name}", having(None, "metadata", name), False
        yield f"{name} a list", having([], "metadata", name), False
    yield "kernelspec without a name", having({}, "metadata", "kernelspec"), True
    yield "kernelspec of numbers", having(
        {"name": 3, "language": 4}, "metadata", "kernelspec"
    ), False
    yield "a kernel nobody has", having("no-such", "metadata", "kernelspec", "name"), False
    yield "a kernel that is a path", having("../../x", "metadata", "kernelspec", "name"), False
    for name in ("metadata", "outputs", "execution_count", "source", "cell_type", "id"):
        yield f"cells without {name}", all_cells(**{name: ...}), False
        yield f"cells with null {name}", all_cells(**{name: None}), False
        yield f"cells with {name} a number", all_cells(**{name: 7}), False
        yield f"cells with {name} a list", all_cells(**{name: []}), False
    yield "null tags", having({"tags": None}, "cells", 3, "metadata"), False
    yield "tags a word", having({"tags": "promote"}, "cells", 3, "metadata"), False
    yield "tags of numbers", having({"tags": [1, None, ["promote"]]}, "cells", 3, "metadata"), False
    yield "an empty tag", having({"tags": ["", "promote"]}, "cells", 3, "metadata"), False
    yield "one id for all", all_cells(id="same"), True
    yield "an empty id", all_cells(id=""), False
    yield "a null cell", book(None, *plain()["cells"]), False
    yield "cells of words", book("x = 1", 3), False
    yield "source line by line", all_cells(source=["n = 3\n", "m = 4"]), True
    yield "source a list of numbers", all_cells(source=[1, None]), False
    yield "an output of no kind", all_cells(outputs=[{"output_type": "hologram"}]), False
    yield "null outputs inside", all_cells(outputs=[None]), False
    yield "no cells at all", book(), False
    yield "empty cells", book(code(""), code("  \n\t", "promote:blank")), False
    yield "only words", book(words("# Nothing else")), False
    yield "no code but magics", book(code("%load_ext autoreload", "promote:load")), False
    yield "nbformat 2", {"nbformat": 2, "metadata": {}, "worksheets": []}, False
    yield "nbformat 3", of_version_3(), True
    yield "nbformat 3 without worksheets", {"nbformat": 3, "metadata": {}}, False
    yield "nbformat 3 with null in it", {**of_version_3(), "worksheets": [None]}, False
    yield "nbformat 4.0", of_version_4_0(), True
    yield "nbformat 4.99", having(99, "nbformat_minor"), True
    yield "nbformat 5", having(5, "nbformat"), False
    for value in (True, "4", 4.0, [4], 10**30):
        yield f"nbformat {value!r}", having(value, "nbformat"), False
        yield f"nbformat_minor {value!r}", having(value, "nbformat_minor"), False
    yield "another language", having(
        {"name": "ir", "language": "R"}, "metadata", "kernelspec"
    ), False
    yield "not JSON's words", "x = 1", False
    yield "a list", [], False
    yield "null", None, False
    yield "a NUL in a cell", book(code("x = 1\0", "promote:a")), False
    yield "a BOM in a cell", book(code("\ufeffx = 1", "promote:a")), False
    yield "half a character", book(code("x = '\ud800'", "promote:a")), False
    yield "half a character in words", book(words("\ud800"), *plain()["cells"][1:]), False
    yield "half a character in an output", with_output({"text/plain": "\ud800"}), False
    yield "half a character in a tag", having(["\ud800"], "cells", 3, "metadata", "tags"), False
    yield "carriage returns", all_cells(source="n = 3\r\nm = 4\rk = 5"), True
    yield "nested deeply", book(code("x = " + "(" * 250 + "1" + ")" * 250, "promote:a")), False
    yield "a long sum", book(code("x = " + "+".join(["1"] * 20_000), "promote:a")), False
    yield "a long chain", book(code("x = a" + ".a" * 3_000, "promote:a")), False
    yield "an output nested deeply", with_output({"application/json": nest(400)}), False
    yield "a large output", with_output({"image/png": "A" * 3_000_000}), True
    yield "many outputs", all_cells(outputs=[stream("x\n")] * 5_000), True
    yield "a long line", book(code("x = '" + "a" * 1_000_000 + "'", "promote:a")), True
    yield "many tags", having(
        [f"t{i}" for i in range(5_000)], "cells", 3, "metadata", "tags"
    ), False


def of_version_3() -> dict[str, Any]:
    cell = {"cell_type": "code", "language": "python", "metadata": {}, "outputs": []}
    cells = [{**cell, "input": GROW, "metadata": {"tags": ["promote"]}}, {**cell, "input": "n = 1"}]
    sheet = {"cells": cells, "metadata": {}}
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [sheet]}


def of_version_4_0() -> dict[str, Any]:
    made = {**plain(), "nbformat_minor": 0}
    for cell in made["cells"]:
        del cell["id"]
    return made


def with_output(data: dict[str, Any]) -> dict[str, Any]:
    return all_cells(outputs=[{"output_type": "display_data", "data": data, "metadata": {}}])


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def nest(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def save(folder: Path, content: Any) -> Path:
    """Return the file in which a notebook was put."""
    return _file("nb.ipynb", _as_json(content))(folder)


def _as_json(content: Any) -> bytes:
    return json.dumps(content, indent=1).encode()


def _file(name: str, raw: bytes | None = None) -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(_as_json(plain()) if raw is None else raw)
        return path

    return put


def _made(make: Callable[[Path], object], name: str = "nb.ipynb") -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        make(folder / name)
        return folder / name

    return put


def _unreadable(path: Path) -> None:
    path.write_bytes(_as_json(plain()))
    path.chmod(0)


def files(seed: int = 7) -> Iterator[Oddity]:
    """Yield files that are odd on the disk; `seed` says where they are cut and damaged."""
    whole, chance = _as_json(plain()), random.Random(seed)
    raw: dict[str, bytes] = {
        "an empty file": b"",
        "blanks": b" \n\t\n",
        "NULs": b"\0" * 64,
        "a NUL inside": whole[:90] + b"\0" + whole[90:],
        "a BOM": b"\xef\xbb\xbf" + whole,
        "UTF-16": whole.decode().encode("utf-16"),
        "Latin-1": json.dumps(book(words("café")), ensure_ascii=False).encode("latin-1"),
        "a notebook twice": whole + b"\n" + whole,
        "a merge conflict": whole[:150] + b"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n" + whole[150:],
        "a login page": b"<!doctype html><title>Sign in</title>",
        "compressed": b"\x1f\x8b\x08\0\0\0\0\0" + whole[:40],
        "a pickle": b"\x80\x04\x95",
        "JSON nested too deep": b"[" * 100_000,
        "a number of 5,000 digits": whole.replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * 5000),
        "NaN": whole.replace(b'"nbformat_minor": 5', b'"nbformat_minor": NaN'),
        "an infinite number": whole.replace(b'"nbformat_minor": 5', b'"nbformat_minor": 1e999'),
    }
    for _ in range(4):
        cut = chance.randrange(1, len(whole) - 1)
        raw[f"cut off at byte {cut}"] = whole[:cut]
        at = chance.randrange(len(whole))
        raw[f"byte {at} damaged"] = whole[:at] + b"\xff" + whole[at + 1 :]
    for name, content in raw.items():
        yield Oddity(name=name, put=_file("nb.ipynb", content))
    yield Oddity(
        name="CRLF", put=_file("nb.ipynb", whole.replace(b"\n", b"\r\n")), content=None, usable=True
    )
    for name, make in {
        "nothing there": lambda path: None,
        "a folder": lambda path: path.mkdir(),
        "a pipe": os.mkfifo,
        "an endless device": lambda path: path.symlink_to("/dev/zero"),
        "a link to nowhere": lambda path: path.symlink_to("nowhere.ipynb"),
        "a link to itself": lambda path: path.symlink_to("nb.ipynb"),
        "no permission": _unreadable,
    }.items():
        yield Oddity(name=name, put=_made(make))
    yield Oddity(
        name="below a file", put=_made(lambda path: path.parent.write_text(""), "f/nb.ipynb")
    )
    names = {
        "a name that is not UTF-8": os.fsdecode(b"caf\xe9.ipynb"),
        "a name of 255 bytes": "n" * (NAME_MAX - 6) + ".ipynb",
        "a name of 252 bytes": "n" * (NAME_MAX - 9) + ".ipynb",
        "a long name in Chinese": "面" * ((NAME_MAX - 6) // 3) + ".ipynb",
        "a name with a newline": "a\nb.ipynb",
        "a name like an option": "-rf.ipynb",
        "a name of dots": "....ipynb",
        "a hidden name": ".nb.ipynb",
        "another ending": "nb.txt",
        "no ending": "nb",
        "a name in capitals": "NB.IPYNB",
        "a name with quotes": "a'b\"c$(x) {y} %s.ipynb",
        "a keyword": "class.ipynb",
        "a module of Python": "json.ipynb",
        "an escape sequence": "a\x1b[2Jb.ipynb",
    }
    for about, name in names.items():
        yield Oddity(name=about, put=_file(name))
    too_long = "n" * 5_000 + ".ipynb"
    yield Oddity(name="a name that no disk takes", put=lambda folder: folder / too_long)


def every(seed: int = 7) -> Iterator[Oddity]:
    """Yield all oddities."""
    for name, content, usable in contents():
        raw = _as_json(content)
        yield Oddity(name=name, put=_file("nb.ipynb", raw), content=content, usable=usable)
    yield from files(seed)
