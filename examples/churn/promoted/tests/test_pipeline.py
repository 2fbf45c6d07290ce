"""Tests of churn.pipeline, from the test cells of churn.ipynb."""

from pathlib import Path

import pytest

from churn.pipeline import charges_per_month, clean, load

NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / ".."


@pytest.fixture(autouse=True)
def in_notebook_folder(monkeypatch):
    """Relative paths in the code mean the folder of the original notebook."""
    monkeypatch.chdir(NOTEBOOK_FOLDER)


def test_cleaned_values():
    """What cell 15 of churn.ipynb asserts."""
    customers = load()
    customers = clean(customers)

    assert set(customers["contract"]) == {"monthly", "one year", "two years"}
    assert customers["support_calls"].min() >= 0


def test_charges_per_month():
    """What cell 19 of churn.ipynb asserts."""

    assert charges_per_month([120.0], [12]).tolist() == [10.0]
    assert charges_per_month([0.0], [0]).tolist() == [0.0]
