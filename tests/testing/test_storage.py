"""What a recording is on disk, and how it is found, loaded and refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.testing import Recordings
from jupyter_promote.testing.storage import BrokenRecording, laid_out, load, save, size
from jupyter_promote.testing.values import Unstorable
from tests.testing.samples import Order


def test_a_small_value_is_one_readable_file(tmp_path: Path) -> None:
    save(tmp_path / "clean" / "orders", {"numbers": [1, 2.5], "at": (1, "ä")})
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["orders.json"]
    text = (tmp_path / "clean" / "orders.json").read_text(encoding="utf-8")
    assert text == '{"numbers": [1, 2.5], "at": {"$tuple": [1, "ä"]}}\n'


def test_a_frame_is_a_line_for_each_column() -> None:
    stored = {"a": list(range(20)), "b": ["some longer text"] * 3, "c": [["x" * 50], ["y" * 60]]}
    assert laid_out(stored) == "\n".join(
        [
            "{",
            ' "a": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],',
            ' "b": ["some longer text", "some longer text", "some longer text"],',
            ' "c": [',
            f'  ["{"x" * 50}"],',
            f'  ["{"y" * 60}"]',
            " ]",
            "}",
        ]
    )


def test_no_line_of_short_parts_is_long() -> None:
    lines = laid_out({"a": list(range(500))}).splitlines()
    assert max(map(len, lines)) <= 100
    assert json.loads("\n".join(lines)) == {"a": list(range(500))}


def test_the_same_value_gives_the_same_bytes(tmp_path: Path) -> None:
    value = {"x": np.arange(100.0), "y": {"b", "a", "c"}}
    for name in ("one", "two"):
        save(tmp_path / name, value)
    for suffix in (".json", ".npz"):
        one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
        assert one == two
    assert size(tmp_path / "one") == sum(path.stat().st_size for path in tmp_path.glob("one.*"))


def test_sets_are_stored_in_one_order_whatever_the_hashes(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from jupyter_promote.testing.storage import save;"
        "save(pathlib.Path(sys.argv[1]), {'a', 'b', 'c', 'd', 1, None})"
    )
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())}
        subprocess.run([sys.executable, "-c", code, tmp_path / seed], env=environment, check=True)
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()


def test_a_name_with_dots_keeps_them(tmp_path: Path) -> None:
    save(tmp_path / "3-orders.spread", np.arange(70))
    assert {path.name for path in tmp_path.iterdir()} == {
        "3-orders.spread.json",
        "3-orders.spread.npz",
    }
    assert load(tmp_path / "3-orders.spread").sum() == 2415


def test_arrays_of_an_earlier_recording_do_not_stay(tmp_path: Path) -> None:
    save(tmp_path / "x", np.arange(100))
    save(tmp_path / "x", 1)
    assert not (tmp_path / "x.npz").exists()


def test_what_is_refused_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unstorable):
        save(tmp_path / "x", [np.arange(100), object()])
    assert list(tmp_path.iterdir()) == []


def test_what_would_come_back_changed_is_refused(tmp_path: Path) -> None:
    odd = pd.Series([1, 2])
    odd.attrs = {"scale": np.longlong(3)}
    with pytest.raises(Unstorable, match="not come back the same"):
        save(tmp_path / "x", odd)


def test_instances_of_the_promoted_module(tmp_path: Path) -> None:
    save(tmp_path / "x", Order(1), module=Order.__module__)
    assert load(tmp_path / "x") == Order(1)


BROKEN = {
    "it is missing": (None, "is missing"),
    "it is no JSON": ("{", "can't be read"),
    "its kind is unknown": ('{"$pickle": "x"}', "'$pickle' is of no known kind"),
    "its array is gone": ('{"$array": {"dtype": "int64", "stored": "a0"}}', "'a0' is missing"),
}


@pytest.mark.parametrize(("text", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_recording_says_what_to_do(tmp_path: Path, text: str | None, why: str) -> None:
    if text is not None:
        (tmp_path / "x.json").write_text(text)
    with pytest.raises(BrokenRecording) as error:
        load(tmp_path / "x")
    assert why in str(error.value)
    assert str(tmp_path / "x.json") in str(error.value)
    assert str(error.value).endswith("promote the notebook again")


def test_a_pickle_in_the_place_of_arrays_is_not_read(tmp_path: Path) -> None:
    save(tmp_path / "x", np.arange(100))
    np.savez(tmp_path / "x.npz", a0=np.array([object()]))
    with pytest.raises(BrokenRecording, match="can't be read"):
        load(tmp_path / "x")


# Recordings, as a generated test uses them.


@pytest.fixture
def recorded(tmp_path: Path) -> Recordings:
    save(tmp_path / "recordings" / "churn" / "clean" / "orders", {"a": [1]})
    files = tmp_path / "recordings" / "churn" / "files"
    (files / "data").mkdir(parents=True)
    (files / "data" / "x.csv").write_text("a\n1\n")
    return Recordings(str(tmp_path / "test_churn.py"))


def test_a_value_is_loaded_afresh_each_time(recorded: Recordings) -> None:
    recorded("clean/orders")["a"].append(2)
    assert recorded("clean/orders") == {"a": [1]}


def test_files_are_placed_where_a_test_runs(recorded: Recordings, tmp_path: Path) -> None:
    there = tmp_path / "run"
    there.mkdir()
    recorded.place(there)
    recorded.place(there)
    assert (there / "data" / "x.csv").read_text() == "a\n1\n"


@pytest.mark.parametrize("name", ["../x", "clean/../../x", "/etc/passwd", "a\\..\\x", "C:/x", ""])
def test_names_stay_in_the_folder(recorded: Recordings, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a recording"):
        recorded(name)


def test_nothing_but_the_standard_library_is_imported() -> None:
    code = (
        "import sys; import jupyter_promote.testing, jupyter_promote.pinning.literals;"
        "print([m for m in ('numpy', 'pandas', 'matplotlib', 'scipy', 'msgspec', 'pytest')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_plain_values_need_no_numpy(tmp_path: Path) -> None:
    value: Any = {"a": (1, 2.5)}
    code = (
        "import sys, pathlib; sys.modules['numpy'] = None;"
        "from jupyter_promote.testing.storage import save, load;"
        f"p = pathlib.Path({str(tmp_path / 'x')!r}); save(p, {value!r}); print(load(p))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{value!r}\n"
