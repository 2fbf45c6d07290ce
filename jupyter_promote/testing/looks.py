"""How artists look: said only where it is unlike what matplotlib does on its own."""

from __future__ import annotations

from typing import Any

TEXT_SIZE, TITLE_SIZE = 10.0, 12.0  # points
MARKER_SIZE = 6.0
BLACK, WHITE = "#000000ff", "#ffffffff"
_MARGINS = {"left": 0.125, "right": 0.9, "bottom": 0.11, "top": 0.88, "wspace": 0.2, "hspace": 0.2}
_PLAIN = ("auto", "antialiased", None)


def colour(value: Any) -> str:
    """Return a colour as `#rrggbbaa`."""
    from matplotlib.colors import to_hex

    try:
        return str(to_hex(value, keep_alpha=True))
    except (ValueError, TypeError):
        return str(value)


def unlike(**found: tuple[Any, Any]) -> dict[str, Any]:
    """Return what is unlike the usual, of (what it is, the usual) by name."""
    return {
        name.replace("_", " "): float(is_) if type(is_) is int else is_
        for name, (is_, usual) in found.items()
        if is_ != usual
    }


def of_artist(part: Any) -> dict[str, Any]:
    """Return transparency, order and whether it is seen."""
    alpha = part.get_alpha()
    return unlike(
        alpha=(alpha if alpha is None or isinstance(alpha, int | float) else "several", None),
        order=(float(part.get_zorder()), float(type(part).zorder)),
        visible=(bool(part.get_visible()), True),
    )


def of_text(text: Any, size: float = TEXT_SIZE) -> dict[str, Any]:
    """Return size in points, rotation in degrees, colour and weight of a text."""
    return unlike(
        size=(float(text.get_size()), size),
        rotation=(float(text.get_rotation()), 0.0),
        colour=(colour(text.get_color()), BLACK),
        weight=(str(text.get_weight()), "normal"),
        style=(str(text.get_style()), "normal"),
    )


def of_marker(line: Any) -> dict[str, Any]:
    """Return the size and colours of a line's markers."""
    own = colour(line.get_color())
    return unlike(
        marker_size=(float(line.get_markersize()), MARKER_SIZE),
        marker_face=(colour(line.get_markerfacecolor()), own),
        marker_edge=(colour(line.get_markeredgecolor()), own),
    )


def of_patch(patch: Any) -> dict[str, Any]:
    """Return the edge and filling of a bar, a wedge or the like."""
    return unlike(
        edge=(colour(patch.get_edgecolor()), "#00000000"),
        width=(float(patch.get_linewidth()), 1.0),
        style=(str(patch.get_linestyle()), "solid"),
        hatch=(patch.get_hatch(), None),
        fill=(bool(patch.get_fill()), True),
    )


def of_image(image: Any) -> dict[str, Any]:
    """Return how an image is smoothed, and which end is up."""
    way = image.get_interpolation()
    return unlike(smoothed=(None if way in _PLAIN else way, None), origin=(image.origin, "upper"))


def of_axes(ax: Any) -> dict[str, Any]:
    """Return the frame of an axes, and its place in the figure where it is in no grid."""
    aspect = ax.get_aspect()
    hidden = [str(name) for name, spine in ax.spines.items() if not spine.get_visible()]
    alone = ax.get_subplotspec() is None
    place = [float(part) for part in ax.get_position(original=True).bounds] if alone else None
    return unlike(
        face=(colour(ax.get_facecolor()), WHITE),
        aspect=(float(aspect) if isinstance(aspect, int | float) else str(aspect), "auto"),
        no_spines=(hidden, []),
        place=(place, None),
        elevation=(float(getattr(ax, "elev", 30)), 30.0),
        azimuth=(float(getattr(ax, "azim", -60)), -60.0),
        drawn=(bool(ax.axison), True),
    )


def of_axis(axis: Any) -> dict[str, Any]:
    """Return how labels, ticks and grid lines of an axis look, by its first tick."""
    tick = axis.get_major_ticks(1)[0]
    label, names = of_text(axis.label), of_text(tick.label1)
    return {
        **({"label looks": label} if label and axis.get_label_text() else {}),
        **({"names look": names} if names else {}),
        **unlike(
            grid=(bool(tick.gridline.get_visible()), False),
            names=(bool(tick.label1.get_visible()), True),
            inverted=(bool(axis.get_inverted()), False),
        ),
    }


def of_figure(figure: Any) -> dict[str, Any]:
    """Return the face of a figure, and its margins where no layout was computed."""
    engine = getattr(figure, "get_layout_engine", lambda: None)()
    margins = {} if engine else {n: getattr(figure.subplotpars, n) for n in _MARGINS}
    own = {name: float(is_) for name, is_ in margins.items() if is_ != _MARGINS[name]}
    return {
        **unlike(face=(colour(figure.get_facecolor()), WHITE)),
        **({"margins": own} if own else {}),
    }
