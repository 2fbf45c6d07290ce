"""Tests of sensors.analysis: what it does today, right or wrong.

Those of the notebook's test cells come first.
"""

import numpy as np
import pytest
from jupyter_promote.testing import Recordings, assert_same, drawn

from sensors import analysis
from sensors.analysis import decimal_years, power_spectrum

recorded = Recordings(__file__)


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path, monkeypatch):
    """Each test works in a folder of its own, with the files that functions read."""
    recorded.place(tmp_path)
    monkeypatch.chdir(tmp_path)


def test_decimal_years():
    """What cell 10 of sensors.ipynb asserts."""

    assert decimal_years([19700101, 20000101]).tolist() == [1970.0, 2000.0]
    assert 2000.49 < decimal_years([20000702])[0] < 2000.51


def test_spectrum_of_a_sine():
    """What cell 24 of sensors.ipynb asserts."""

    t = np.arange(520) / 52
    lines, share = power_spectrum(np.sin(2 * np.pi * 2 * t), 52)
    assert abs(lines[share.argmax()] - 2.0) < 0.05


def test_load_as_in_the_notebook(capsys):
    """What `load` does today, as in the notebook."""

    result = analysis.load(readings_csv="data/co2_weekly.csv")

    assert_same(result, recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "2284 weeks, 59 of them without a reading\n"


def test_load_without_readings_csv(capsys):
    """What `load` does today, without readings csv."""

    result = analysis.load()

    assert_same(result, recorded("load/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "2284 weeks, 59 of them without a reading\n"


def test_add_years_as_in_the_notebook():
    """What `add_years` does today, as in the notebook."""
    dates = np.array(
        [
            19580329,
            19580405,
            19580412,
            19580419,
            19580426,
            19580503,
            19580510,
            19580517,
            19580524,
            19580531,
            19580607,
            19580614,
        ]
    )

    result = analysis.add_years(dates)

    assert_same(result, recorded("add_years/as_in_the_notebook/result"))
    assert_same(
        dates,
        np.array(
            [
                19580329,
                19580405,
                19580412,
                19580419,
                19580426,
                19580503,
                19580510,
                19580517,
                19580524,
                19580531,
                19580607,
                19580614,
            ]
        ),
    )


def test_add_years_with_repeated_items_raises_assertion_error():
    """What `add_years` does today, with repeated items."""
    dates = recorded("add_years/with_repeated_items/dates")

    with pytest.raises(AssertionError):
        analysis.add_years(dates)


def test_decimal_years_as_in_the_notebook():
    """What `decimal_years` does today, as in the notebook."""
    yyyymmdd = np.array(
        [
            19580329,
            19580405,
            19580412,
            19580419,
            19580426,
            19580503,
            19580510,
            19580517,
            19580524,
            19580531,
            19580607,
            19580614,
        ]
    )

    result = analysis.decimal_years(yyyymmdd)

    assert_same(result, recorded("add_years/as_in_the_notebook/result"))
    assert_same(
        yyyymmdd,
        np.array(
            [
                19580329,
                19580405,
                19580412,
                19580419,
                19580426,
                19580503,
                19580510,
                19580517,
                19580524,
                19580531,
                19580607,
                19580614,
            ]
        ),
    )


def test_plot_raw_as_in_the_notebook():
    """What `plot_raw` does today, as in the notebook."""
    ppm = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            np.nan,
            317.5,
            317.9,
            np.nan,
            np.nan,
            np.nan,
        ]
    )
    years = recorded("add_years/as_in_the_notebook/result")

    with drawn() as figures:
        analysis.plot_raw(ppm, years)

    assert_same(figures, recorded("plot_raw/as_in_the_notebook/figures"))
    assert_same(
        ppm,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                np.nan,
                317.5,
                317.9,
                np.nan,
                np.nan,
                np.nan,
            ]
        ),
    )
    assert_same(years, recorded("add_years/as_in_the_notebook/result"))


def test_find_gaps_as_in_the_notebook(capsys):
    """What `find_gaps` does today, as in the notebook."""
    ppm = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            np.nan,
            317.5,
            317.9,
            np.nan,
            np.nan,
            np.nan,
        ]
    )
    years = recorded("add_years/as_in_the_notebook/result")

    result = analysis.find_gaps(ppm, years)

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
                True,
                False,
                False,
                True,
                True,
                True,
            ]
        ),
    )
    assert (
        capsys.readouterr().out
        == "2 gaps, the longest of 3 weeks\nit began in 1958.4\n"
    )
    assert_same(
        ppm,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                np.nan,
                317.5,
                317.9,
                np.nan,
                np.nan,
                np.nan,
            ]
        ),
    )
    assert_same(years, recorded("add_years/as_in_the_notebook/result"))


def test_find_gaps_with_items_reversed(capsys):
    """What `find_gaps` does today, with items reversed."""
    ppm = np.array(
        [
            np.nan,
            np.nan,
            np.nan,
            317.9,
            317.5,
            np.nan,
            316.9,
            316.4,
            317.5,
            317.6,
            317.3,
            316.1,
        ]
    )
    years = recorded("find_gaps/with_items_reversed/years")

    result = analysis.find_gaps(ppm, years)

    assert_same(
        result,
        np.array(
            [
                True,
                True,
                True,
                False,
                False,
                True,
                False,
                False,
                False,
                False,
                False,
                False,
            ]
        ),
    )
    assert (
        capsys.readouterr().out
        == "2 gaps, the longest of 3 weeks\nit began in 1958.4\n"
    )


def test_fill_gaps_as_in_the_notebook():
    """What `fill_gaps` does today, as in the notebook."""
    ppm = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            np.nan,
            317.5,
            317.9,
            np.nan,
            np.nan,
            np.nan,
        ]
    )
    missing = np.array(
        [False, False, False, False, False, False, True, False, False, True, True, True]
    )
    years = recorded("add_years/as_in_the_notebook/result")

    result = analysis.fill_gaps(ppm, missing, years)

    assert_same(
        result,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                317.20000000000175,
                317.5,
                317.9,
                317.9,
                317.9,
                317.9,
            ]
        ),
    )
    assert_same(
        ppm,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                np.nan,
                317.5,
                317.9,
                np.nan,
                np.nan,
                np.nan,
            ]
        ),
    )
    assert_same(
        missing,
        np.array(
            [
                False,
                False,
                False,
                False,
                False,
                False,
                True,
                False,
                False,
                True,
                True,
                True,
            ]
        ),
    )
    assert_same(years, recorded("add_years/as_in_the_notebook/result"))


def test_find_trend_as_in_the_notebook(capsys):
    """What `find_trend` does today, as in the notebook."""
    filled = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            317.20000000000175,
            317.5,
            317.9,
            317.5500000000007,
            317.1999999999972,
            316.8499999999979,
        ]
    )

    result = analysis.find_trend(filled, trend_weeks=53)

    assert_same(result, recorded("find_trend/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "from 316.1 to 316.8 ppm\n"
    assert_same(
        filled,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                317.20000000000175,
                317.5,
                317.9,
                317.5500000000007,
                317.1999999999972,
                316.8499999999979,
            ]
        ),
    )


def test_find_trend_without_trend_weeks(capsys):
    """What `find_trend` does today, without trend weeks."""
    filled = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            317.20000000000175,
            317.5,
            317.9,
            317.5500000000007,
            317.1999999999972,
            316.8499999999979,
        ]
    )

    result = analysis.find_trend(filled)

    assert_same(result, recorded("find_trend/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "from 316.1 to 316.8 ppm\n"


def test_find_trend_with_one_item(capsys):
    """What `find_trend` does today, with one item."""

    result = analysis.find_trend(np.array([316.1]), trend_weeks=53)

    assert_same(result, np.array([316.10000000000014]))
    assert capsys.readouterr().out == "from 316.1 to 316.1 ppm\n"


def test_growth_by_decade_as_in_the_notebook(capsys):
    """What `growth_by_decade` does today, as in the notebook."""
    years = recorded("growth_by_decade/as_in_the_notebook/years")
    trend = recorded("growth_by_decade/as_in_the_notebook/trend")

    analysis.growth_by_decade(years, trend)

    assert (
        capsys.readouterr().out
        == "1960s: 0.83 ppm a year\n1970s: 1.08 ppm a year\n1980s: 1.48 ppm a year\n1990s: 1.51 ppm a year\n"  # noqa: E501
    )
    assert_same(years, recorded("growth_by_decade/as_in_the_notebook/years"))
    assert_same(trend, recorded("growth_by_decade/as_in_the_notebook/trend"))


def test_growth_by_decade_with_years_at_1960_alone_raises_type_error():
    """What `growth_by_decade` does today, with years at 1960 alone."""
    years = np.array(
        [
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
            1960.0,
        ]
    )
    trend = recorded("growth_by_decade/as_in_the_notebook/trend")

    with pytest.raises(TypeError):
        analysis.growth_by_decade(years, trend)


def test_plot_trend_as_in_the_notebook():
    """What `plot_trend` does today, as in the notebook."""
    filled = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            317.20000000000175,
            317.5,
            317.9,
            317.5500000000007,
            317.1999999999972,
            316.8499999999979,
        ]
    )
    years = recorded("add_years/as_in_the_notebook/result")
    trend = recorded("plot_trend/as_in_the_notebook/trend")

    with drawn() as figures:
        analysis.plot_trend(filled, years, trend)

    assert_same(figures, recorded("plot_trend/as_in_the_notebook/figures"))
    assert_same(
        filled,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                317.20000000000175,
                317.5,
                317.9,
                317.5500000000007,
                317.1999999999972,
                316.8499999999979,
            ]
        ),
    )
    assert_same(years, recorded("add_years/as_in_the_notebook/result"))
    assert_same(trend, recorded("plot_trend/as_in_the_notebook/trend"))


def test_analyse_spectrum_as_in_the_notebook(capsys):
    """What `analyse_spectrum` does today, as in the notebook."""
    filled = recorded("analyse_spectrum/as_in_the_notebook/filled")
    trend = recorded("analyse_spectrum/as_in_the_notebook/trend")

    result = analysis.analyse_spectrum(filled, trend, bands=4)

    assert_same(result, recorded("analyse_spectrum/as_in_the_notebook/result"))
    assert (
        capsys.readouterr().out
        == "0.78 cycles a year: 24.6%\n1.04 cycles a year: 55.2%\n1.30 cycles a year: 8.2%\n2.09 cycles a year: 4.4%\n"  # noqa: E501
    )
    assert_same(filled, recorded("analyse_spectrum/as_in_the_notebook/filled"))
    assert_same(trend, recorded("analyse_spectrum/as_in_the_notebook/trend"))


def test_analyse_spectrum_without_bands(capsys):
    """What `analyse_spectrum` does today, without bands."""
    filled = recorded("analyse_spectrum/as_in_the_notebook/filled")
    trend = recorded("analyse_spectrum/as_in_the_notebook/trend")

    result = analysis.analyse_spectrum(filled, trend)

    assert_same(result, recorded("analyse_spectrum/as_in_the_notebook/result"))
    assert (
        capsys.readouterr().out
        == "0.78 cycles a year: 24.6%\n1.04 cycles a year: 55.2%\n1.30 cycles a year: 8.2%\n2.09 cycles a year: 4.4%\n"  # noqa: E501
    )


def test_analyse_spectrum_with_items_reversed_raises_assertion_error():
    """What `analyse_spectrum` does today, with items reversed."""
    filled = recorded("analyse_spectrum/with_items_reversed/filled")
    trend = recorded("analyse_spectrum/with_items_reversed/trend")

    with pytest.raises(AssertionError):
        analysis.analyse_spectrum(filled, trend, bands=4)


def test_power_spectrum_as_in_the_notebook():
    """What `power_spectrum` does today, as in the notebook."""
    signal = recorded("power_spectrum/as_in_the_notebook/signal")

    result = analysis.power_spectrum(signal, 52.18)

    assert_same(result, recorded("power_spectrum/as_in_the_notebook/result"))
    assert_same(signal, recorded("power_spectrum/as_in_the_notebook/signal"))


def test_plot_spectrum_as_in_the_notebook():
    """What `plot_spectrum` does today, as in the notebook."""
    frequency = recorded("plot_spectrum/as_in_the_notebook/frequency")
    power = recorded("plot_spectrum/as_in_the_notebook/power")

    with drawn() as figures:
        analysis.plot_spectrum(frequency, power)

    assert_same(figures, recorded("plot_spectrum/as_in_the_notebook/figures"))
    assert_same(frequency, recorded("plot_spectrum/as_in_the_notebook/frequency"))
    assert_same(power, recorded("plot_spectrum/as_in_the_notebook/power"))


def test_find_season_as_in_the_notebook(capsys):
    """What `find_season` does today, as in the notebook."""
    years = recorded("find_season/as_in_the_notebook/years")
    detrended = recorded("find_season/as_in_the_notebook/detrended")

    result = analysis.find_season(years, detrended)

    assert_same(result, recorded("find_season/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "a mean year swings by 5.2 ppm, top in week 21\n"
    assert_same(years, recorded("find_season/as_in_the_notebook/years"))
    assert_same(detrended, recorded("find_season/as_in_the_notebook/detrended"))


def test_plot_season_as_in_the_notebook():
    """What `plot_season` does today, as in the notebook."""
    cycle = recorded("plot_season/as_in_the_notebook/cycle")

    with drawn() as figures:
        analysis.plot_season(cycle)

    assert_same(figures, recorded("plot_season/as_in_the_notebook/figures"))
    assert_same(cycle, recorded("plot_season/as_in_the_notebook/cycle"))


def test_find_residual_as_in_the_notebook(capsys):
    """What `find_residual` does today, as in the notebook."""
    filled = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            317.20000000000175,
            317.5,
            317.9,
            317.5500000000007,
            317.1999999999972,
            316.8499999999979,
        ]
    )
    season = recorded("find_residual/as_in_the_notebook/season")
    trend = recorded("plot_trend/as_in_the_notebook/trend")

    result = analysis.find_residual(filled, season, trend, smooth_weeks=5)

    assert_same(result, recorded("find_residual/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "residual: 0.52 ppm, smoothed 0.39 ppm\n"
    assert_same(
        filled,
        np.array(
            [
                316.1,
                317.3,
                317.6,
                317.5,
                316.4,
                316.9,
                317.20000000000175,
                317.5,
                317.9,
                317.5500000000007,
                317.1999999999972,
                316.8499999999979,
            ]
        ),
    )
    assert_same(season, recorded("find_residual/as_in_the_notebook/season"))
    assert_same(trend, recorded("plot_trend/as_in_the_notebook/trend"))


def test_find_residual_without_smooth_weeks(capsys):
    """What `find_residual` does today, without smooth weeks."""
    filled = np.array(
        [
            316.1,
            317.3,
            317.6,
            317.5,
            316.4,
            316.9,
            317.20000000000175,
            317.5,
            317.9,
            317.5500000000007,
            317.1999999999972,
            316.8499999999979,
        ]
    )
    season = recorded("find_residual/as_in_the_notebook/season")
    trend = recorded("plot_trend/as_in_the_notebook/trend")

    result = analysis.find_residual(filled, season, trend)

    assert_same(result, recorded("find_residual/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "residual: 0.52 ppm, smoothed 0.39 ppm\n"


def test_find_odd_weeks_as_in_the_notebook(capsys):
    """What `find_odd_weeks` does today, as in the notebook."""
    residual = recorded("find_odd_weeks/as_in_the_notebook/residual")
    smooth = recorded("find_odd_weeks/as_in_the_notebook/smooth")
    missing = recorded("find_odd_weeks/as_in_the_notebook/missing")
    dates = recorded("find_odd_weeks/as_in_the_notebook/dates")

    result = analysis.find_odd_weeks(residual, smooth, missing, dates, odd_sigma=3.0)

    assert_same(result, recorded("find_odd_weeks/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "19580426: -0.75 ppm\n"
    assert_same(residual, recorded("find_odd_weeks/as_in_the_notebook/residual"))
    assert_same(smooth, recorded("find_odd_weeks/as_in_the_notebook/smooth"))
    assert_same(missing, recorded("find_odd_weeks/as_in_the_notebook/missing"))
    assert_same(dates, recorded("find_odd_weeks/as_in_the_notebook/dates"))


def test_find_odd_weeks_without_odd_sigma(capsys):
    """What `find_odd_weeks` does today, without odd sigma."""
    residual = recorded("find_odd_weeks/as_in_the_notebook/residual")
    smooth = recorded("find_odd_weeks/as_in_the_notebook/smooth")
    missing = recorded("find_odd_weeks/as_in_the_notebook/missing")
    dates = recorded("find_odd_weeks/as_in_the_notebook/dates")

    result = analysis.find_odd_weeks(residual, smooth, missing, dates)

    assert_same(result, recorded("find_odd_weeks/as_in_the_notebook/result"))
    assert capsys.readouterr().out == "19580426: -0.75 ppm\n"


def test_find_odd_weeks_with_odd_sigma_0(capsys):
    """What `find_odd_weeks` does today, with odd sigma 0."""
    residual = recorded("find_odd_weeks/as_in_the_notebook/residual")
    smooth = recorded("find_odd_weeks/as_in_the_notebook/smooth")
    missing = recorded("find_odd_weeks/as_in_the_notebook/missing")
    dates = recorded("find_odd_weeks/as_in_the_notebook/dates")

    result = analysis.find_odd_weeks(residual, smooth, missing, dates, odd_sigma=0.0)

    assert_same(result, recorded("find_odd_weeks/with_odd_sigma_0/result"))
    assert (
        capsys.readouterr().out
        == "19580405: +0.48 ppm\n19580412: +0.61 ppm\n19580419: +0.35 ppm\n19580426: -0.75 ppm\n19580503: -0.25 ppm\n19580517: +0.05 ppm\n19580524: +0.36 ppm\n19580705: -0.18 ppm\n"  # noqa: E501
    )


def test_plot_odd_weeks_as_in_the_notebook():
    """What `plot_odd_weeks` does today, as in the notebook."""
    noise = recorded("plot_odd_weeks/as_in_the_notebook/noise")
    years = recorded("plot_odd_weeks/as_in_the_notebook/years")
    odd = np.array(
        [
            173,
            338,
            385,
            390,
            438,
            440,
            1095,
            1460,
            1562,
            1685,
            1729,
            1781,
            1927,
            1929,
            1931,
            1953,
            2083,
            2136,
            2162,
        ]
    )

    with drawn() as figures:
        analysis.plot_odd_weeks(noise, years, odd)

    assert_same(figures, recorded("plot_odd_weeks/as_in_the_notebook/figures"))
    assert_same(noise, recorded("plot_odd_weeks/as_in_the_notebook/noise"))
    assert_same(years, recorded("plot_odd_weeks/as_in_the_notebook/years"))
    assert_same(
        odd,
        np.array(
            [
                173,
                338,
                385,
                390,
                438,
                440,
                1095,
                1460,
                1562,
                1685,
                1729,
                1781,
                1927,
                1929,
                1931,
                1953,
                2083,
                2136,
                2162,
            ]
        ),
    )


def test_run_from_start_to_end(capsys):
    """What `run` does today, from start to end."""

    with drawn() as figures:
        result = analysis.run()

    assert_same(result, recorded("run/from_start_to_end/result"))
    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))


def test_run_from_start_to_end_with_other_values(capsys):
    """What `run` does today, from start to end with other values."""

    with drawn() as figures:
        result = analysis.run(trend_weeks=55, bands=6, smooth_weeks=7, odd_sigma=2.7)

    assert_same(result, recorded("run/from_start_to_end_with_other_values/result"))
    assert capsys.readouterr().out == recorded(
        "run/from_start_to_end_with_other_values/printed"
    )
    assert_same(figures, recorded("run/from_start_to_end_with_other_values/figures"))


def test_main_from_start_to_end(capsys):
    """What `main` does today, from start to end."""

    with drawn() as figures:
        analysis.main([])

    assert capsys.readouterr().out == recorded("run/from_start_to_end/printed")
    assert_same(figures, recorded("run/from_start_to_end/figures"))
