"""A cell's source as Python: parsed once, guarded, with IPython's own syntax recognised.

Lines that only IPython understands are replaced for the analysis by plain Python with the same
reads and bindings; the person's text itself is never changed here.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 250
KEPT = ("matplotlib", "load_ext", "autoreload", "config", "precision", "reload_ext")
RUNS_CODE = ("time", "prun", "capture", "memit", "mprun", "lprun", "snakeviz", "pyinstrument")
READS_CODE = ("timeit",)
UNRESOLVED = (
    "run",
    "pylab",
    "load",
    "loadpy",
    "store",
    "macro",
    "reset",
    "reset_selective",
    "%python",
)
ENUMERATES = ("who", "whos", "who_ls", "recall", "rerun", "history", "hist", "notebook", "save")


@dataclass(frozen=True, slots=True, kw_only=True)
class Magic:
    """IPython syntax in a cell. `line` is one-based; `whole` is True for a line of its own.

    `kind` is line, cell, shell, help or call; `name` is the magic's name. `text` is no syntax of
    IPython's, but a string that Python itself reads as code: it is treated like one.
    """

    line: int
    kind: str
    name: str
    text: str
    whole: bool

    @property
    def kept(self) -> bool:
        """True where the line may simply stay in the thin notebook."""
        return self.whole and self.kind == "line" and self.name in KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCode:
    """A cell that parses. `tree` is for analysis; `text` is Python with magic lines blanked.

    `quiet` says that a trailing semicolon suppresses the display; `foreign` that a cell magic
    takes the body away from Python.
    """

    text: str
    tree: ast.Module
    magics: tuple[Magic, ...] = ()
    quiet: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCode:
    """A cell that does not parse: why, on which line (one-based), and which Python it `needs`."""

    message: str
    line: int
    limit: bool = False
    needs: str = ""


def parse(source: str) -> CellCode | BadCode:
    """Return the cell's code, or why it is not Python 3 for the running interpreter."""
    plain = _compiled(source)
    if isinstance(plain, ast.Module):
        return CellCode(text=source, tree=plain, quiet=_ends_quiet(source))
    if not _may_hold_magics(source):
        return plain
    return _with_magics(source, plain)


def _compiled(source: str) -> ast.Module | BadCode:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.Module = compile(
                source, "<cell>", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True
            )
            if len(source) > MAX_DEPTH and _too_deep(tree):
                return BadCode(message="the code is nested too deep to analyse", line=1, limit=True)
            compile(tree, "<cell>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        what = "is no valid Python"
        return BadCode(message=f"{what} {version} ({error.msg})", line=error.lineno or 1)
    except (RecursionError, MemoryError, OverflowError):
        return BadCode(message="the code is nested too deep to analyse", line=1, limit=True)
    except ValueError as error:
        return BadCode(message=f"is no valid Python ({error})", line=1)
    return tree


def _too_deep(tree: ast.AST) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _ends_quiet(source: str) -> bool:
    """True where the last token is a semicolon, as IPython decides it."""
    if ";" not in source:
        return False
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in (
                tokenize.COMMENT,
                tokenize.NL,
                tokenize.NEWLINE,
                tokenize.ENDMARKER,
            ):
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        return False
    return last == ";"


def _may_hold_magics(source: str) -> bool:
    return re.search(r"(?m)^\s*[%!?,;/]|\?\s*$|=\s*[%!]", source) is not None


def _with_magics(source: str, plain: BadCode) -> CellCode | BadCode:
    from IPython.core.inputtransformer2 import TransformerManager

    if source.lstrip().startswith("%%"):
        return _cell_magic(source)
    try:
        transformed = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    except (SyntaxError, RecursionError, ValueError):
        return plain
    tree = _compiled(transformed)
    if isinstance(tree, BadCode):
        return plain if tree.line == plain.line else tree
    magics = tuple(_find(tree, source))
    if not magics:
        return plain
    text = _blanked(source, magics)
    bare = _compiled(text) if all(magic.kept for magic in magics) else None
    plain_tree = bare if isinstance(bare, ast.Module) else _plain_python(tree)
    return CellCode(
        text=text,
        tree=plain_tree,
        magics=magics,
        quiet=_ends_quiet(text),
    )


def _cell_magic(source: str) -> CellCode | BadCode:
    stripped = source.lstrip()
    head, _, body = stripped.partition("\n")
    skipped = source[: len(source) - len(stripped)].count("\n")
    name, _, rest = head[2:].strip().partition(" ")
    magic = Magic(line=skipped + 1, kind="cell", name=name, text=head, whole=True)
    if name not in (*RUNS_CODE, *READS_CODE):
        binds = (
            _foreign_names(rest, "o")
            if name in ("R", "octave", "julia")
            else _capture_target(name, rest)
        )
        tree = _names_only(_foreign_names(rest, "i"), binds)
        return CellCode(text="", tree=tree, magics=(magic,), foreign=True, quiet=True)
    inner = parse(body)
    if isinstance(inner, BadCode):
        return BadCode(message=inner.message, line=inner.line + skipped + 1, limit=inner.limit)
    ast.increment_lineno(inner.tree, skipped + 1)
    if name == "capture":
        target = [word for word in rest.split() if word.isidentifier()]
        inner.tree.body[:0] = _names_only([], target[:1]).body
    return CellCode(
        text="\n" * (skipped + 1) + inner.text,
        tree=inner.tree,
        magics=(magic, *inner.magics),
        quiet=inner.quiet,
    )


def _capture_target(name: str, rest: str) -> list[str]:
    found = re.search(r"--out\s+(\w+)", rest)
    return [found[1]] if name in ("bash", "script", "sh", "perl", "ruby") and found else []


def _foreign_names(arguments: str, flag: str) -> list[str]:
    return [
        n
        for group in re.findall(rf"-{flag}\s+([\w,]+)", arguments)
        for n in group.split(",")
        if n.isidentifier()
    ]


def _find(tree: ast.Module, source: str) -> Iterator[Magic]:
    lines = source.split("\n")
    own = {node.value for node in tree.body if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        name = _magic_call(node)
        if name is None or not isinstance(node, ast.Call):
            continue
        text = lines[node.lineno - 1].strip() if node.lineno <= len(lines) else ""
        if "get_ipython" in text:
            yield Magic(line=node.lineno, kind="call", name=name, text=text, whole=False)
            continue
        kind = {"system": "shell", "getoutput": "shell", "run_cell_magic": "cell"}.get(name, "line")
        args = [a.value for a in node.args if isinstance(a, ast.Constant)]
        word = str(args[0]) if args and kind != "shell" else name
        if word in ("pinfo", "pinfo2", "psearch"):
            kind = "help"
        yield Magic(
            line=node.lineno,
            kind=kind,
            name=word,
            text=text,
            whole=node in own and text[:1] in "%!?",
        )
    return


def _magic_call(node: ast.AST) -> str | None:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=name)
        ):
            return name
    return None


def _blanked(source: str, magics: tuple[Magic, ...]) -> str:
    lines = source.split("\n")
    for magic in magics:
        if magic.whole and magic.line <= len(lines):
            lines[magic.line - 1] = ""
    return "\n".join(lines)


class _Plain(ast.NodeTransformer):
    """Replaces calls of magics by plain Python with the same reads and bindings."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        name = _magic_call(node.value)
        if name is None or not isinstance(node.value, ast.Call):
            self.generic_visit(node)
            return node
        words = [
            a.value
            for a in node.value.args
            if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        body = _meaning(name, words)
        for statement in body:
            ast.increment_lineno(ast.fix_missing_locations(statement), node.lineno - 1)
        return body or [ast.copy_location(ast.Pass(), node)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = _magic_call(node)
        if name is None:
            self.generic_visit(node)
            return node
        words = [
            a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        names = sorted(
            {n.id for s in _meaning(name, words) for n in ast.walk(s) if isinstance(n, ast.Name)}
        )
        loads: list[ast.expr] = [ast.Name(id=n, ctx=ast.Load()) for n in names]
        return ast.fix_missing_locations(
            ast.copy_location(ast.Tuple(elts=loads, ctx=ast.Load()), node)
        )


def _plain_python(tree: ast.Module) -> ast.Module:
    plain = _Plain().visit(tree)
    assert isinstance(plain, ast.Module)
    return plain


def _meaning(name: str, words: list[str]) -> list[ast.stmt]:
    """Return plain statements that read and bind what the magic does."""
    if name in ("system", "getoutput"):
        return _names_only(interpolated(words[0] if words else ""), []).body
    magic, argument = (words + ["", ""])[:2]
    if magic in RUNS_CODE + READS_CODE:
        code = re.sub(r"^(-\w+\s*\S*\s+)+", "", argument) if argument.startswith("-") else argument
        tree = _compiled(code)
        if isinstance(tree, ast.Module):
            if magic in READS_CODE:
                bound = {
                    n.id
                    for n in ast.walk(tree)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                }
                loads = {
                    n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id not in bound
                }
                return _names_only(sorted(loads), []).body
            return tree.body
    if magic == "store" and argument.startswith("-r"):
        return _names_only([], [w for w in argument.split()[1:] if w.isidentifier()]).body
    if magic in ("pinfo", "pinfo2", "psearch"):
        return []
    return _names_only(interpolated(argument), []).body


def interpolated(command: str) -> list[str]:
    """Return the names that IPython fills into a shell line: `{expression}` and `$name`."""
    names = re.findall(r"(?<![\\$])\$([A-Za-z_]\w*)", command)
    for inside in re.findall(r"\{([^{}]*)\}", command):
        tree = _compiled(inside.strip())
        if isinstance(tree, ast.Module):
            names += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    return list(dict.fromkeys(names))


def _names_only(reads: list[str], binds: list[str]) -> ast.Module:
    body: list[ast.stmt] = (
        [
            ast.Expr(
                value=ast.Tuple(
                    elts=[ast.Name(id=n, ctx=ast.Load()) for n in reads], ctx=ast.Load()
                )
            )
        ]
        if reads
        else []
    )
    body += [
        ast.Assign(
            targets=[ast.Name(id=n, ctx=ast.Store())],
            value=ast.Call(func=ast.Name(id="object", ctx=ast.Load()), args=[], keywords=[]),
        )
        for n in binds
    ]
    return ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))
