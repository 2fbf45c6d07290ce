"""Text comes back as it was from the real reader of each language that it was put into."""

from __future__ import annotations

import ast
import base64
import csv
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import nbformat
import pyte
import pytest
import yaml
from click.testing import CliRunner
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from jupyter_promote import quoting
from jupyter_promote.errors import BadParameter
from jupyter_promote.promotion.prose import docstring
from jupyter_promote.surfaces.cli import main
from tests.texts import hard

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXTS = hard()
NO_NUL = hard(without="\0")


def test_python() -> None:
    assert [ast.literal_eval(quoting.python(text)) for text in TEXTS] == TEXTS


@pytest.mark.parametrize("indent", [0, 4])
def test_a_docstring_is_one_text(indent: int) -> None:
    for text in TEXTS:
        [only] = ast.parse(
            "if 1:\n" * bool(indent) + docstring(text.split("\n"), indent=indent)
        ).body
        only = only.body[0] if isinstance(only, ast.If) else only
        assert isinstance(only, ast.Expr) and isinstance(ast.literal_eval(only.value), str)


def test_toml() -> None:
    lines = "".join(f"x{i} = {quoting.toml(text)}\n" for i, text in enumerate(TEXTS))
    assert [*tomllib.loads(lines).values()] == TEXTS


@pytest.mark.parametrize(
    "read", [yaml.safe_load, YAML(typ="safe", pure=True).load], ids=["1.1", "1.2"]
)
def test_yaml(read: Callable[[str], object]) -> None:
    lines = "".join(f"- {quoting.yaml(text)}\n" for text in TEXTS)
    assert read(lines) == TEXTS


def test_the_shell(tmp_path: Path) -> None:
    line = f"printf '%s\\0' {' '.join(map(quoting.shell, NO_NUL))}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, cwd=tmp_path, check=True)
    assert done.stdout.decode().split("\0")[:-1] == NO_NUL
    assert not [*tmp_path.iterdir()]


def test_make(tmp_path: Path) -> None:
    texts = hard(without="\0\n\r")
    rules = "".join(
        f"t{i}:\n\t@printf '%s' {quoting.make(quoting.shell(text))}; printf '\\0'\n"
        for i, text in enumerate(texts)
    )
    (tmp_path / "makefile").write_text(rules, encoding="utf-8")
    targets = [f"t{i}" for i in range(len(texts))]
    done = subprocess.run(
        ["make", *targets],
        capture_output=True,
        cwd=tmp_path,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.stdout.decode().split("\0")[:-1] == texts
    assert [*tmp_path.iterdir()] == [tmp_path / "makefile"]


@pytest.mark.skipif(shutil.which("groovy") is None, reason="groovy is not installed")
def test_groovy(tmp_path: Path) -> None:
    lines = [f"println {quoting.groovy(text)}.getBytes('UTF-8').encodeBase64()" for text in TEXTS]
    # The code of one method may have 64 kB.
    parts = [lines[i : i + 50] for i in range(0, len(lines), 50)]
    code = "".join(f"def m{i}() {{\n{chr(10).join(part)}\n}}\n" for i, part in enumerate(parts))
    (tmp_path / "x.groovy").write_text(
        code + "".join(f"m{i}()\n" for i in range(len(parts))), encoding="ascii"
    )
    done = subprocess.run(
        ["groovy", "x.groovy"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=java(),
        timeout=300,
    )
    assert [
        base64.b64decode(line).decode() for line in done.stdout.splitlines()
    ] == TEXTS, done.stderr


def java() -> dict[str, str]:
    """Return an environment in which Debian's groovy finds Java."""
    place = Path(shutil.which("java") or "/").resolve()
    return {**os.environ, "JAVA_HOME": os.environ.get("JAVA_HOME") or str(place.parents[1])}


def test_groovy_is_one_line_of_plain_letters() -> None:
    for text in TEXTS:
        literal = quoting.groovy(text)
        assert literal.isascii() and literal.isprintable()
        # Groovy's escapes in single quotes are Python's, but for the units of what is not in the
        # basic plane, which Python keeps as two.
        read = ast.literal_eval(literal).encode("utf-16", "surrogatepass").decode("utf-16")
        assert read == text


def test_jinja() -> None:
    for text in hard(without="\n\r"):
        assert (
            jinja2.Template(quoting.jinja(text) + ".", keep_trailing_newline=True).render()
            == text + "."
        )


def test_expressions_of_github() -> None:
    for text in TEXTS:
        # GitHub evaluates what stands between ${{ and }}: here the literal '${{', nothing else.
        parts = quoting.github(text).split("${{ '${{' }}")
        assert "${{".join(parts) == text and not any("${{" in part for part in parts)


def test_commands_of_github() -> None:
    for text in TEXTS:
        message, value = quoting.github_message(text), quoting.github_property(text)
        assert "\n" not in message + value and "\r" not in message + value
        assert not set(":,") & set(value)
        # as the runner's ActionCommand unescapes them, the percent sign last
        codes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
        for code, letter in codes:
            value = value.replace(code, letter)
            message = message.replace(code, letter) if code not in ("%3A", "%2C") else message
        assert (message, value) == (text, text)


class Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.texts.append("")
        self.attributes += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


def test_html() -> None:
    reader = Reader()
    for text in NO_NUL:
        reader.feed(f'<p title="{quoting.html(text)}">{quoting.html(text)}</p>')
    reader.close()
    assert reader.texts == NO_NUL and reader.attributes == NO_NUL and reader.tags == {"p"}
    assert quoting.html("\0") == "\\x00"


def test_xml() -> None:
    for text in TEXTS:
        there = ElementTree.fromstring(f'<a b="{quoting.xml(text)}">{quoting.xml(text)}</a>')
        held = "".join(
            c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "?" for c in text
        )
        assert (there.text or "", there.get("b")) == (held, held)


def test_markdown() -> None:
    reader = MarkdownIt("gfm-like", {"linkify": False})
    for text in TEXTS:
        shown = quoting.terminal(text).strip()
        for source, tag in (
            (quoting.markdown(text), "p"),
            (f"### {quoting.markdown(text)}", "h3"),
            (f"| x |\n|---|\n| {quoting.markdown(text)} |", "td"),
        ):
            tokens = reader.parse(source)
            if not shown:
                continue
            position = next(i for i, token in enumerate(tokens) if token.tag == tag)
            inline = tokens[position + 1]
            assert {c.type for c in inline.children or []} <= {"text", "text_special"}, (
                text,
                source,
            )
            assert "".join(c.content for c in inline.children or []) == shown, (text, source)


def test_csv() -> None:
    lines = "".join(quoting.csv([text, "x", 1]) for text in TEXTS)
    rows = [*csv.reader(io.StringIO(lines, newline=""), strict=True)]
    held = [text.replace("\0", "\\x00") for text in TEXTS]
    assert len(rows) == len(held)
    for (cell, *rest), text in zip(rows, held, strict=True):
        assert rest == ["x", "1"] and cell in (text, f"'{text}")
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "cell"), [("-1.5e3", "-1.5e3"), ("+1", "+1"), ("-x", "'-x"), ("=1", "'=1")]
)
def test_numbers_are_no_formulas(text: str, cell: str) -> None:
    assert quoting.csv([text]) == f"{cell}\n"


def test_a_terminal() -> None:
    screen = pyte.Screen(400, 3)
    stream = pyte.Stream(screen)
    for text in hard(without="\U0001f600é"):
        screen.reset()
        stream.feed(quoting.terminal(text) + "|")
        assert screen.display[0].rstrip().removesuffix("|") == quoting.terminal(text)
        assert (screen.cursor.y, screen.title) == (0, "")


def test_json_means_the_same_and_steers_nothing() -> None:
    for text in TEXTS:
        written = quoting.json(json.dumps({text: [text]}, ensure_ascii=False))
        assert json.loads(written) == {text: [text]}
        assert not any("\x7f" <= c <= "\x9f" or c < " " for c in written)


STEERING = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e"


@pytest.mark.parametrize(
    "command",
    ["suggest", "explain", "extract --no-run --to made", "check", "check --format github", "run"],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_no_cell_steers_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, as_json: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_PROMOTE_CACHE", "")
    sources = [
        f"# # {STEERING}\nx = 1",
        f"print({STEERING!r})\nprint(y)",
        f"password = 'k9{STEERING}X2y'",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = [f"promote:f{STEERING}"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    verb, *options = command.split()
    if as_json and "--format" not in options:
        options += ["--format", "json"] if verb == "check" else ["--json"]
    done = CliRunner().invoke(main, [verb, "n.ipynb", *options], color=True)
    shown = re.sub(r"\x1b\[\d*m", "", done.output)  # our own colours
    assert shown.strip() and not set(shown) & set("\x1b\x07\x9b\u202e"), done.output


@pytest.mark.parametrize("quote", [quoting.toml, quoting.yaml, quoting.groovy])
def test_half_of_a_pair_is_refused(quote: Callable[[str], str]) -> None:
    with pytest.raises(BadParameter):
        quote("a\ud800")


@pytest.mark.parametrize("text", ["a\nb:\n\ttouch owned", "a\rb", "\0"])
def test_what_a_makefile_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        quoting.make(text)
    with pytest.raises(BadParameter):
        quoting.shell("\0")
