"""Describe what numpy, pandas and their like hold. Part of the probe: runs inside the kernel.

A library is asked only if the notebook has imported it; each function returns None for what is
not its own. The whole value counts: shape, labels, types and every element.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any, Protocol

MRO = type.__dict__["__mro__"].__get__  # whatever a metaclass says


class Describer(Protocol):
    """Whoever describes the values inside."""

    def text(self, value: Any, path: tuple[int, ...] = ()) -> str:
        """Return the canonical text of `value`."""

    def joined(self, kind: str, values: Any, path: tuple[int, ...]) -> str:
        """Return the texts of several values as one."""


def isinstance_of(cls: type, bases: tuple[type, ...]) -> bool:
    """Like isinstance, but without asking the object, which may answer for another."""
    return any(base in MRO(cls) for base in bases)


def digest(content: str | bytes) -> str:
    """Return a digest of `content`."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:32]


def numpy_text(describer: Describer, np: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe arrays, scalars and random generators of numpy."""
    cls = type(value)
    if isinstance_of(cls, (np.ndarray,)):
        head = f"{value.dtype} {value.shape} "
        if value.dtype.names:  # field by field: what lies between the fields is chance
            return head + ", ".join(
                describer.text(np.asarray(value[name]), path) for name in value.dtype.names
            )
        if isinstance_of(cls, (np.ma.MaskedArray,)):
            mask = digest(np.ascontiguousarray(np.ma.getmaskarray(value)).tobytes())
            return (
                f"{head}{mask} {digest(value.filled(0).tobytes())}"
                if value.dtype != object
                else None
            )
        if value.dtype.hasobject:
            return head + describer.joined("", np.asarray(value).ravel().tolist(), path)
        return head + digest(np.ascontiguousarray(value).tobytes())
    if isinstance_of(cls, (np.generic,)):
        return repr(value.item()) if value.dtype != object else describer.text(value.item(), path)
    if isinstance_of(cls, (np.dtype,)):
        return str(value)
    if "numpy.random" in sys.modules:
        if isinstance_of(cls, (np.random.RandomState,)):
            return describer.text(value.get_state(legacy=False), path)
        if isinstance_of(cls, (np.random.Generator,)):
            return describer.text(value.bit_generator.state, path)
        if isinstance_of(cls, (np.random.BitGenerator,)):
            return describer.text(value.state, path)
    return None


def pandas_text(describer: Describer, pd: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe frames, series and indexes: shape, labels, types and every value."""
    cls = type(value)
    if not hasattr(pd, "DataFrame"):  # still being imported
        return None
    if isinstance_of(cls, (pd.DataFrame,)):
        columns = [
            f"{describer.text(name, path)}: {values_text(describer, value.iloc[:, at].array, path)}"
            for at, name in enumerate(list(value.columns))
        ]
        index, names = describer.text(value.index, path), describer.text(
            list(value.columns.names), path
        )
        attrs = describer.text(value.attrs, path)
        return f"{value.shape} {index} {names} {attrs} [{', '.join(columns)}]"
    if isinstance_of(cls, (pd.Series,)):
        name, index = describer.text(value.name, path), describer.text(value.index, path)
        return f"{value.shape} {name} {index} {values_text(describer, value.array, path)}"
    if isinstance_of(cls, (pd.MultiIndex,)):
        return f"{describer.text(list(value.names), path)} " + describer.joined(
            "", value.tolist(), path
        )
    if isinstance_of(cls, (pd.Index,)):
        freq = f"{getattr(value, 'freq', None)!r}"
        return (
            f"{describer.text(value.name, path)} {freq} {values_text(describer, value.array, path)}"
        )
    if isinstance_of(cls, (pd.api.extensions.ExtensionArray,)):
        return values_text(describer, value, path)
    return None


def values_text(describer: Describer, values: Any, path: tuple[int, ...]) -> str:
    """Describe the array behind a column."""
    dtype = values.dtype
    head = f"{len(values)} {dtype} "
    if str(dtype) == "category":
        head += f"{describer.text(list(dtype.categories), path)} {dtype.ordered} "
        return head + digest(values.codes.tobytes())
    if (
        getattr(dtype, "kind", "O") in "biufcmM"
        and hasattr(values, "to_numpy")
        and not hasattr(values, "_mask")
    ):
        plain = values.to_numpy()
        if plain.dtype != object:
            return head + digest(plain.tobytes())
    return head + describer.joined("", values.tolist(), path)


def scipy_text(describer: Describer, sparse: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe sparse matrices by what stands where, however they store it."""
    if not hasattr(sparse, "issparse") or not sparse.issparse(value):
        return None
    np = sys.modules["numpy"]
    whole = value.tocoo()
    coords = getattr(whole, "coords", None) or (whole.row, whole.col)  # before scipy 1.13
    order = np.lexsort(tuple(reversed(coords)))
    places = [digest(np.ascontiguousarray(place[order]).tobytes()) for place in coords]
    return f"{value.dtype} {value.shape} {places} {digest(whole.data[order].tobytes())}"


def polars_text(describer: Describer, pl: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe frames and series of polars."""
    cls = type(value)
    if isinstance_of(cls, (pl.DataFrame,)):
        schema = [(name, str(kind)) for name, kind in value.schema.items()]
        return f"{value.shape} {schema} " + ", ".join(
            describer.text(column, path) for column in value
        )
    if isinstance_of(cls, (pl.Series,)):
        return f"{value.name!r} {value.dtype} " + describer.joined("", value.to_list(), path)
    return None


def torch_text(describer: Describer, torch: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe tensors of torch."""
    if isinstance_of(type(value), (torch.Tensor,)) and not value.is_sparse:
        plain = value.detach().cpu()
        return f"{plain.dtype} {tuple(plain.shape)} {digest(repr(plain.tolist()))}"
    return None


def pillow_text(describer: Describer, image: Any, value: Any, path: tuple[int, ...]) -> str | None:
    """Describe images of Pillow."""
    if isinstance_of(type(value), (image.Image,)):
        return f"{value.mode} {value.size} {digest(value.tobytes())}"
    return None


LIBRARIES = {
    "pandas": pandas_text,
    "scipy.sparse": scipy_text,
    "numpy": numpy_text,
    "polars": polars_text,
    "torch": torch_text,
    "PIL.Image": pillow_text,
}
