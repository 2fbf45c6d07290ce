"""Names for groups that nobody named: from headings, and from what the code does and binds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from jupyter_promote.flow import drawing, effects, looks
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.strings import dotted
from jupyter_promote.promotion import kinds, naming
from jupyter_promote.promotion.cuts import SHORTEST, Stretch

MAX_WORDS = 5
VERBS = frozenset(
    """add adjust aggregate analyse analyze apply assemble backtest bin build calculate calibrate check clean
    cluster collect combine compare compute convert count create cross define derive detect diagnose
    download draw encode engineer estimate evaluate explain explore export extract fetch fill filter find
    fit forecast format generate get group handle impute import inspect interpolate join label list load make
    measure merge model normalise normalize optimise optimize plot predict prepare preprocess process
    rank read reduce remove report resample run sample save scale score search select separate show
    simulate smooth solve sort split standardise standardize summarise summarize test tidy train transform
    tune validate visualise visualize write""".split()
)
NOUNS_TOO = frozenset(
    "cross list model group sample test report process score rank measure".split()
)
SAVERS = (
    "to_csv",
    "to_parquet",
    "to_excel",
    "to_pickle",
    "to_json",
    "savefig",
    "dump",
    "savez",
    "save",
)
AVOIDED = frozenset({"run", "main"})  # names of what the module itself brings


def of_stretch(
    stretch: Stretch, around: Surroundings, wanted: AbstractSet[str], taken: AbstractSet[str]
) -> tuple[str, str]:
    """Return a free name for the function, and what it was taken from.

    `wanted` are the variables that other cells read from it.
    """
    statements = [s for k in stretch.kinds for s in k.cell.statements]
    verb, thing = _action(statements, around, wanted)
    for name, source in _candidates(stretch, verb, thing):
        if name not in taken and name not in AVOIDED and not naming.reserved(name):
            return name, source
    base = f"{verb}_{thing}" if verb and thing else "step"
    used, count = taken | AVOIDED, 2
    if base == "step":
        base, count = "step", stretch.cells[0] + 1
    while f"{base}_{count}" in used:
        count += 1
    return f"{base}_{count}", "what it does, as the plain name is taken"


def _candidates(stretch: Stretch, verb: str, thing: str) -> Iterator[tuple[str, str]]:
    title = _title(stretch.heading)
    first = title.partition("_")[0]
    plotted = all(k.word == "plot" for k in stretch.kinds)
    is_verb = first in VERBS and (first not in NOUNS_TOO or "_" in title)
    does = {"load": "reads data", "split": "splits data", "fit": "fits a model"}.get(verb, "")
    bound = f"it {does}" if does else f"it gives {thing!r}" if verb == "compute" else f"it {verb}s"
    if title and stretch.main:
        if is_verb:
            yield title, "its heading"
        elif not (plotted or verb) or not stretch.heading.rstrip().endswith("?"):
            yield f"{verb or 'do'}_{title}", "its heading"
    if verb and thing:
        yield f"{verb}_{thing}", f"what it does: {bound}"
    if verb in ("split", "load") and not thing:
        yield verb, f"what it does: {bound}"
    if title and not is_verb:
        yield f"{verb or 'do'}_{title}", "its heading"
    if title and is_verb:
        yield title, "its heading"
    if verb and title:
        yield f"{verb}_{title}", "its heading"


def _title(heading: str) -> str:
    """Return the heading as an identifier; "" where it is a question or too long for a name."""
    text = re.sub(r"\$[^$]*\$|<[^>]*>|https?://\S+|\(.*?\)|\[|\]", " ", heading)
    text = re.sub(r"^\s*[\divxIVX]+(\.\d+)*[.):]\s*", "", text)
    text = re.sub(r"['’`]", "", text).strip()
    text = re.split(r"[:;,–—]| - ", text)[0]
    if not text or heading.rstrip().endswith("?"):
        return ""
    plain = text.encode("ascii", "ignore").decode() or text
    words = [w for w in re.findall(r"\w+", plain) if w.lower() not in ("the", "a", "an", "our")]
    if len(words) > MAX_WORDS or sum(len(w) + 1 for w in words) > naming.MAX_LENGTH:
        return ""
    name = naming.identifier(" ".join(words), fallback="")
    return _imperative(name) if name.isidentifier() else ""


def _imperative(title: str) -> str:
    """Return a title that begins with a gerund as a request: `train` for `training`."""
    first, underscore, rest = title.partition("_")
    if not first.endswith("ing"):
        return title
    stem = first[:-3]
    undoubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    verb = next((v for v in (stem, f"{stem}e", undoubled) if v in VERBS), None)
    return title if verb is None else f"{verb}{underscore}{rest}"


def _action(
    statements: Sequence[ast.stmt], around: Surroundings, wanted: AbstractSet[str]
) -> tuple[str, str]:
    """Return what the code mainly does, as a verb, and to what."""
    calls = list(effects.calls(statements))
    last = _main_output(statements, wanted)
    names = {n for s in statements for n in effects.bound_names([s])}
    if any(dotted(c.func).endswith("train_test_split") for c in calls) or _splits(names):
        return "split", ""
    loaded = list(_bound_to(statements, kinds.loads))
    work = [s for s in statements if not (isinstance(s, ast.Expr) and _prints([s]))]
    if loaded and len(work) <= len(loaded) + 6:
        return "load", _plain(next((n for n in loaded if n in wanted), last or loaded[-1]))
    fitted = list(_bound_to(statements, _fits)) or [
        dotted(c.func).rpartition(".")[0] for c in calls if dotted(c.func).endswith(".fit")
    ]
    fitted = [n for n in fitted if n.isidentifier()]
    if fitted:
        return "fit", _plain(next((n for n in fitted if n in wanted), fitted[-1]))
    if not last and drawing.may_draw(statements, around):
        return "plot", _plain(_plotted(statements, around) or _subject(statements, around))
    saved = [c for c in calls if dotted(c.func).rpartition(".")[2] in SAVERS]
    if saved and not last:
        return "save", _plain(dotted(saved[-1].func).partition(".")[0])
    if last:
        return "compute", _plain(last)
    if len(names) > 1 and len(statements) >= SHORTEST:
        return "compute", _plain(_last_bound(statements))
    changed = sorted(effects.mutated(statements, around) - names)
    if changed and not _prints(statements):
        return "prepare", _plain(changed[0])
    return "show", _plain(_subject(statements, around))


def _splits(names: AbstractSet[str]) -> bool:
    stems = {n[: -len("_train")] for n in names if n.endswith("_train")}
    return any(f"{s}_test" in names for s in stems)


def _bound_to(statements: Sequence[ast.stmt], test: Mapping[str, str] | object) -> Iterator[str]:
    assert callable(test)
    for node in statements:
        if isinstance(node, ast.Assign) and any(test(c) for c in effects.calls([node.value])):
            for target in node.targets:
                inner = target.elts if isinstance(target, ast.Tuple) else [target]
                yield from (n.id for n in inner if isinstance(n, ast.Name) and n.id != "_")


def _fits(call: ast.Call) -> bool:
    last = dotted(call.func).rpartition(".")[2]
    return last in ("fit", "fit_predict", "fit_transform") or last.startswith("fit_reg")


def _main_output(statements: Sequence[ast.stmt], wanted: AbstractSet[str]) -> str:
    """Return the variable that others read, bound last; "" where there is none."""
    for statement in reversed(statements):
        found = sorted(n for n in effects.bound_names([statement]) if n in wanted)
        if found:
            return found[-1]
    return ""


def _last_bound(statements: Sequence[ast.stmt]) -> str:
    plain = (s for s in reversed(statements) if isinstance(s, ast.Assign))
    names = (n for s in plain for n in sorted(effects.bound_names([s])) if not n.startswith("_"))
    return next(names, "")


def _subject(statements: Sequence[ast.stmt], around: Surroundings) -> str:
    """Return the variable that the code reads most, but does not bind."""
    bound = effects.bound_names(statements)
    loads: dict[str, int] = {}
    for node in (n for s in statements for n in ast.walk(s)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            known = node.id in bound or node.id in around.modules or node.id in around.functions
            if not known and not looks.is_builtin(node.id):
                loads[node.id] = loads.get(node.id, 0) + 1
    return max(loads, key=lambda n: loads[n], default="")


def _plotted(statements: Sequence[ast.stmt], around: Surroundings) -> str:
    """Return the variable that the code computes, last, in order to draw it; "" where there is none."""
    drawing_ones = [s for s in statements if drawing.may_draw([s], around)]
    read = {
        n.id
        for s in drawing_ones
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    computed = [s for s in statements if isinstance(s, ast.Assign) and s not in drawing_ones]
    shown = [n for s in computed for n in sorted(effects.bound_names([s])) if n in read]
    return shown[-1] if shown else ""


def _prints(statements: Sequence[ast.stmt]) -> bool:
    return any(dotted(c.func) in ("print", "display") for c in effects.calls(statements))


def _plain(name: str) -> str:
    return naming.identifier(name, fallback="") if name else ""
