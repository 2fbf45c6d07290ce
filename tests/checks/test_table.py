"""The table of rules: codes, explanations, choosing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_promote.checks import table
from jupyter_promote.errors import BadParameter


@pytest.mark.parametrize("rule", table.RULES, ids=lambda rule: rule.code)
def test_a_rule_explains_itself(rule: table.Rule) -> None:
    first, _, rest = rule.explanation.partition("\n\n")
    assert re.fullmatch(r"[A-Z].*\.", first, re.DOTALL)
    assert re.search(r"(?m)^Why it matters: .+", rest)
    assert re.search(r"(?m)^Instead: .+", rest)


def test_codes_are_in_order_and_stand_for_one_rule() -> None:
    codes = [rule.code for rule in table.RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"JP[1-4]\d\d", code) for code in codes)


@pytest.mark.parametrize(
    ("select", "ignore", "within", "without"),
    [
        ([], [], "JP301", "JP999"),
        (["JP3"], [], "JP301", "JP401"),
        (["jp3", "JP401"], [], "JP401", "JP402"),
        (["JP3"], ["JP301"], "JP302", "JP301"),
        ([], ["JP4"], "JP301", "JP401"),
    ],
)
def test_rules_are_chosen_by_how_they_begin(
    select: list[str], ignore: list[str], within: str, without: str
) -> None:
    found = table.chosen(select, ignore)
    assert within in found
    assert without not in found


@pytest.mark.parametrize(
    ("wrong", "hint"), [("JP30l", "did you mean JP30"), ("JP9", "JP"), ("E501", "JP"), ("", "JP")]
)
def test_an_unknown_rule_is_a_mistake_with_a_way_out(wrong: str, hint: str) -> None:
    with pytest.raises(BadParameter) as error:
        table.chosen([wrong])
    assert hint in error.value.hint


def test_the_readme_lists_every_rule_with_what_it_finds() -> None:
    rows = [
        f"| `{rule.code}` | {' '.join(rule.explanation.partition(chr(10) * 2)[0].split())} |"
        for rule in table.RULES
    ]
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in text, "write into README.md:\n" + "\n".join(rows)
