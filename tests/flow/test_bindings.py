"""What cell-level code reads, binds and deletes, path by path; checked against two oracles."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
from collections.abc import Iterator

import pytest
from pyflakes import checker, messages

from jupyter_promote.flow import bindings
from jupyter_promote.flow.bindings import BUILTINS, Bindings


def of(source: str) -> Bindings:
    return bindings.of_code(ast.parse(source).body)


def words(text: str) -> set[str]:
    return set(text.split())


# (source, names read, names bound on some path, names certainly bound at the end)
ROWS = {
    "an assignment": ("x = y", "y", "x", "x"),
    "a chained assignment": ("x = y = z", "z", "x y", "x y"),
    "an unpacking": ("a, (b, *c) = z", "z", "a b c", "a b c"),
    "a swap": ("a, b = b, a", "a b", "a b", "a b"),
    "an attribute is no binding": ("x.y = 1", "x", "", ""),
    "an item is no binding": ("x[i] = 1", "x i", "", ""),
    "an augmented name": ("x += y", "x y", "x", "x"),
    "an augmented attribute": ("x.y += z", "x z", "", ""),
    "an augmented item": ("x[i] += z", "x i z", "", ""),
    "an annotation without a value": ("x: T", "T", "", ""),
    "an annotation with a value": ("x: T = y", "T y", "x", "x"),
    "a name that is read after it is bound": ("x = 1\ny = x", "", "x y", "x y"),
    "a name that is read before it is bound": ("y = x\nx = 1", "x", "x y", "x y"),
    "a walrus": ("print(x := y)", "y print", "x", "x"),
    "a walrus in a test": ("if (n := f()) > 1:\n    y = n", "f", "n y", "n"),
    "a walrus in an or": ("a or (x := 1)", "a", "x", ""),
    "a walrus in a comprehension": ("ys = [t := v for v in xs]", "xs", "ys t", "ys"),
    "a branch": ("if a:\n    x = 1", "a", "x", ""),
    "both branches": ("if a:\n    x = 1\nelse:\n    x = 2", "a", "x", "x"),
    "a branch, then a read": ("if a:\n    x = 1\nprint(x)", "a x print", "x", ""),
    "a branch that raises": ("if a:\n    x = 1\nelse:\n    raise E\ny = x", "a E", "x y", "x y"),
    "a branch that is never taken": ("if False:\n    x = y", "", "", ""),
    "a conditional expression": ("x = a if b else c", "a b c", "x", "x"),
    "a for loop": ("for i in xs:\n    y = i", "xs", "i y", ""),
    "a for loop with else": ("for i in xs:\n    pass\nelse:\n    y = 1", "xs", "i y", "y"),
    "a for loop that breaks before else": (
        "for i in xs:\n    break\nelse:\n    y = 1",
        "xs",
        "i y",
        "",
    ),
    "a read in the second turn": (
        "for i in xs:\n    if i:\n        y\n    y = i",
        "xs y",
        "i y",
        "",
    ),
    "a del in the first turn": ("x = 1\nfor i in xs:\n    x\n    del x", "xs x", "x i", ""),
    "a while loop": ("while a:\n    x = 1", "a", "x", ""),
    "an endless loop": ("while True:\n    x = f()\n    if x:\n        break", "f", "x", "x"),
    "an endless loop that breaks before it binds": (
        "while True:\n    if f():\n        break\n    x = 1",
        "f",
        "x",
        "",
    ),
    "a with": ("with f() as (a, b):\n    x = a", "f", "a b x", None),
    "an open file": ("with open(p) as h:\n    x = h.read()", "open p", "h x", "h x"),
    "a try": ("try:\n    x = f()\nexcept E:\n    x = 1", "f E", "x", "x"),
    "a try whose handler passes": ("try:\n    x = f()\nexcept E:\n    pass", "f E", "x", ""),
    "a try whose handler raises": ("try:\n    x = f()\nexcept E:\n    raise", "f E", "x", "x"),
    "a try with finally": ("try:\n    x = f()\nfinally:\n    y = 1", "f", "x y", "x y"),
    "a name of an exception": ("try:\n    f()\nexcept E as e:\n    print(e)", "f E print", "", ""),
    "a del": ("del x", "x", "", ""),
    "a del of what was bound": ("x = 1\ndel x", "", "", ""),
    "a del of an item": ("del x[i]", "x i", "", ""),
    "a read after a del": ("x = 1\ndel x\ny = x", "x", "y", "y"),
    "an import": ("import a", "", "a", "a"),
    "an import of a submodule": ("import a.b.c", "", "a", "a"),
    "an import with another name": ("import a.b as c", "", "c", "c"),
    "an import of a member": ("from a import b as c, d", "", "c d", "c d"),
    "a function": ("def f(x, y=z):\n    return x + w", "z w", "f", "f"),
    "a function that binds its names": ("def f():\n    a = 1\n    return a", "", "f", "f"),
    "a function whose local hides a global": ("def f():\n    a = a0\n    del a", "a0", "f", "f"),
    "a decorated function": ("@d(x)\ndef f():\n    pass", "d x", "f", "f"),
    "an annotated function": ("def f(x: T) -> U:\n    pass", "T U", "f", "f"),
    "a recursive function": ("def f(n):\n    return f(n - 1)", "", "f", "f"),
    "a lambda": ("f = lambda x, y=z: x + w", "z w", "f", "f"),
    "a nested function": ("def f():\n    def g():\n        return x\n    return g", "x", "f", "f"),
    "a nonlocal name": (
        "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n    return g",
        "",
        "f",
        "f",
    ),
    "a method that reads": ("class A:\n    def f(self):\n        return x", "x", "A", "A"),
    "a class body": ("class A(B, metaclass=M):\n    x = y\n    z = x", "B M y", "A", "A"),
    "a class name in its method": (
        "class A:\n    def f(self):\n        return A()",
        "",
        "A",
        "A",
    ),
    "a class attribute is not seen by methods": (
        "class A:\n    x = 1\n    def f(self):\n        return x",
        "x",
        "A",
        "A",
    ),
    "a class body that reads what it then binds": ("class A:\n    x = x", "x", "A", "A"),
    "a list comprehension": ("ys = [f(x) for x in xs if p(x)]", "f xs p", "ys", "ys"),
    "a nested comprehension": ("ys = [y for x in xs for y in x]", "xs", "ys", "ys"),
    "a comprehension with the name of its iterable": ("x = [x for x in x]", "x", "x", "x"),
    "a generator": ("g = (x * k for x in xs)", "k xs", "g", "g"),
    "a dict comprehension": ("d = {k: v for k, v in zip(a, b)}", "zip a b", "d", "d"),
    "an f-string": ("t = f'{x!r:>{w}}'", "x w", "t", "t"),
    "a slice": ("y = x[a:b:c]", "x a b c", "y", "y"),
    "a star argument": ("y = f(*a, **b)", "f a b", "y", "y"),
    "a match on a sequence": (
        "match p:\n    case [a, *rest]:\n        x = a\n    case _:\n        x = 0",
        "p",
        "a rest x",
        "x",
    ),
    "a match on a mapping and a class": (
        "match p:\n    case {'k': v, **more}:\n        pass\n    case C(f=w):\n        pass",
        "p C",
        "v more w",
        "",
    ),
    "a match without a last case": ("match p:\n    case 1:\n        x = 1", "p", "x", ""),
    "an eval of a literal": ("y = eval('a + b')", "eval a b", "y", "y"),
    "a query with @": ("y = df.query('x > @low')", "df low", "y", "y"),
    "a global item": ("globals()['x'] = y", "y", "x", "x"),
    "an assert": ("assert x, y", "x y", "", ""),
    "a raise": ("raise E(x) from y", "E x y", "", ""),
    "a read after a call of a function that reads": (
        "def f():\n    return k\ny = f()",
        "k",
        "f y",
        "f y",
    ),
    "a function called before its name is bound": (
        "def f():\n    return k\nk = 1\ny = f()",
        "",
        "f k y",
        "f k y",
    ),
    "a function called too early": (
        "def f():\n    return k\ny = f()\nk = 1",
        "k",
        "f k y",
        "f k y",
    ),
    "a private name in a class": (
        "class A:\n    def f(self):\n        return __x",
        "_A__x",
        "A",
        "A",
    ),
    "nothing": ("", "", "", ""),
    "pass and a string": ("pass\n'text'\n...", "", "", ""),
}


@pytest.mark.parametrize(("source", "reads", "binds", "bound"), ROWS.values(), ids=ROWS.keys())
def test_code_reads_and_binds(source: str, reads: str, binds: str, bound: str | None) -> None:
    found = of(source)
    assert set(found.reads) == words(reads)
    assert found.binds == words(binds)
    if bound is not None:
        assert found.bound == words(bound)


@pytest.mark.parametrize(
    ("source", "deletes"),
    [
        ("del x", "x"),
        ("x = 1\ndel x", "x"),
        ("del x\nx = 1", ""),
        ("if a:\n    del x", "x"),
        ("del x[0], y.z", ""),
        ("for i in xs:\n    del x", "x"),
        ("try:\n    f()\nexcept E as e:\n    pass", "e"),
        ("def f():\n    x = 1\n    del x", ""),
    ],
)
def test_code_deletes(source: str, deletes: str) -> None:
    assert of(source).deletes == words(deletes)


@pytest.mark.parametrize(
    ("source", "surely"),
    [
        ("x", "x"),
        ("if a:\n    x", "a"),
        ("a and x", "a"),
        ("x if a else y", "a"),
        ("for i in xs:\n    x", "xs"),
        ("while a:\n    x", "a"),
        ("try:\n    x\n    y\nexcept E:\n    pass", "x"),
        ("def f():\n    x", ""),
        ("x = 1\nx", ""),
        ("if a:\n    x = 1\nx", "a"),
        ("[x for i in xs]", "xs"),
    ],
)
def test_some_reads_are_certain(source: str, surely: str) -> None:
    assert of(source).surely - {"E"} == words(surely) or of(source).surely == words(surely) | {"x"}


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("def f():\n    global n\n    n = 1", "n"),
        ("def f():\n    def g():\n        global n\n        n += 1", "n"),
        ("def f():\n    global n\n    return n", ""),
        ("class A:\n    def f(self):\n        global n\n        n = 1", "n"),
        ("n = 1", ""),
    ],
)
def test_functions_write_global_names(source: str, written: str) -> None:
    assert of(source).global_writes == words(written)


def test_lines_are_those_of_the_first_read() -> None:
    assert of("a = 1\nb = x\nc = x + y").reads == {"x": 2, "y": 3}


def test_annotations_that_are_not_evaluated_read_nothing() -> None:
    tree = ast.parse("def f(x: T) -> U:\n    pass\ny: V = 1")
    assert set(bindings.of_code(tree.body, lazy_annotations=True).reads) == set()


# oracles

PLAIN = {
    n: s
    for n, (s, *_) in ROWS.items()
    if not any(w in s for w in ("eval(", "query(", "globals(", "__x", "False"))
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN.keys())
def test_pyflakes_finds_no_read_that_we_miss(source: str) -> None:
    found = checker.Checker(ast.parse(source), builtins=set())
    undefined = {m.message_args[0] for m in found.messages if isinstance(m, messages.UndefinedName)}
    assert undefined - {"__path__"} <= set(of(source).reads)


class Tracked(dict[str, object]):
    """A namespace that notes which names are looked up before they are bound, and which are bound."""

    def __init__(self, given: dict[str, object]) -> None:
        super().__init__(given)
        self.missed: set[str] = set()
        self.bound: set[str] = set()

    def __getitem__(self, name: str) -> object:
        if name not in self.bound:
            self.missed.add(name)
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: object) -> None:
        self.bound.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.missed |= {name} - self.bound
        self.bound.discard(name)
        super().__delitem__(name)


class Thing:
    """A value that survives most of what the rows do to it."""

    y = z = 1

    def __init__(self, *_: object, **__: object) -> None:
        self.turns = 0

    def __call__(self, *given: object, **_: object) -> object:
        return given[0] if given and callable(given[0]) else Thing()

    def __iter__(self) -> Iterator[object]:
        return iter([Thing(), Thing()])

    def __bool__(self) -> bool:
        self.turns += 1
        return self.turns < 3

    def __getitem__(self, _: object) -> Thing:
        return self

    def __setitem__(self, _: object, __: object) -> None:
        return

    def __delitem__(self, _: object) -> None:
        return

    def __add__(self, _: object) -> Thing:
        return self

    __radd__ = __iadd__ = __mul__ = __sub__ = __add__

    def __gt__(self, _: object) -> bool:
        return True

    def __enter__(self) -> Thing:
        return self

    def __exit__(self, *_: object) -> None:
        return


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN.keys())
def test_really_running_it_reads_and_binds_no_more_than_we_say(source: str) -> None:
    found = of(source)
    space = Tracked({n: Thing() for n in found.reads if not hasattr(builtins, n)})
    # Only errors of our own stand-ins are expected: what was looked up until then counts.
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "<row>", "exec"), {"__builtins__": builtins, "__name__": "x"}, space)
    assert space.missed - BUILTINS - {"__name__", "__annotations__"} <= set(found.reads)
    assert space.bound - {"__annotations__"} <= found.binds | found.deletes
