"""IPython's own syntax is recognised, and stands for Python with the same reads and bindings."""

from __future__ import annotations

import ast

import pytest

from jupyter_promote.flow import bindings
from jupyter_promote.source import magics
from jupyter_promote.source.magics import BadCode, CellCode


def parsed(source: str) -> CellCode:
    found = magics.parse(source)
    assert isinstance(found, CellCode), found
    return found


@pytest.mark.parametrize(
    ("source", "kind", "name", "kept"),
    [
        pytest.param("%matplotlib inline", "line", "matplotlib", True, id="a magic that stays"),
        pytest.param("x = 1\n%load_ext autoreload", "line", "load_ext", True, id="an extension"),
        pytest.param(
            "%config InlineBackend.figure_format = 'svg'", "line", "config", True, id="a setting"
        ),
        pytest.param("%time x = f()", "line", "time", False, id="a timed statement"),
        pytest.param("%timeit f()", "line", "timeit", False, id="a timed loop"),
        pytest.param("!ls", "shell", "system", False, id="a shell line"),
        pytest.param("files = !ls", "shell", "getoutput", False, id="a shell line that binds"),
        pytest.param("x = %who", "line", "who", False, id="a magic that binds"),
        pytest.param("df?", "help", "pinfo", False, id="a help line"),
        pytest.param("?df", "help", "pinfo", False, id="a help line that begins with its sign"),
        pytest.param("df??", "help", "pinfo2", False, id="a help line for the source"),
        pytest.param(
            "if x:\n    %matplotlib inline", "line", "matplotlib", True, id="a magic inside an if"
        ),
        pytest.param("%%time\nx = 1", "cell", "time", False, id="a timed cell"),
        pytest.param(
            "\n%%bash\nls", "cell", "bash", False, id="another language, below an empty line"
        ),
    ],
)
def test_ipython_syntax_is_found(source: str, kind: str, name: str, kept: bool) -> None:
    found = parsed(source).magics
    assert [(m.kind, m.name) for m in found] == [(kind, name)]
    assert found[0].text in source
    assert source.split("\n")[found[0].line - 1].strip().startswith(found[0].text[:2].strip())
    if kind != "line" or "if" not in source:
        assert found[0].kept == kept


@pytest.mark.parametrize(
    "source",
    [
        "x = 5 % 3",
        "text = '''\n%matplotlib inline\n!ls\n'''",
        "x = (5\n     % 3)",
        "a = b if c else d  # ?",
        "print('what?')",
        "# %matplotlib inline\nx = 1",
        "x = a != b",
        "y = f'{x!r}'",
        "",
    ],
)
def test_plain_python_holds_no_magic(source: str) -> None:
    found = parsed(source)
    assert found.magics == ()
    assert found.text == source


@pytest.mark.parametrize(
    ("source", "reads", "binds"),
    [
        ("%time x = f(y)", {"f", "y"}, {"x"}),
        ("%timeit -n 3 f(df)", {"f", "df"}, set()),
        ("files = !ls {folder}/$name", {"folder", "name"}, {"files"}),
        ("!head -n {n} $path", {"n", "path"}, set()),
        ("!echo $$HOME", set(), set()),
        ("%%time\nx = f(y)", {"f", "y"}, {"x"}),
        ("%%capture out\nprint(x)", {"print", "x"}, {"out"}),
        ("%%R -i df -o model\nfit(df)", {"df"}, {"model"}),
        ("%%bash --out listing\nls", set(), {"listing"}),
        ("%matplotlib inline\nx = y", {"y"}, {"x"}),
        ("%store -r model", set(), {"model"}),
        ("df?", set(), set()),
        ("%cd {folder}", {"folder"}, set()),
    ],
)
def test_a_magic_reads_and_binds(source: str, reads: set[str], binds: set[str]) -> None:
    found = bindings.of_code(parsed(source).tree.body)
    assert (set(found.reads) - {"object"}, found.binds - found.deletes) == (reads, binds)


@pytest.mark.parametrize(
    ("source", "quiet"),
    [
        ("x;", True),
        ("x", False),
        ("x;  # comment", True),
        ("x  # comment;", False),
        ("f('a;')", False),
        ("'#;'", False),
        ("f('#');", True),
        ("x;\n", True),
        ("x;\n# last", True),
        ("x; y", False),
    ],
)
def test_a_last_semicolon_hides_the_display(source: str, quiet: bool) -> None:
    assert parsed(source).quiet == quiet


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = = 1", 1),
        ("x = 1\nreturn x", 2),
        ("yield 1", 1),
        ("break", 1),
        ("x = 1\n  y = 2", 2),
        ("def f(:\n    pass", 1),
        ("print 'hello'", 1),
        ("x = 1\nnonlocal x", 2),
        ("%%time\nx = = 1", 2),
        ("%matplotlib inline\nx = = 1", 2),
        ("x = '\0'", 1),
        ("a = 1\nx = 08", 2),
    ],
)
def test_what_is_no_python_names_its_line(source: str, line: int) -> None:
    found = magics.parse(source)
    assert isinstance(found, BadCode)
    assert found.line == line
    assert found.message


@pytest.mark.parametrize(
    "source", ["(" * 400 + ")" * 400, "-" * 3000 + "1", "x" + ".a" * 3000, "[" * 90 + "]" * 90]
)
def test_deep_code_is_no_crash(source: str) -> None:
    assert isinstance(magics.parse(source), BadCode | CellCode)


def test_lines_keep_their_numbers() -> None:
    found = parsed("%matplotlib inline\n\nx = 1\n%time y = 2\nz = 3")
    assert [n.lineno for n in found.tree.body if isinstance(n, ast.Assign)] == [3, 4, 5]
