"""What counts as a statement, and what of it copies keep."""

from __future__ import annotations

import pytest

from jupyter_promote.checks.clones import statements


def of(source: str) -> list[str]:
    return [s.exact for s in statements.of_source(source)]


SAME = {
    "comments and blank lines": ("a = f(b)\nc = a + 1", "a = f(b)  # why\n\n# then\nc = a+1\n"),
    "quotes": ("x = 'a'", 'x = "a"'),
    "a call over several lines": ("x = f(a, b)", "x = f(\n    a,\n    b,\n)"),
    "a line continued by a backslash": ("x = a + b", "x = a + \\\n  b"),
    "a semicolon at the end": ("plt.show()", "plt.show();"),
    "two statements on a line": ("a = 1\nb = 2", "a = 1; b = 2"),
    "indentation": ("if a:\n  b()", "if a:\n        b()"),
    "a line magic above": ("x = 1", "%matplotlib inline\nx = 1"),
    "a magic that times a line": ("x = f(1)", "%time x = f(1)"),
    "a magic that times the cell": ("x = f(1)\ny = 2", "%%time\nx = f(1)\ny = 2"),
    "shell lines and help": ("x = 1", "!ls *.csv\n?x\nx = 1\nx?"),
    "carriage returns": ("a = 1\nb = 2", "a = 1\r\nb = 2\r\n"),
}


@pytest.mark.parametrize("name", SAME)
def test_layout_changes_no_statement(name: str) -> None:
    one, other = SAME[name]
    assert of(one) == of(other) != []


DIFFERENT = {
    "names": ("x = a", "x = b"),
    "literals": ("x = 1", "x = 2"),
    "strings": ("x = 'a b'", "x = 'a'"),
    "operators": ("x = a - b", "x = a + b"),
    "attributes": ("a.head()", "a.tail()"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_a_statement_does_is_kept(name: str) -> None:
    one, other = DIFFERENT[name]
    assert of(one) != of(other)


SHAPES = {
    "names and literals are left out": ("df['a'] = x + 1.5", 'v [ " ] = v + 0'),
    "attributes and called names stay": (
        "y = clean(df.a).mean()",
        "v = clean ( v . a ) . mean ( )",
    ),
    "keywords of a call stay": ("f(axis=n)", "f ( axis = v )"),
    "the name of a function is left out": ("def f(a, b=1):", "def v ( v , v = 0 ) :"),
    "keywords and builtins stay": ("for i in range(n):", "for v in range ( v ) :"),
    "names of other alphabets": ("größe = 名.値", "v = v . 値"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shape_keeps_what_copies_keep(name: str) -> None:
    source, shape = SHAPES[name]
    assert [s.shape for s in statements.of_source(source)] == [shape]


def test_lines_are_those_of_the_source() -> None:
    source = "# title\n\na = 1\n%time b = f(\n    a)\nc = '''x\ny'''\nd = 2"
    found = [(s.first, s.last) for s in statements.of_source(source)]
    assert found == [(3, 3), (4, 5), (6, 7), (8, 8)]


NOTHING = {
    "an empty cell": "",
    "blanks": "  \n\n\t",
    "comments": "# a\n# b",
    "another language": "%%bash\nls -l\necho $HOME",
    "magics": "%load_ext autoreload\n%autoreload 2",
}


@pytest.mark.parametrize("name", NOTHING)
def test_no_statements(name: str) -> None:
    assert of(NOTHING[name]) == []


BROKEN = {
    "a bracket never closed": ("x = f(a,\ndef g():\n    return 1", 3),
    "a string never closed": ("x = 'abc\ny = 2\nz = 3", 3),
    "brackets closed twice": ("x = a)\ny = 2", 2),
    "Python 2": ("print 'a'\nexec 'b'\ny = 2", 3),
    "an unknown character": ("x = a $ b\ny = 2", 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_cells_that_do_not_parse_have_statements(name: str) -> None:
    source, number = BROKEN[name]
    assert len(of(source)) == number


def test_a_triple_quoted_string_may_lack_its_end() -> None:
    assert len(of('x = """abc\ny = 2')) == 1


def test_very_long_lines_are_read() -> None:
    long = "x = [" + ", ".join(map(str, range(50_000))) + "]"
    assert [s.shape.count("0") for s in statements.of_source(long)] == [50_000]
    assert len(of("y = '" + "\\'" * 50_000 + "'\nz = 1")) == 2
