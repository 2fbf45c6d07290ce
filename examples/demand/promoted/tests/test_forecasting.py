"""Tests of demand.forecasting: what it does today, right or wrong.

Those of the notebook's test cells come first.
"""

import pandas as pd
import pytest
from jupyter_promote.testing import Recordings, assert_same, drawn, outline

from demand import forecasting
from demand.forecasting import Score, make_features

recorded = Recordings(__file__)


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path, monkeypatch):
    """Each test works in a folder of its own, with the files that functions read."""
    recorded.place(tmp_path)
    monkeypatch.chdir(tmp_path)


def test_make_features():
    """What cell 13 of demand.ipynb asserts."""

    months = pd.date_range("2020-01-01", periods=16, freq="MS")
    table = make_features(pd.Series(range(16), index=months, dtype=float))
    assert len(table) == 3
    assert table["lag_12"].tolist() == [1.0, 2.0, 3.0]


@pytest.fixture
def train_result():
    """What `train` gives, made as in the notebook."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")
    return forecasting.train(X_train, y_train, alpha=1.0)


def test_load_as_in_the_notebook(capsys):
    """What `load` does today, as in the notebook."""

    result = forecasting.load(
        series_csv="data/electrical_equipment.csv", first_month="2001-01-01"
    )

    assert_same(outline(result), recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "185 months, January 2001 to May 2016\n"


def test_load_with_defaults(capsys):
    """What `load` does today, with defaults."""

    result = forecasting.load()

    assert_same(outline(result), recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "185 months, January 2001 to May 2016\n"


def test_plot_series_as_in_the_notebook():
    """What `plot_series` does today, as in the notebook."""
    series = recorded("plot_series/as_in_the_notebook/series")

    with drawn() as figures:
        forecasting.plot_series(series)

    assert_same(figures, recorded("plot_series/as_in_the_notebook/figures"))
    assert_same(series, recorded("plot_series/as_in_the_notebook/series"))


def test_make_features_as_in_the_notebook():
    """What `make_features` does today, as in the notebook."""
    values = pd.Series(
        [
            0.0,
            1.0,
            2.0,
            3.0,
            4.0,
            5.0,
            6.0,
            7.0,
            8.0,
            9.0,
            10.0,
            11.0,
            12.0,
            13.0,
            14.0,
            15.0,
        ],
        index=pd.date_range("2020-01-01", periods=16, freq="MS"),
    )

    result = forecasting.make_features(values)

    assert_same(result, recorded("make_features/as_in_the_notebook/result"))
    assert_same(
        values,
        pd.Series(
            [
                0.0,
                1.0,
                2.0,
                3.0,
                4.0,
                5.0,
                6.0,
                7.0,
                8.0,
                9.0,
                10.0,
                11.0,
                12.0,
                13.0,
                14.0,
                15.0,
            ],
            index=pd.date_range("2020-01-01", periods=16, freq="MS"),
        ),
    )


def test_build_features_as_in_the_notebook():
    """What `build_features` does today, as in the notebook."""
    series = recorded("plot_series/as_in_the_notebook/series")

    result = forecasting.build_features(series)

    assert_same(result, recorded("build_features/as_in_the_notebook/result"))
    assert_same(series, recorded("plot_series/as_in_the_notebook/series"))


def test_split_as_in_the_notebook(capsys):
    """What `split` does today, as in the notebook."""
    features = recorded("split/as_in_the_notebook/features")
    target = recorded("split/as_in_the_notebook/target")

    result = forecasting.split(features, target, test_months=24)

    assert_same(result, recorded("split/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "train to 2002-07, test from 2002-08\n"
    assert_same(features, recorded("split/as_in_the_notebook/features"))
    assert_same(target, recorded("split/as_in_the_notebook/target"))


def test_split_without_test_months(capsys):
    """What `split` does today, without test months."""
    features = recorded("split/as_in_the_notebook/features")
    target = recorded("split/as_in_the_notebook/target")

    result = forecasting.split(features, target)

    assert_same(result, recorded("split/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "train to 2002-07, test from 2002-08\n"


def test_score_baseline_as_in_the_notebook(capsys):
    """What `score_baseline` does today, as in the notebook."""
    X_test = recorded("score_baseline/as_in_the_notebook/X_test")
    y_test = recorded("score_baseline/as_in_the_notebook/y_test")

    result = forecasting.score_baseline(X_test, y_test)

    assert_same(result, recorded("score_baseline/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "same month last year: MAE 2.42, MAPE 2.5%\n"
    assert_same(X_test, recorded("score_baseline/as_in_the_notebook/X_test"))
    assert_same(y_test, recorded("score_baseline/as_in_the_notebook/y_test"))


def test_score_baseline_with_one_row(capsys):
    """What `score_baseline` does today, with one row."""
    X_test = recorded("score_baseline/with_one_row/X_test")
    y_test = pd.Series(
        [104.7],
        index=pd.date_range("2014-06-01", periods=1, freq="MS", name="month"),
        name="turnover_index",
    )

    result = forecasting.score_baseline(X_test, y_test)

    assert_same(
        result,
        (
            pd.Series(
                [105.7],
                index=pd.date_range("2014-06-01", periods=1, freq="MS", name="month"),
                name="lag_12",
            ),
            Score(mae=1.0, mape=0.0096),
        ),
    )
    assert capsys.readouterr().out == "same month last year: MAE 1.00, MAPE 1.0%\n"


def test_train_as_in_the_notebook(capsys):
    """What `train` does today, as in the notebook."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")

    result = forecasting.train(X_train, y_train, alpha=1.0)

    assert_same(outline(result), recorded("train/as_in_the_notebook/result"))
    assert (
        capsys.readouterr().out
        == "     lag_1    0.459\n     lag_2   -0.997\n     lag_3   -0.707\n    lag_12    8.293\n    lag_13   -1.204\n month_sin   -0.103\n month_cos    1.442\n     trend    1.170\n"  # noqa: E501
    )
    assert_same(X_train, recorded("train/as_in_the_notebook/X_train"))
    assert_same(y_train, recorded("train/as_in_the_notebook/y_train"))


def test_train_without_alpha(capsys):
    """What `train` does today, without alpha."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")

    result = forecasting.train(X_train, y_train)

    assert_same(outline(result), recorded("train/as_in_the_notebook/result"))
    assert (
        capsys.readouterr().out
        == "     lag_1    0.459\n     lag_2   -0.997\n     lag_3   -0.707\n    lag_12    8.293\n    lag_13   -1.204\n month_sin   -0.103\n month_cos    1.442\n     trend    1.170\n"  # noqa: E501
    )


def test_train_with_alpha_0(capsys):
    """What `train` does today, with alpha 0."""
    X_train = recorded("train/as_in_the_notebook/X_train")
    y_train = recorded("train/as_in_the_notebook/y_train")

    result = forecasting.train(X_train, y_train, alpha=0.0)

    assert_same(outline(result), recorded("train/with_alpha_0/result"))
    assert (
        capsys.readouterr().out
        == "     lag_1    9.394\n     lag_2   -1.255\n     lag_3   -0.859\n    lag_12    8.355\n    lag_13   -9.720\n month_sin   -0.112\n month_cos    0.574\n     trend   -0.727\n"  # noqa: E501
    )


def test_score_model_as_in_the_notebook(train_result, capsys):
    """What `score_model` does today, as in the notebook."""
    X_test = recorded("score_baseline/as_in_the_notebook/X_test")
    y_test = recorded("score_baseline/as_in_the_notebook/y_test")

    result = forecasting.score_model(X_test, train_result, y_test)

    assert_same(result, recorded("score_model/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "ridge regression:     MAE 45.97, MAPE 46.3%\n"
    assert_same(X_test, recorded("score_baseline/as_in_the_notebook/X_test"))
    assert_same(y_test, recorded("score_baseline/as_in_the_notebook/y_test"))


def test_plot_test_as_in_the_notebook():
    """What `plot_test` does today, as in the notebook."""
    y_test = recorded("score_baseline/as_in_the_notebook/y_test")
    baseline = recorded("plot_test/as_in_the_notebook/baseline")
    predicted = recorded("plot_test/as_in_the_notebook/predicted")

    with drawn() as figures:
        forecasting.plot_test(y_test, baseline, predicted)

    assert_same(figures, recorded("plot_test/as_in_the_notebook/figures"))
    assert_same(y_test, recorded("score_baseline/as_in_the_notebook/y_test"))
    assert_same(baseline, recorded("plot_test/as_in_the_notebook/baseline"))
    assert_same(predicted, recorded("plot_test/as_in_the_notebook/predicted"))


def test_backtest_as_in_the_notebook():
    """What `backtest` does today, as in the notebook."""
    features = recorded("backtest/as_in_the_notebook/features")
    target = recorded("backtest/as_in_the_notebook/target")

    result = forecasting.backtest(features, target, alpha=1.0)

    assert_same(result, recorded("backtest/as_in_the_notebook/result"))
    assert_same(features, recorded("backtest/as_in_the_notebook/features"))
    assert_same(target, recorded("backtest/as_in_the_notebook/target"))


def test_backtest_without_alpha():
    """What `backtest` does today, without alpha."""
    features = recorded("backtest/as_in_the_notebook/features")
    target = recorded("backtest/as_in_the_notebook/target")

    result = forecasting.backtest(features, target)

    assert_same(result, recorded("backtest/as_in_the_notebook/result"))


def test_backtest_with_alpha_0_5():
    """What `backtest` does today, with alpha 0 5."""
    features = recorded("backtest/as_in_the_notebook/features")
    target = recorded("backtest/as_in_the_notebook/target")

    result = forecasting.backtest(features, target, alpha=0.5)

    assert_same(result, recorded("backtest/with_alpha_0_5/result"))


def test_plot_backtest_as_in_the_notebook():
    """What `plot_backtest` does today, as in the notebook."""
    backtest_table = pd.DataFrame(
        {
            "ridge": [1.79, 1.81, 1.19, 1.6, 1.01],
            "last year": [5.73, 4.48, 2.8, 1.26, 4.01],
        },
        index=pd.RangeIndex(2011, 2016, name="year"),
    )

    with drawn() as figures:
        forecasting.plot_backtest(backtest_table)

    assert_same(figures, recorded("plot_backtest/as_in_the_notebook/figures"))
    assert_same(
        backtest_table,
        pd.DataFrame(
            {
                "ridge": [1.79, 1.81, 1.19, 1.6, 1.01],
                "last year": [5.73, 4.48, 2.8, 1.26, 4.01],
            },
            index=pd.RangeIndex(2011, 2016, name="year"),
        ),
    )


def test_forecast_as_in_the_notebook(train_result):
    """What `forecast` does today, as in the notebook."""
    X_test = recorded("score_baseline/as_in_the_notebook/X_test")
    y_test = recorded("score_baseline/as_in_the_notebook/y_test")
    forecasting.score_model(X_test, train_result, y_test)
    series = recorded("forecast/as_in_the_notebook/series")

    result = forecasting.forecast(series, train_result, horizon=12)

    assert_same(result, recorded("forecast/as_in_the_notebook/result"))
    assert_same(series, recorded("forecast/as_in_the_notebook/series"))


def test_forecast_without_horizon(train_result):
    """What `forecast` does today, without horizon."""
    X_test = recorded("score_baseline/as_in_the_notebook/X_test")
    y_test = recorded("score_baseline/as_in_the_notebook/y_test")
    forecasting.score_model(X_test, train_result, y_test)
    series = recorded("forecast/as_in_the_notebook/series")

    result = forecasting.forecast(series, train_result)

    assert_same(result, recorded("forecast/as_in_the_notebook/result"))


def test_plot_forecast_as_in_the_notebook():
    """What `plot_forecast` does today, as in the notebook."""
    series = recorded("plot_series/as_in_the_notebook/series")
    outlook = recorded("plot_forecast/as_in_the_notebook/outlook")

    with drawn() as figures:
        forecasting.plot_forecast(series, outlook)

    assert_same(figures, recorded("plot_forecast/as_in_the_notebook/figures"))
    assert_same(series, recorded("plot_series/as_in_the_notebook/series"))
    assert_same(outlook, recorded("plot_forecast/as_in_the_notebook/outlook"))


def test_run_from_start_to_end(capsys):
    """What `run` does today, from start to end."""

    with drawn() as figures:
        result = forecasting.run()

    assert_same(result, recorded("plot_forecast/as_in_the_notebook/outlook"))
    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))


def test_run_from_start_to_end_with_other_values(capsys):
    """What `run` does today, from start to end with other values."""

    with drawn() as figures:
        result = forecasting.run(test_months=26, alpha=0.9, horizon=14)

    assert_same(result, recorded("run/from_start_to_end_with_other_values/result"))
    assert capsys.readouterr().out == recorded(
        "run/from_start_to_end_with_other_values/printed"
    )
    assert_same(figures, recorded("run/from_start_to_end_with_other_values/figures"))


def test_main_from_start_to_end(capsys):
    """What `main` does today, from start to end."""

    with drawn() as figures:
        forecasting.main([])

    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))
