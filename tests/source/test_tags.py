"""Tags become roles; what contradicts itself or is no name is an error; the rest is left alone."""

from __future__ import annotations

import pytest

from jupyter_promote.errors import BadName, BadTag, PromoteError, TooLarge
from jupyter_promote.source import tags
from jupyter_promote.source.tags import Roles


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        pytest.param(["promote:clean"], Roles(promote="clean"), id="a group with a name"),
        pytest.param(["promote"], Roles(promote=""), id="a bare promote"),
        pytest.param(
            ["promote", "promote:clean"],
            Roles(promote="clean"),
            id="the name wins over the bare tag",
        ),
        pytest.param(
            ["promote:clean", "promote:clean"],
            Roles(promote="clean"),
            id="one tag twice is one tag",
        ),
        pytest.param(["promote:_clean"], Roles(promote="_clean"), id="a private name"),
        pytest.param(["promote:größe"], Roles(promote="größe"), id="a name with an umlaut"),
        pytest.param(
            ["promote:ﬁt"], Roles(promote="fit"), id="a ligature becomes the letters Python reads"
        ),
        pytest.param(["promote:match"], Roles(promote="match"), id="a soft keyword is a name"),
        pytest.param(["test"], Roles(test=""), id="a bare test"),
        pytest.param(["test:rates"], Roles(test="rates"), id="a test with a name"),
        pytest.param(["parameters"], Roles(parameters=True), id="parameters"),
        pytest.param(["skip"], Roles(skip=True), id="skip"),
        pytest.param(["results"], Roles(results=True), id="results"),
        pytest.param(
            ["promote", "results"], Roles(promote="", results=True), id="promoted and a result"
        ),
        pytest.param(
            ["promote", "raises-exception"],
            Roles(promote="", raises=True),
            id="promoted and raising",
        ),
        pytest.param(["noqa"], Roles(noqa=frozenset({""})), id="noqa silences all"),
        pytest.param(
            ["noqa:JP101", "noqa:JP301"],
            Roles(noqa=frozenset({"JP101", "JP301"})),
            id="noqa with codes",
        ),
    ],
)
def test_a_tag_is_a_role(given: list[str], roles: Roles) -> None:
    assert tags.parse(given) == roles


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([], id="no tag"),
        pytest.param(["remove-cell", "hide-input"], id="tags of jupyter-book"),
        pytest.param(["block:load", "imports", "functions"], id="tags of Kale"),
        pytest.param(
            ["promoted", "promotes:x", "testing", "skipped"], id="words that only begin alike"
        ),
        pytest.param(["Promote", "SKIP", "promote :x"], id="another case or a space"),
        pytest.param([""], id="the empty tag"),
        pytest.param(["a promote:x"], id="promote inside a tag"),
    ],
)
def test_tags_of_others_are_left_alone(given: list[str]) -> None:
    assert tags.parse(given) == Roles()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param(["promote:"], BadName, id="an empty name"),
        pytest.param(["promote:1st"], BadName, id="a name that begins with a digit"),
        pytest.param(["promote:a b"], BadName, id="a name with a space"),
        pytest.param(["promote: clean"], BadName, id="a name after a space"),
        pytest.param(["promote:class"], BadName, id="a keyword"),
        pytest.param(["promote:None"], BadName, id="None"),
        pytest.param(["promote:a.b"], BadName, id="a dotted name"),
        pytest.param(["promote:../x"], BadName, id="a path"),
        pytest.param(["promote:__init__"], BadName, id="a reserved name"),
        pytest.param(["promote:_"], BadName, id="an underscore alone"),
        pytest.param(["promote:" + "x" * 80], BadName, id="a name of eighty letters"),
        pytest.param(["promote:x\u202ey"], BadName, id="a character that turns the text round"),
        pytest.param(["promote:x\x1b[31m"], BadName, id="a terminal's escape"),
        pytest.param(["promote:a", "promote:b"], BadName, id="two groups"),
        pytest.param(["test:a", "test:b"], BadName, id="two tests"),
        pytest.param(["test:1"], BadName, id="a test with a bad name"),
        pytest.param(["promote", "skip"], BadTag, id="promote and skip"),
        pytest.param(["promote:a", "parameters"], BadTag, id="promote and parameters"),
        pytest.param(["promote:a", "test"], BadTag, id="promote and test"),
        pytest.param([f"t{i}" for i in range(1_001)], TooLarge, id="a thousand and one tags"),
    ],
)
def test_a_mistake_names_its_place(given: list[str], error: type[PromoteError]) -> None:
    with pytest.raises(error) as caught:
        tags.parse(given, where="nb.ipynb, cell 3")
    assert caught.value.where == "nb.ipynb, cell 3"
    assert caught.value.hint
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Promote", "promote"),
        ("promte:clean", "promote:clean"),
        ("promotee", "promote"),
        ("paramters", "parameters"),
        ("parameter", "parameters"),
        ("Skip", "skip"),
        ("raises_exception", "raises-exception"),
        (" promote", "promote"),
    ],
)
def test_a_misspelt_tag_is_recognised(given: str, meant: str) -> None:
    assert tags.near_misses([given]) == [(given, meant)]


@pytest.mark.parametrize(
    "given", ["promote", "promote:prmote", "hide", "tests-of-mine", "production", "", "note"]
)
def test_other_words_are_no_near_misses(given: str) -> None:
    assert tags.near_misses([given]) == []
