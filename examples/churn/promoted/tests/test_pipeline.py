"""Tests of churn.pipeline: what it does today, right or wrong.

Those of the notebook's test cells come first.
"""

from pathlib import Path

import numpy as np
import pytest
from jupyter_promote.testing import Recordings, assert_same, drawn, outline

from churn import pipeline
from churn.pipeline import charges_per_month, clean, load

NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / ".."


@pytest.fixture
def in_notebook_folder(monkeypatch):
    """Relative paths in the code mean the folder of the original notebook."""
    monkeypatch.chdir(NOTEBOOK_FOLDER)


recorded = Recordings(__file__)


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path, monkeypatch):
    """Each test works in a folder of its own, with the files that functions read."""
    recorded.place(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("in_notebook_folder")
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


@pytest.fixture
def train_result():
    """What `train` gives, made as in the notebook."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")
    return pipeline.train(X_train, y_train, folds=5)


def test_load_as_in_the_notebook(capsys):
    """What `load` does today, as in the notebook."""

    result = pipeline.load(customers_csv="data/customers.csv")

    assert_same(outline(result), recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "1515 rows, 1500 customers\n"


def test_load_without_customers_csv(capsys):
    """What `load` does today, without customers csv."""

    result = pipeline.load()

    assert_same(outline(result), recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "1515 rows, 1500 customers\n"


def test_clean_as_in_the_notebook(capsys):
    """What `clean` does today, as in the notebook."""
    customers = recorded("clean/as_in_the_notebook/customers")

    result = pipeline.clean(customers)

    assert_same(result, recorded("clean/as_in_the_notebook/result"))
    assert (
        capsys.readouterr().out == "12 customers after cleaning, 16.7% of them left\n"
    )
    assert_same(customers, recorded("clean/as_in_the_notebook/customers"))


def test_clean_with_total_charges_from_the_code(capsys):
    """What `clean` does today, with total charges from the code."""
    customers = recorded("clean/with_total_charges_from_the_code/customers")

    result = pipeline.clean(customers)

    assert_same(result, recorded("clean/with_total_charges_from_the_code/result"))
    assert (
        capsys.readouterr().out == "12 customers after cleaning, 16.7% of them left\n"
    )


def test_clean_with_support_calls_missing(capsys):
    """What `clean` does today, with support calls missing."""
    customers = recorded("clean/with_support_calls_missing/customers")

    result = pipeline.clean(customers)

    assert_same(result, recorded("clean/with_support_calls_missing/result"))
    assert (
        capsys.readouterr().out == "12 customers after cleaning, 16.7% of them left\n"
    )


def test_add_features_as_in_the_notebook():
    """What `add_features` does today, as in the notebook."""
    customers = recorded("add_features/as_in_the_notebook/customers")

    pipeline.add_features(customers)

    assert_same(customers, recorded("add_features/as_in_the_notebook/customers_after"))


def test_add_features_with_tenure_months_0():
    """What `add_features` does today, with tenure months 0."""
    customers = recorded("add_features/with_tenure_months_0/customers")

    pipeline.add_features(customers)

    assert_same(
        customers, recorded("add_features/with_tenure_months_0/customers_after")
    )


def test_charges_per_month_as_in_the_notebook():
    """What `charges_per_month` does today, as in the notebook."""
    total = recorded("charges_per_month/as_in_the_notebook/total")
    tenure = recorded("charges_per_month/as_in_the_notebook/tenure")

    result = pipeline.charges_per_month(total, tenure)

    assert_same(
        result,
        np.array(
            [
                24.277058823529412,
                53.16,
                85.125,
                90.7744,
                82.46428571428571,
                79.91,
                79.646,
                65.76,
                55.04888888888889,
                37.19,
                59.93625,
                77.61869565217391,
            ]
        ),
    )
    assert_same(total, recorded("charges_per_month/as_in_the_notebook/total"))
    assert_same(tenure, recorded("charges_per_month/as_in_the_notebook/tenure"))


def test_split_as_in_the_notebook(capsys):
    """What `split` does today, as in the notebook."""
    customers = recorded("add_features/as_in_the_notebook/customers_after")

    result = pipeline.split(customers, seed=7, test_size=0.25)

    assert_same(result, recorded("split/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "9 customers to learn from, 3 to test on\n"
    assert_same(customers, recorded("add_features/as_in_the_notebook/customers_after"))


def test_split_with_defaults(capsys):
    """What `split` does today, with defaults."""
    customers = recorded("add_features/as_in_the_notebook/customers_after")

    result = pipeline.split(customers)

    assert_same(result, recorded("split/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "9 customers to learn from, 3 to test on\n"


def test_split_with_test_size_0_raises_value_error():
    """What `split` does today, with test size 0."""
    customers = recorded("add_features/as_in_the_notebook/customers_after")

    with pytest.raises(ValueError):
        pipeline.split(customers, seed=7, test_size=0.0)


def test_train_as_in_the_notebook(capsys):
    """What `train` does today, as in the notebook."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")

    result = pipeline.train(X_train, y_train, folds=5)

    assert_same(outline(result), recorded("train/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "cross-validated AUC: 0.735 ± 0.202\n"
    assert_same(X_train, recorded("train/as_in_the_notebook/X_train"))
    assert_same(y_train, recorded("train/as_in_the_notebook/y_train"))


def test_train_without_folds(capsys):
    """What `train` does today, without folds."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")

    result = pipeline.train(X_train, y_train)

    assert_same(outline(result), recorded("train/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "cross-validated AUC: 0.735 ± 0.202\n"


def test_evaluate_as_in_the_notebook(train_result, capsys):
    """What `evaluate` does today, as in the notebook."""
    X_test = recorded("evaluate/as_in_the_notebook/X_test")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")

    result = pipeline.evaluate(X_test, train_result[0], y_test, threshold=0.5)

    assert_same(result, recorded("evaluate/as_in_the_notebook/result"))
    assert capsys.readouterr().out == recorded("evaluate/as_in_the_notebook/printed")
    assert_same(X_test, recorded("evaluate/as_in_the_notebook/X_test"))
    assert_same(y_test, recorded("evaluate/as_in_the_notebook/y_test"))


def test_evaluate_without_threshold(train_result, capsys):
    """What `evaluate` does today, without threshold."""
    X_test = recorded("evaluate/as_in_the_notebook/X_test")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")

    result = pipeline.evaluate(X_test, train_result[0], y_test)

    assert_same(result, recorded("evaluate/as_in_the_notebook/result"))
    assert capsys.readouterr().out == recorded("evaluate/as_in_the_notebook/printed")


def test_at_risk_as_in_the_notebook():
    """What `at_risk` does today, as in the notebook."""
    probability = recorded("at_risk/as_in_the_notebook/probability")

    result = pipeline.at_risk(probability, threshold=0.5)

    assert_same(
        result,
        np.array(
            [
                False,
                False,
                False,
                False,
                False,
                False,
                False,
                False,
                False,
                False,
                False,
                False,
            ]
        ),
    )
    assert_same(probability, recorded("at_risk/as_in_the_notebook/probability"))


def test_at_risk_with_probability_at_0_5():
    """What `at_risk` does today, with probability at 0 5."""
    probability = np.array(
        [0.45, 0.5, 0.55, 0.45, 0.5, 0.55, 0.45, 0.5, 0.55, 0.45, 0.5, 0.55]
    )

    result = pipeline.at_risk(probability, threshold=0.5)

    assert_same(
        result,
        np.array(
            [False, True, True, False, True, True, False, True, True, False, True, True]
        ),
    )


def test_plot_roc_as_in_the_notebook():
    """What `plot_roc` does today, as in the notebook."""
    probability = recorded("at_risk/as_in_the_notebook/probability")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")

    with drawn() as figures:
        pipeline.plot_roc(probability, y_test, 0.7760205831903946)

    assert_same(figures, recorded("plot_roc/as_in_the_notebook/figures"))
    assert_same(probability, recorded("at_risk/as_in_the_notebook/probability"))
    assert_same(y_test, recorded("evaluate/as_in_the_notebook/y_test"))


def test_plot_weights_as_in_the_notebook(train_result):
    """What `plot_weights` does today, as in the notebook."""
    X_test = recorded("evaluate/as_in_the_notebook/X_test")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")
    pipeline.evaluate(X_test, train_result[0], y_test, threshold=0.5)

    with drawn() as figures:
        pipeline.plot_weights(train_result[0])

    assert_same(figures, recorded("plot_weights/as_in_the_notebook/figures"))


def test_load_prospects_as_in_the_notebook(capsys):
    """What `load_prospects` does today, as in the notebook."""

    result = pipeline.load_prospects(prospects_csv="data/prospects.csv")

    assert_same(outline(result), recorded("load_prospects/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "242 rows, 240 customers\n"


def test_load_prospects_without_prospects_csv(capsys):
    """What `load_prospects` does today, without prospects csv."""

    result = pipeline.load_prospects()

    assert_same(outline(result), recorded("load_prospects/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "242 rows, 240 customers\n"


def test_clean_prospects_as_in_the_notebook(capsys):
    """What `clean_prospects` does today, as in the notebook."""
    prospects = recorded("clean_prospects/as_in_the_notebook/prospects")

    result = pipeline.clean_prospects(prospects)

    assert_same(result, recorded("clean_prospects/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "12 prospects after cleaning\n"
    assert_same(prospects, recorded("clean_prospects/as_in_the_notebook/prospects"))


def test_clean_prospects_with_monthly_charges_missing(capsys):
    """What `clean_prospects` does today, with monthly charges missing."""
    prospects = recorded("clean_prospects/with_monthly_charges_missing/prospects")

    result = pipeline.clean_prospects(prospects)

    assert_same(result, recorded("clean_prospects/with_monthly_charges_missing/result"))
    assert capsys.readouterr().out == "12 prospects after cleaning\n"


def test_score_as_in_the_notebook(train_result):
    """What `score` does today, as in the notebook."""
    X_test = recorded("evaluate/as_in_the_notebook/X_test")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")
    pipeline.evaluate(X_test, train_result[0], y_test, threshold=0.5)
    pipeline.plot_weights(train_result[0])
    prospects = recorded("score/as_in_the_notebook/prospects")

    result = pipeline.score(train_result[0], prospects, threshold=0.5)

    assert_same(result, recorded("score/as_in_the_notebook/result"))
    assert_same(prospects, recorded("score/as_in_the_notebook/prospects_after"))


def test_score_without_threshold(train_result):
    """What `score` does today, without threshold."""
    X_test = recorded("evaluate/as_in_the_notebook/X_test")
    y_test = recorded("evaluate/as_in_the_notebook/y_test")
    pipeline.evaluate(X_test, train_result[0], y_test, threshold=0.5)
    pipeline.plot_weights(train_result[0])
    prospects = recorded("score/as_in_the_notebook/prospects")

    result = pipeline.score(train_result[0], prospects)

    assert_same(result, recorded("score/as_in_the_notebook/result"))
    assert_same(prospects, recorded("score/as_in_the_notebook/prospects_after"))


def test_run_from_start_to_end(capsys):
    """What `run` does today, from start to end."""

    with drawn() as figures:
        result = pipeline.run()

    assert_same(result, recorded("run/from_start_to_end/result"))
    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))


def test_run_from_start_to_end_with_other_values(capsys):
    """What `run` does today, from start to end with other values."""

    with drawn() as figures:
        result = pipeline.run(seed=9, test_size=0.225, folds=7, threshold=0.45)

    assert_same(
        outline(result), recorded("run/from_start_to_end_with_other_values/result")
    )
    assert capsys.readouterr().out == recorded(
        "run/from_start_to_end_with_other_values/printed"
    )
    assert_same(figures, recorded("run/from_start_to_end_with_other_values/figures"))


def test_main_from_start_to_end(capsys):
    """What `main` does today, from start to end."""

    with drawn() as figures:
        pipeline.main([])

    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))
