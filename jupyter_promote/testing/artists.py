"""Say what is drawn in an axes: lines, points, bars, images, texts. Nothing is rendered."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable
from typing import Any

from jupyter_promote.testing import looks
from jupyter_promote.testing.foreign import attempted, ended
from jupyter_promote.testing.looks import colour

MOST_NUMBERS = 8  # that stand in a description one by one
NOUGHT = 1e-12  # of the largest number: what is smaller is rounding
MOST_ARTISTS = 12  # of one sort in one axes
GOLDEN = 0.6180339887498949  # its multiples spread evenly over the unit interval

_Describe = Callable[[Any], dict[str, Any]]


# Numbers and colours.


def rounded(numbers: Any) -> Any:
    """Return numbers to ten significant digits; of many, the shape, the ends and sums."""
    np: Any = sys.modules["numpy"]
    array = np.ma.asarray(numbers)
    if array.dtype.kind not in "biuf":
        return _texts([str(part) for part in array.ravel().tolist()])
    flat = array.astype(float).filled(float("nan")).ravel()
    largest = np.abs(flat[np.isfinite(flat)]).max(initial=0.0)
    flat[np.abs(flat) < largest * NOUGHT] = 0.0
    plain = [_number(part) for part in flat.tolist()]
    if len(plain) <= MOST_NUMBERS:
        return plain
    ends = {"first": plain[:3], "last": plain[-3:]}
    return {"shape": list(array.shape), **ends, "sums": _sums(flat)}


def _sums(flat: Any) -> list[float | str]:
    """Return sums that tell whether numbers are nearly the same, in the same order.

    Each number has a weight by its place. Positive and negative ones are added up apart, so that
    the sums differ as little as the numbers do; what is no number counts in the third.
    """
    np: Any = sys.modules["numpy"]
    weights = 1 + np.arange(len(flat)) * GOLDEN % 1
    known = np.where(np.isfinite(flat), flat, 0.0)
    parts = (known.clip(min=0), -known.clip(max=0), ~np.isfinite(flat))
    return [_number(float((weights * part).sum())) for part in parts]


def _number(value: float) -> float | str:
    if value != value or value in (float("inf"), float("-inf")):
        return repr(value)
    return float(f"{value:.10g}") + 0.0  # without the sign of zero


def digest(text: str) -> str:
    """Return a short digest."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _texts(texts: list[str]) -> Any:
    if len(texts) <= MOST_NUMBERS:
        return texts
    return {"count": len(texts), "first": texts[:3], "digest": digest(repr(texts))}


def _colours(colours: Any) -> list[str]:
    """Return the colours, each named once where all are the same."""
    found = [colour(each) for each in colours[:200]]
    if len(set(found)) <= 1:
        return found[:1]
    return found if len(found) <= MOST_NUMBERS else [*found[:3], digest(repr(found))]


def _guarded(describe: _Describe) -> _Describe:
    """Return a description that says so where matplotlib can't tell."""

    @functools.wraps(describe)
    def described(part: Any) -> dict[str, Any]:
        found, error = ended(lambda: describe(part))  # units unknown, an artist half made
        told = {"not described": type(error).__name__} if found is None else found
        return {"kind": type(part).__name__, **told}

    return described


# Artists.


def _label(part: Any) -> dict[str, str]:
    """Return the label that somebody gave."""
    label = str(part.get_label())
    return {} if label.startswith("_") or not label else {"label": label}


@_guarded
def _line(line: Any) -> dict[str, Any]:
    x, y = line.get_data(orig=False)
    look = {"style": line.get_linestyle(), "width": _number(line.get_linewidth())}
    marker = str(line.get_marker())
    look |= {} if marker == "None" else {"marker": marker, **looks.of_marker(line)}
    return {
        "x": rounded(x),
        "y": rounded(y),
        "colour": colour(line.get_color()),
        **look,
        **looks.of_artist(line),
        **_label(line),
    }


@_guarded
def _collection(collection: Any) -> dict[str, Any]:
    np: Any = sys.modules["numpy"]
    found: dict[str, Any] = {"offsets": rounded(np.ma.asarray(collection.get_offsets()))}
    paths = collection.get_paths()
    found["paths"] = len(paths)
    if paths:
        found["vertices"] = rounded(np.concatenate([path.vertices for path in paths]))
    if hasattr(collection, "get_sizes"):
        found["sizes"] = rounded(collection.get_sizes())
    found |= looks.of_artist(collection)
    values = collection.get_array()
    if values is not None:
        return {**found, "array": rounded(values), **_mapping(collection), **_label(collection)}
    found["face"] = _colours(collection.get_facecolor())
    return {**found, "edge": _colours(collection.get_edgecolor()), **_label(collection)}


@_guarded
def _patch(patch: Any) -> dict[str, Any]:
    if hasattr(patch, "get_bbox") and hasattr(patch, "get_xy"):
        where = {"box": rounded(patch.get_bbox().bounds)}
    else:
        path = patch.get_path().transformed(patch.get_patch_transform())
        where = {"vertices": rounded(path.vertices)}
    look = {**looks.of_patch(patch), **looks.of_artist(patch)}
    return {**where, "face": colour(patch.get_facecolor()), **look, **_label(patch)}


@_guarded
def _image(image: Any) -> dict[str, Any]:
    values = image.get_array()
    shape = {} if values is None else {"shape": list(values.shape), "array": rounded(values)}
    look = {**looks.of_image(image), **looks.of_artist(image)}
    return {**shape, "extent": rounded(image.get_extent()), **_mapping(image), **look}


def _mapping(part: Any) -> dict[str, Any]:
    limits = [None if limit is None else _number(float(limit)) for limit in part.get_clim()]
    return {"colours": part.get_cmap().name, "colour limits": limits}


@_guarded
def _text(text: Any) -> dict[str, Any]:
    look = {**looks.of_text(text), **looks.of_artist(text)}
    at = [_position(part) for part in text.get_position()]
    return {"text": text.get_text(), "at": at, **look}


def _position(part: Any) -> float | str:
    return _number(float(part)) if isinstance(part, int | float) else str(part)


def _many(describe: _Describe, parts: list[Any]) -> Any:
    """Return the descriptions; of many, the ends, a digest of words and the sums of numbers."""
    found = [describe(part) for part in parts]
    if len(found) <= MOST_ARTISTS:
        return found
    return {"count": len(found), "first": found[:2], "last": found[-1:], **summary(found)}


def summary(descriptions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a digest of the words in descriptions, and sums of their numbers by key."""
    np: Any = sys.modules["numpy"]
    numbers: dict[str, list[float]] = {}
    words = [
        {key: _worded(part, numbers.setdefault(key, [])) for key, part in each.items()}
        for each in descriptions
    ]
    sums = {key: _sums(np.array(of)) for key, of in numbers.items() if of}
    return {"digest": digest(repr(words)), "sums": sums}


def _worded(description: Any, numbers: list[float]) -> Any:
    """Return a description without its numbers, which are added to `numbers`."""
    if isinstance(description, dict):
        return {key: _worded(part, numbers) for key, part in description.items()}
    if isinstance(description, list):
        return [_worded(part, numbers) for part in description]
    if isinstance(description, float):
        numbers.append(description)
        return None
    return description


# Axes.


@_guarded
def axes(ax: Any) -> dict[str, Any]:
    """Return what an axes shows."""
    titles = {place: ax.get_title(loc=place) for place in ("center", "left", "right")}
    look = looks.of_text(ax.title, looks.TITLE_SIZE)
    sorts = {
        "lines": _many(_line, list(ax.lines)),
        "collections": _many(_collection, list(ax.collections)),
        "patches": _many(_patch, list(ax.patches)),
        "images": _many(_image, list(ax.images)),
        "texts": _many(_text, list(ax.texts)),
    }
    return {
        **{f"title, {place}": text for place, text in titles.items() if text},
        **({"title looks": look} if look and any(titles.values()) else {}),
        **{f"{name} axis": _axis(axis) for name, axis in _axes_of(ax)},
        **{name: found for name, found in sorts.items() if found},
        **_legend(ax),
        **looks.of_axes(ax),
        **({} if ax.get_visible() else {"visible": False}),
    }


def _axes_of(ax: Any) -> list[tuple[str, Any]]:
    found = [(name, getattr(ax, f"{name}axis", None)) for name in "xyz"]
    return [(name, axis) for name, axis in found if axis is not None]


@_guarded
def _axis(axis: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"label": axis.get_label_text(), "limits": _limits(axis)}
    scale = axis.get_scale()
    found |= {} if scale == "linear" else {"scale": scale}
    return {**found, **_ticks(axis), **looks.of_axis(axis)}


def _ticks(axis: Any) -> dict[str, Any]:
    """Return where the ticks are and what they say, where the code chose it, not matplotlib."""
    found: dict[str, Any] = {}
    at = attempted(lambda: list(map(float, axis.get_majorticklocs())), otherwise=list[float]())
    if not axis.isDefault_majloc:
        low, high = sorted(axis.get_view_interval())
        found["ticks at"] = rounded([place for place in at if low <= place <= high])
    formatter = axis.get_major_formatter()
    if not axis.isDefault_majfmt or type(formatter).__name__ == "StrCategoryFormatter":
        said = attempted(lambda: list(map(str, formatter.format_ticks(at))), otherwise=list[str]())
        found |= {"ticks": _texts(said)} if any(said) else {}
    if not axis.isDefault_minloc:
        found["minor ticks"] = attempted(lambda: len(axis.get_minorticklocs()), otherwise=0)
    return found


def _limits(axis: Any) -> list[float | str]:
    low, high = getattr(axis.axes, f"get_{axis.axis_name}lim", axis.get_view_interval)()
    return [_number(float(low)), _number(float(high))]


def _legend(ax: Any) -> dict[str, Any]:
    legend = ax.get_legend()
    if legend is None:
        return {}
    title = legend.get_title().get_text()
    texts = legend.get_texts()
    return {
        "legend": _texts([text.get_text() for text in texts]),
        **({"legend title": title} if title else {}),
        **({"legend looks": look} if (look := looks.of_text(texts[0]) if texts else {}) else {}),
        **looks.unlike(legend_frame=(bool(legend.get_frame_on()), True)),
    }


def artist(part: Any) -> dict[str, Any]:
    """Return what a line, a bar or another artist shows, by what it offers to tell."""
    if hasattr(part, "get_clim") and hasattr(part, "get_extent"):
        return _image(part)
    for sign, describe in _SIGNS.items():
        if hasattr(part, sign):
            return describe(part)
    return {"kind": type(part).__name__}


_SIGNS: dict[str, _Describe] = {
    "get_xdata": _line,
    "get_offsets": _collection,
    "get_patch_transform": _patch,
    "get_text": _text,
}
