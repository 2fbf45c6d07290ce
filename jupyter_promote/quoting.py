"""Text in other languages: for each one function, after which its reader gives back the very text.

Whatever comes from a person or a notebook (values, names of files, errors) goes through one of these
where it is put into a file or onto a screen. What a language can't hold is refused or made visible;
each function says which.
"""

from __future__ import annotations

import csv as tables
import io
import re
import shlex
from collections.abc import Iterable
from html import escape

from jupyter_promote.errors import BadParameter

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Of ASCII punctuation what begins something in the middle of a line of Markdown, GitHub's included
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&$!:@^]")
_BEGINS_BLOCK = re.compile(r"^(\d{0,9})([-+=.)])")
_GROOVY = {"\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'"}
# JSON leaves these as they are: control characters of eight bits, ends of lines, turns of direction
_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def python(text: str) -> str:
    """Return a literal of Python."""
    return repr(text)


def toml(text: str) -> str:
    """Return a string of TOML 1.0.

    Raises:
        BadParameter: half of a surrogate pair, which no file in UTF-8 holds.
    """
    return _double_quoted(text, "TOML")


def yaml(text: str) -> str:
    """Return a double-quoted string of YAML 1.1 and 1.2, on one line.

    Raises:
        BadParameter: half of a surrogate pair.
    """
    return _double_quoted(text, "YAML")


def _double_quoted(text: str, language: str) -> str:
    """Return a string in which everything that is not printable is escaped, as JSON would."""
    _refuse_halves(text, language)
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def shell(text: str) -> str:
    """Return a word of a POSIX shell.

    Raises:
        BadParameter: a NUL, which no argument of a program can hold.
    """
    if "\0" in text:
        raise BadParameter(f"{text[:60]!r} holds a NUL, which no command can be given")
    return shlex.quote(text)


def make(line: str) -> str:
    """Return a line of shell as one line of a recipe of make.

    Raises:
        BadParameter: it holds the end of a line, behind which make would read another rule.
    """
    if re.search(r"[\n\r\0]", line):
        raise BadParameter(
            f"{line[:60]!r} holds the end of a line, which a makefile can't",
            hint="give the value in a file: --params FILE",
        )
    return line.replace("$", "$$")


def groovy(text: str) -> str:
    """Return a string of Groovy, on one line and in ASCII, in which nothing is interpolated.

    Raises:
        BadParameter: half of a surrogate pair.
    """
    _refuse_halves(text, "Groovy")
    quoted = "".join(_GROOVY.get(letter, letter) for letter in text)
    # What is not ASCII is written as its UTF-16 units. Groovy reads them before anything else.
    return "'" + re.sub(r"[^ -~]", lambda found: _units(found[0]), quoted) + "'"


def _units(letter: str) -> str:
    raw = letter.encode("utf-16-be")
    return "".join(f"\\u{raw[i]:02x}{raw[i + 1]:02x}" for i in range(0, len(raw), 2))


def jinja(text: str) -> str:
    """Return a template of Jinja that renders as the text, which must not end in a line's end."""
    return re.sub(r"\{[{%#]", r"{{ '\g<0>' }}", text)


def github(text: str) -> str:
    """Return a string of a workflow in which GitHub evaluates no expression."""
    return text.replace("${{", "${{ '${{' }}")


def github_message(text: str) -> str:
    """Return the message of one of GitHub's workflow commands."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """Return the value of a property of one of GitHub's workflow commands."""
    return github_message(text).replace(":", "%3A").replace(",", "%2C")


def html(text: str) -> str:
    """Return text or the value of a quoted attribute of HTML; NUL, which it can't hold, is made visible."""
    return escape(text.replace("\0", "\\x00")).replace("\r", "&#13;")


def xml(text: str) -> str:
    """Return text or the value of a quoted attribute of XML 1.0; what it can't hold becomes `?`."""
    plain = escape(_NOT_XML.sub("?", text))
    return re.sub(r"[\t\n\r]", lambda found: f"&#{ord(found[0])};", plain)


def markdown(text: str) -> str:
    """Return text for a line, a heading or a cell of a table of CommonMark or GitHub's Markdown.

    Ends of lines, and what can't be seen, are made visible.
    """
    plain = _MARKDOWN.sub(r"\\\g<0>", terminal(text).strip())
    return _BEGINS_BLOCK.sub(r"\1\\\2", plain)


def csv(cells: Iterable[object]) -> str:
    """Return a line of a table in CSV that a spreadsheet takes for no formulas, with its end.

    A quote is put before a text that begins like a formula, unless it is a number; NUL, which
    readers don't take, is made visible.
    """
    line = io.StringIO()
    # With this end also cells that hold a carriage return are quoted.
    writer = tables.writer(line, lineterminator="\r\n")
    writer.writerow([_no_formula(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue().removesuffix("\r\n") + "\n"


def _no_formula(text: str) -> str:
    plain = text.replace("\0", "\\x00")
    formula = plain.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    return f"'{plain}" if formula and not _NUMBER.fullmatch(plain) else plain


def json(text: str) -> str:
    """Return JSON that means the same, with nothing in its strings that steers a terminal."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def terminal(text: str) -> str:
    """Return text that neither steers a terminal nor hides in a line: what is not printable is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _refuse_halves(text: str, language: str) -> None:
    if re.search("[\ud800-\udfff]", text):
        raise BadParameter(f"{text[:60]!r} can't be written in {language}: it is no text in UTF-8")
