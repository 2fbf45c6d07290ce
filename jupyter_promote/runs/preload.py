"""What a fork-server may import for a notebook, and which notebooks need stock kernels."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Libraries with threads, devices or connections that do not survive a fork; a child may import them.
UNSAFE = frozenset(
    "torch tensorflow jax jaxlib cupy numba_cuda pycuda cudf polars ray dask distributed pyspark "
    "jpype py4j grpc mxnet paddle mpi4py zmq ipyparallel cv2 gevent eventlet twisted PyQt5 PyQt6 "
    "PySide2 PySide6 wx gi tkinter".split()
)
# What speaks with the front end through comms, which a child has not.
FRONT_END = frozenset(
    "ipywidgets widgetsnbextension ipympl anywidget ipyleaflet bqplot ipyvolume pythreejs".split()
)
_MAGICS = ("%%debug", "%gui", "%connect_info", "%qtconsole", "%matplotlib widget")


def reason_for_stock(cells: Sequence[Mapping[str, Any]], language: str, python: bool) -> str:
    """Return why a notebook needs a stock kernel, '' if a forked one will do."""
    if not sys.platform.startswith("linux"):
        return "a fork-server works on Linux only"
    if language != "python" or not python:
        return "the kernel is not IPython's own"
    for source in _sources(cells):
        for word in _MAGICS:
            if word in source:
                return f"it uses {word}"
        for name in sorted(FRONT_END):
            if name in source:
                return f"it uses {name}"
    return ""


def imports(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the import statements that the notebook's cells certainly execute, in order."""
    found: dict[str, None] = {}
    for source in _sources(cells):
        plain = "\n".join(
            "" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n")
        )
        if source.lstrip().startswith("%%"):
            continue
        try:
            body = ast.parse(plain).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for statement in body:
            found.update(dict.fromkeys(_third_party(statement)))
    return [*found]


def _third_party(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Import(names=names):
            for alias in names:
                if _may_be_preloaded(alias.name):
                    yield f"import {alias.name}"
        case ast.ImportFrom(module=str(module), names=names, level=0):
            if _may_be_preloaded(module):
                yield ast.unparse(ast.ImportFrom(module=module, names=names, level=0))


def _may_be_preloaded(module: str) -> bool:
    top = module.partition(".")[0]
    return top not in UNSAFE and top not in sys.stdlib_module_names and top != "jupyter_promote"


def _sources(cells: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for cell in cells:
        if cell.get("cell_type") == "code":
            yield str(cell.get("source", ""))
