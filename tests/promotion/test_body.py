"""Statements are cut out of a cell with their comments; strings are never touched."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.promotion.body import cut, segment


def cut_out(source: str, *keep: int) -> list[str]:
    """Return the pieces of the statements at the positions `keep`, without empty ones."""
    tree = ast.parse(source)
    pieces = cut(source, tree, [tree.body[i] for i in keep])
    return [p.text.strip("\n") for p in pieces if p.text.strip()]


@pytest.mark.parametrize(
    ("source", "keep", "pieces"),
    [
        pytest.param("x = 1\ny = 2", [0, 1], ["x = 1", "y = 2"], id="everything"),
        pytest.param("x = 1\ny = 2", [1], ["y = 2"], id="the second of two"),
        pytest.param("# why\nx = 1", [0], ["# why\nx = 1"], id="a comment above"),
        pytest.param("x = 1  # why", [0], ["x = 1  # why"], id="a comment behind"),
        pytest.param("x = 1\n# the end", [0], ["x = 1", "# the end"], id="a comment at the end"),
        pytest.param(
            "# of x\nx = 1\n# of y\ny = 2", [1], ["# of y\ny = 2"], id="only its own comment"
        ),
        pytest.param(
            "# title\n\n# of x\nx = 1\ny = 2", [1], ["# title", "y = 2"], id="a title stays"
        ),
        pytest.param("a = 1; b = 2; c = 3", [1], ["b = 2"], id="one of a line"),
        pytest.param("a = 1; b = 2", [0, 1], ["a = 1\nb = 2"], id="all of a line"),
        pytest.param("a = 'ö'; b = 'ß'; c = 1", [1], ["b = 'ß'"], id="one of a line with umlauts"),
        pytest.param(
            "@d\n@e(\n  1)\ndef f():\n    pass\nx = 1",
            [0],
            ["@d\n@e(\n  1)\ndef f():\n    pass"],
            id="decorators",
        ),
        pytest.param(
            "x = [\n  1,  # one\n]\ny = 2", [0], ["x = [\n  1,  # one\n]"], id="comments inside"
        ),
        pytest.param(
            "if a:\n    # inside\n    x = 1\n",
            [0],
            ["if a:\n    # inside\n    x = 1"],
            id="a comment in a block",
        ),
        pytest.param("x = 1 + \\\n    2\ny = 3", [0], ["x = 1 + \\\n    2"], id="a continued line"),
        pytest.param("x = 1\ny = 2", [], [], id="nothing"),
    ],
)
def test_statements_keep_their_comments(source: str, keep: list[int], pieces: list[str]) -> None:
    assert cut_out(source, *keep) == pieces


STRINGS = [
    'x = """a\n  b\nc"""',
    "x = '''\n\ttab\n'''",
    'x = f"""{1}\n  {2:>4}\n"""',
    'x = ("a"\n     "b")',
    "x = 'a\\\nb'",
    'x = rb"""a\\\n  b"""',
    'x = f"""{\n1}"""',
    'x = ["""a\n""", """\nb"""]',
    'f = lambda: """a\n  b"""\nx = f()',
    'def f():\n    """Doc\n    string."""\n    return """a\n"""\nx = f()',
    'if True:\n    x = """a\n    b\nc"""',
]


@pytest.mark.parametrize("source", STRINGS)
def test_indenting_changes_no_string(source: str) -> None:
    tree = ast.parse(source)
    body = "\n".join(p.indented(4) for p in cut(source, tree, tree.body))
    function = ast.parse(f"def g():\n{body}\n    return x").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert [ast.dump(s) for s in function.body[:-1]] == [ast.dump(s) for s in tree.body]


LINES = st.sampled_from(
    [
        "x = 1",
        "# note",
        "",
        "a = 1; b = 2",
        'x = """a\n  b\n"""',
        "if x:\n    y = 2\n    # inside\nelse:\n    y = 3",
        "def f(x):\n    return x",
        "@d\nclass A:\n    y = 1",
        "for i in x: y = i",
        "z = [\n1,\n  2]  # end",
        "x  # ö",
        "t = 'ö'; u = 'ß'  # é",
        "x = 1 + \\\n  2",
    ]
)


@given(st.lists(LINES, max_size=8).map("\n".join), st.integers(0, 255))
def test_what_is_kept_is_the_same_code(source: str, chosen: int) -> None:
    tree = ast.parse(source)
    keep = [s for i, s in enumerate(tree.body) if chosen >> i & 1]
    body = "\n".join(p.indented(4) for p in cut(source, tree, keep))
    made = ast.parse(f"def g():\n    pass\n{body}").body[0]
    assert isinstance(made, ast.FunctionDef)
    assert [ast.dump(s) for s in made.body[1:]] == [ast.dump(s) for s in keep]


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_no_comment_is_lost_where_all_is_kept(source: str) -> None:
    tree = ast.parse(source)
    text = "\n".join(p.text for p in cut(source, tree, tree.body))
    if tree.body and ";" not in source:
        assert text.count("#") == source.count("#")


@pytest.mark.parametrize("source", ["x = 1", "ö = 'ß'; y = 2", "(\n'a'\n'b')", "f(1,\n  2)"])
def test_a_segment_is_the_text_of_its_node(source: str) -> None:
    tree = ast.parse(source)
    for node in tree.body:
        assert segment(source.split("\n"), node) == ast.get_source_segment(source, node)
