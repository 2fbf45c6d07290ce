"""Demand for electrical equipment.

Promoted from demand.ipynb.
"""

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

__all__ = [
    "LAGS",
    "MONTHS_PER_YEAR",
    "Score",
    "SplitResult",
    "TARGET",
    "backtest",
    "build_features",
    "forecast",
    "load",
    "main",
    "make_features",
    "plot_backtest",
    "plot_forecast",
    "plot_series",
    "plot_test",
    "run",
    "score_baseline",
    "score_model",
    "split",
    "train",
]

MONTHS_PER_YEAR = 12
LAGS = (1, 2, 3, 12, 13)
TARGET = "turnover_index"


def load(
    *,
    series_csv: str = "data/electrical_equipment.csv",
    first_month: str = "2001-01-01",
) -> pd.Series:
    """Load.

    Parameters
    ----------
    series_csv : str
        Columns: month, turnover_index.
    first_month : str
        Leave out what came before.

    Returns
    -------
    pd.Series
        185 values, float64.
    """
    series = pd.read_csv(series_csv, parse_dates=["month"]).set_index("month")[TARGET]
    series = series[first_month:].asfreq("MS")
    assert series.notna().all(), "there must be a value for every month"
    print(f"{len(series)} months, {series.index[0]:%B %Y} to {series.index[-1]:%B %Y}")

    return series


def plot_series(series: pd.Series) -> None:
    """Plot `series`.

    Parameters
    ----------
    series : pd.Series
        185 values, float64.
    """
    fig, ax = plt.subplots(figsize=(9, 3))
    ax.plot(series.index, series, linewidth=1)
    ax.set_title("turnover index")
    plt.show()


def make_features(values):
    """One row for each month of `values` that has a full history."""
    table = pd.DataFrame({f"lag_{lag}": values.shift(lag) for lag in LAGS})
    angle = 2 * np.pi * values.index.month / MONTHS_PER_YEAR
    table["month_sin"] = np.sin(angle)
    table["month_cos"] = np.cos(angle)
    table["trend"] = (values.index.year - 2000) + values.index.month / MONTHS_PER_YEAR
    return table.dropna()


def build_features(series: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Build `features`.

    Parameters
    ----------
    series : pd.Series
        185 values, float64.
    """
    features = make_features(series)
    target = series.loc[features.index]

    return features, target


class SplitResult(NamedTuple):
    """What `split` returns."""

    X_train: pd.DataFrame
    X_test: pd.DataFrame
    y_train: pd.Series
    y_test: pd.Series


def split(
    features: pd.DataFrame, target: pd.Series, *, test_months: int = 24
) -> SplitResult:
    """Never at random: the test months are the last ones.

    Parameters
    ----------
    features : pd.DataFrame
        172 rows × 8 columns.
    target : pd.Series
        172 values, float64.
    test_months : int
        Held out at the end.
    """
    X_train, X_test = features.iloc[:-test_months], features.iloc[-test_months:]
    y_train, y_test = target.iloc[:-test_months], target.iloc[-test_months:]
    assert X_train.index.max() < X_test.index.min()
    print(f"train to {X_train.index[-1]:%Y-%m}, test from {X_test.index[0]:%Y-%m}")

    return SplitResult(X_train, X_test, y_train, y_test)


@dataclass(frozen=True)
class Score:
    """How far a forecast was off, in points of the index and in percent."""

    mae: float
    mape: float

    def __str__(self):
        return f"MAE {self.mae:.2f}, MAPE {self.mape:.1%}"


def score_baseline(X_test: pd.DataFrame, y_test: pd.Series) -> tuple[pd.Series, Score]:
    """Score `baseline`.

    Parameters
    ----------
    X_test : pd.DataFrame
        24 rows × 8 columns.
    y_test : pd.Series
        24 values, float64.
    """
    baseline = X_test["lag_12"]
    errors = (y_test - baseline).abs()
    mae = float(errors.mean())
    mape = float((errors / y_test).mean())
    assert mae > 0
    baseline_score = Score(round(mae, 4), round(mape, 4))
    print(f"same month last year: {baseline_score}")

    return baseline, baseline_score


def train(
    X_train: pd.DataFrame, y_train: pd.Series, *, alpha: float = 1.0
) -> "Pipeline":
    """Ridge regression.

    Parameters
    ----------
    X_train : pd.DataFrame
        148 rows × 8 columns.
    y_train : pd.Series
        148 values, float64.
    alpha : float
        Strength of the ridge penalty.
    """
    model = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    model.fit(X_train, y_train)
    for name, weight in zip(X_train.columns, model[-1].coef_, strict=True):
        print(f"{name:>10} {weight:8.3f}")

    return model


def score_model(
    X_test: pd.DataFrame, model: "Pipeline", y_test: pd.Series
) -> tuple[pd.Series, Score]:
    """Score `model`.

    Parameters
    ----------
    X_test : pd.DataFrame
        24 rows × 8 columns.
    model : Pipeline
    y_test : pd.Series
        24 values, float64.
    """
    predicted = pd.Series(model.predict(X_test), index=X_test.index)

    errors = (y_test - predicted).abs()
    mae = float(errors.mean())
    mape = float((errors / y_test).mean())
    assert mae > 0
    model_score = Score(round(mae, 4), round(mape, 4))
    print(f"ridge regression:     {model_score}")

    return predicted, model_score


def plot_test(y_test: pd.Series, baseline: pd.Series, predicted: pd.Series) -> None:
    """Plot test.

    Parameters
    ----------
    y_test : pd.Series
        24 values, float64.
    baseline : pd.Series
        24 values, float64.
    predicted : pd.Series
        24 values, float64.
    """
    fig, ax = plt.subplots(figsize=(9, 3))
    ax.plot(y_test.index, y_test, label="actual", color="black")
    ax.plot(baseline.index, baseline, label="last year", linestyle=":")
    ax.plot(predicted.index, predicted, label="ridge")
    ax.legend()
    plt.show()


def backtest(
    features: pd.DataFrame, target: pd.Series, *, alpha: float = 1.0
) -> pd.DataFrame:
    """Does it hold in other years?

    Train on everything before a year, forecast that year one month ahead,
    for each of the last years.

    Parameters
    ----------
    features : pd.DataFrame
        172 rows × 8 columns.
    target : pd.Series
        172 values, float64.
    alpha : float
        Strength of the ridge penalty.

    Returns
    -------
    pd.DataFrame
        5 rows × 2 columns.
    """
    years = sorted(set(features.index.year))[-6:-1]
    rows = []
    for year in years:
        before = features.index.year < year
        during = features.index.year == year
        fitted = make_pipeline(StandardScaler(), Ridge(alpha=alpha)).fit(
            features[before], target[before]
        )
        error = np.abs(target[during] - fitted.predict(features[during])).mean()
        naive = np.abs(target[during] - features.loc[during, "lag_12"]).mean()
        rows.append(
            {"year": year, "ridge": round(error, 2), "last year": round(naive, 2)}
        )
    return pd.DataFrame(rows).set_index("year")


def plot_backtest(backtest_table: pd.DataFrame) -> None:
    """Plot backtest.

    Parameters
    ----------
    backtest_table : pd.DataFrame
        5 rows × 2 columns.
    """
    backtest_table.plot.bar(figsize=(6, 3), ylabel="mean absolute error")
    plt.show()


def forecast(series: pd.Series, model: "Pipeline", *, horizon: int = 12) -> pd.Series:
    """The coming months.

    One month at a time: each forecast becomes the newest value of the
    series.

    Parameters
    ----------
    series : pd.Series
        185 values, float64.
    model : Pipeline
    horizon : int
        Months to forecast.

    Returns
    -------
    pd.Series
        12 values, float64.
    """
    extended = series.copy()
    for _step in range(horizon):
        following = extended.index[-1] + pd.offsets.MonthBegin(1)
        extended.loc[following] = np.nan
        known = extended.ffill()
        row = make_features(known.asfreq("MS")).loc[[following]]
        extended.loc[following] = round(float(model.predict(row)[0]), 2)
    outlook = extended.iloc[-horizon:].rename("forecast")
    assert len(outlook) == horizon
    assert outlook.between(0.5 * series.min(), 2 * series.max()).all()

    return outlook


def plot_forecast(series: pd.Series, outlook: pd.Series) -> None:
    """Plot forecast.

    Parameters
    ----------
    series : pd.Series
        185 values, float64.
    outlook : pd.Series
        12 values, float64.
    """
    fig, ax = plt.subplots(figsize=(9, 3))
    recent = series.iloc[-48:]
    ax.plot(recent.index, recent, label="turnover index")
    ax.plot(outlook.index, outlook, label="forecast", linestyle="--")
    ax.legend()
    plt.show()


def run(
    *,
    series_csv: str = "data/electrical_equipment.csv",
    first_month: str = "2001-01-01",
    test_months: int = 24,
    alpha: float = 1.0,
    horizon: int = 12,
):
    """Do all steps of demand.ipynb, in its order."""
    series = load(series_csv=series_csv, first_month=first_month)
    plot_series(series)
    features, target = build_features(series)
    X_train, X_test, y_train, y_test = split(features, target, test_months=test_months)
    baseline, baseline_score = score_baseline(X_test, y_test)
    model = train(X_train, y_train, alpha=alpha)
    predicted, model_score = score_model(X_test, model, y_test)
    plot_test(y_test, baseline, predicted)
    backtest_table = backtest(features, target, alpha=alpha)
    plot_backtest(backtest_table)
    outlook = forecast(series, model, horizon=horizon)
    plot_forecast(series, outlook)
    return outlook


def main(argv: list[str] | None = None) -> None:
    """Run the steps from the command line."""
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument(
        "--series-csv",
        default="data/electrical_equipment.csv",
        help="columns: month, turnover_index (default: %(default)s)",
    )
    parser.add_argument(
        "--first-month",
        default="2001-01-01",
        help="leave out what came before (default: %(default)s)",
    )
    parser.add_argument(
        "--test-months",
        type=int,
        default=24,
        help="held out at the end (default: %(default)s)",
    )
    parser.add_argument(
        "--alpha",
        type=float,
        default=1.0,
        help="strength of the ridge penalty (default: %(default)s)",
    )
    parser.add_argument(
        "--horizon",
        type=int,
        default=12,
        help="months to forecast (default: %(default)s)",
    )
    run(**vars(parser.parse_args(argv)))


if __name__ == "__main__":
    main()
