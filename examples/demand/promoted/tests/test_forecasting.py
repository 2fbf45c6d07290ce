"""Tests of demand.forecasting, from the test cells of demand.ipynb."""

import pandas as pd

from demand.forecasting import make_features


def test_make_features():
    """What cell 13 of demand.ipynb asserts."""

    months = pd.date_range("2020-01-01", periods=16, freq="MS")
    table = make_features(pd.Series(range(16), index=months, dtype=float))
    assert len(table) == 3
    assert table["lag_12"].tolist() == [1.0, 2.0, 3.0]
