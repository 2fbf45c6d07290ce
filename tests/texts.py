"""Texts that are hard to put into another language."""

from __future__ import annotations

import random

PIECES = [
    *"abZ09 \t\n\r'\"`$%{}[]()<>\\#&|;:=@!*?~^_-+./,",
    *(
        "\x00",
        "\x01",
        "\x07",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\u202e",
        "é",
        "\U0001f600",
    ),
    *(
        "${{ secrets.A }}",
        "{{ 7*7 }}",
        "{% raw %}",
        "{#",
        "$(touch owned)",
        "`touch owned`",
        "\\u0041",
        "\\n",
        "\r\n",
    ),
    *(
        '"""',
        "'''",
        "%0A",
        "&amp;",
        "]]>",
        "<!--",
        "::error::",
        "</script>",
        "=1+1",
        "\nowned:\n\ttouch owned\n",
        "- ",
    ),
]


def hard(count: int = 300, *, seed: int = 0, without: str = "") -> list[str]:
    """Return texts made of what some language takes for more than text, less those letters."""
    chance = random.Random(seed)
    made = ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) for _ in range(count)]
    for letter in without:
        made = [text.replace(letter, "") for text in made]
    return ["", " ", " leading", "trailing ", "-x", "#x", *made]
