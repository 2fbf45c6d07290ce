"""A gas analyser on a mountain.

Promoted from sensors.ipynb.
"""

import argparse

import matplotlib.pyplot as plt
import numpy as np

__all__ = [
    "WEEKS_PER_YEAR",
    "add_years",
    "analyse_spectrum",
    "decimal_years",
    "fill_gaps",
    "find_gaps",
    "find_odd_weeks",
    "find_residual",
    "find_season",
    "find_trend",
    "growth_by_decade",
    "load",
    "main",
    "plot_odd_weeks",
    "plot_raw",
    "plot_season",
    "plot_spectrum",
    "plot_trend",
    "power_spectrum",
    "run",
]

WEEKS_PER_YEAR = 52.18  # 365.25 / 7


def load(
    *, readings_csv: str = "data/co2_weekly.csv"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Load.

    Parameters
    ----------
    readings_csv : str
        Date (yyyymmdd), ppm.
    """
    table = np.genfromtxt(readings_csv, delimiter=",", skip_header=1)
    dates = table[:, 0].astype(int)
    ppm = table[:, 1]
    print(f"{len(ppm)} weeks, {np.isnan(ppm).sum()} of them without a reading")

    return table, dates, ppm


def decimal_years(yyyymmdd):
    """Dates written as numbers (19580329), as years (1958.24)."""
    text = np.asarray(yyyymmdd).astype(str)
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in text], dtype="datetime64[D]")
    first = days.astype("datetime64[Y]")
    length = (first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")
    return 1970 + first.astype(int) + (days - first) / length


def add_years(dates: np.ndarray) -> np.ndarray:
    """Add `years`.

    Parameters
    ----------
    dates : np.ndarray
        shape (2284,), int64.

    Returns
    -------
    np.ndarray
        shape (2284,), float64.
    """
    years = decimal_years(dates)
    assert (np.diff(years) > 0).all(), "the weeks must be in order"

    return years


def plot_raw(ppm: np.ndarray, years: np.ndarray) -> None:
    """Plot raw.

    Parameters
    ----------
    ppm : np.ndarray
        shape (2284,), float64.
    years : np.ndarray
        shape (2284,), float64.
    """
    plt.plot(years, ppm, linewidth=0.7)
    plt.ylabel("ppm")
    plt.title("as read from the instrument")
    plt.show()


def find_gaps(ppm: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Gaps.

    Parameters
    ----------
    ppm : np.ndarray
        shape (2284,), float64.
    years : np.ndarray
        shape (2284,), float64.

    Returns
    -------
    np.ndarray
        shape (2284,), bool.
    """
    missing = np.isnan(ppm)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], missing.astype(int), [0]))))
    starts, ends = edges[::2], edges[1::2]
    lengths = ends - starts
    longest = lengths.argmax()
    print(f"{len(starts)} gaps, the longest of {lengths[longest]} weeks")
    print(f"it began in {years[starts[longest]]:.1f}")

    return missing


def fill_gaps(ppm: np.ndarray, missing: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Fill gaps.

    Parameters
    ----------
    ppm : np.ndarray
        shape (2284,), float64.
    missing : np.ndarray
        shape (2284,), bool.
    years : np.ndarray
        shape (2284,), float64.

    Returns
    -------
    np.ndarray
        shape (2284,), float64.
    """
    filled = ppm.copy()
    filled[missing] = np.interp(years[missing], years[~missing], ppm[~missing])
    assert not np.isnan(filled).any()
    assert np.array_equal(filled[~missing], ppm[~missing])

    return filled


def find_trend(filled: np.ndarray, *, trend_weeks: int = 53) -> np.ndarray:
    """Trend.

    Parameters
    ----------
    filled : np.ndarray
        shape (2284,), float64.
    trend_weeks : int
        Length of the moving mean, about a year; odd.

    Returns
    -------
    np.ndarray
        shape (2284,), float64.
    """
    half = trend_weeks // 2
    padded = np.pad(filled, half, mode="reflect", reflect_type="odd")
    trend = np.convolve(padded, np.ones(trend_weeks) / trend_weeks, mode="valid")
    assert trend.shape == filled.shape
    print(f"from {trend[0]:.1f} to {trend[-1]:.1f} ppm")

    return trend


def growth_by_decade(years: np.ndarray, trend: np.ndarray) -> None:
    """Growth by decade.

    Parameters
    ----------
    years : np.ndarray
        shape (2284,), float64.
    trend : np.ndarray
        shape (2284,), float64.
    """
    growth = {}
    for decade in range(1960, 2000, 10):
        inside = (years >= decade) & (years < decade + 10)
        slope, _offset = np.polyfit(years[inside], trend[inside], 1)
        growth[decade] = round(float(slope), 3)
        print(f"{decade}s: {slope:.2f} ppm a year")


def plot_trend(filled: np.ndarray, years: np.ndarray, trend: np.ndarray) -> None:
    """Plot `trend`.

    Parameters
    ----------
    filled : np.ndarray
        shape (2284,), float64.
    years : np.ndarray
        shape (2284,), float64.
    trend : np.ndarray
        shape (2284,), float64.
    """
    plt.plot(years, filled, linewidth=0.5, color="grey")
    plt.plot(years, trend, color="firebrick")
    plt.ylabel("ppm")
    plt.show()


def power_spectrum(signal, per_year):
    """Frequencies in cycles per year and the share of each in the signal's variance."""
    centred = (signal - signal.mean()) * np.hanning(len(signal))
    power = np.abs(np.fft.rfft(centred)) ** 2
    return np.fft.rfftfreq(len(signal), d=1 / per_year), power / power.sum()


def analyse_spectrum(
    filled: np.ndarray, trend: np.ndarray, *, bands: int = 4
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Analyse spectrum.

    Parameters
    ----------
    filled : np.ndarray
        shape (2284,), float64.
    trend : np.ndarray
        shape (2284,), float64.
    bands : int
        Spectral lines to report.
    """
    detrended = filled - trend
    frequency, power = power_spectrum(detrended, WEEKS_PER_YEAR)
    strongest = np.sort(np.argsort(power)[::-1][:bands])
    for k in strongest:
        print(f"{frequency[k]:.2f} cycles a year: {power[k]:.1%}")
    main_period = 1 / frequency[power.argmax()]
    assert 0.95 < main_period < 1.05

    return detrended, frequency, power


def plot_spectrum(frequency: np.ndarray, power: np.ndarray) -> None:
    """Plot spectrum.

    Parameters
    ----------
    frequency : np.ndarray
        shape (1143,), float64.
    power : np.ndarray
        shape (1143,), float64.
    """
    fig, ax = plt.subplots()
    ax.semilogy(frequency, power)
    ax.set_xlim(0, 6)
    ax.set_ylim(1e-7, 1)
    ax.set_xlabel("cycles a year")
    plt.show()


def find_season(
    years: np.ndarray, detrended: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.float64]:
    """Find `season`.

    Parameters
    ----------
    years : np.ndarray
        shape (2284,), float64.
    detrended : np.ndarray
        shape (2284,), float64.
    """
    week_of_year = np.minimum((years % 1 * 52).astype(int), 51)
    cycle = np.array([detrended[week_of_year == week].mean() for week in range(52)])
    cycle -= cycle.mean()

    season = cycle[week_of_year]
    amplitude = cycle.max() - cycle.min()
    print(
        f"a mean year swings by {amplitude:.1f} ppm, top in week {cycle.argmax() + 1}"
    )

    return cycle, season, amplitude


def plot_season(cycle: np.ndarray) -> None:
    """Plot season.

    Parameters
    ----------
    cycle : np.ndarray
        shape (52,), float64.
    """
    plt.plot(np.arange(1, 53), cycle)
    plt.xlabel("week")
    plt.ylabel("ppm")
    plt.show()


def find_residual(
    filled: np.ndarray, season: np.ndarray, trend: np.ndarray, *, smooth_weeks: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Odd weeks.

    Parameters
    ----------
    filled : np.ndarray
        shape (2284,), float64.
    season : np.ndarray
        shape (2284,), float64.
    trend : np.ndarray
        shape (2284,), float64.
    smooth_weeks : int
        Smooths the residual; odd.
    """
    residual = filled - trend - season
    half = smooth_weeks // 2
    padded = np.pad(residual, half, mode="reflect", reflect_type="odd")
    smooth = np.convolve(padded, np.ones(smooth_weeks) / smooth_weeks, mode="valid")
    assert smooth.shape == residual.shape
    print(f"residual: {residual.std():.2f} ppm, smoothed {smooth.std():.2f} ppm")

    return residual, smooth


def find_odd_weeks(
    residual: np.ndarray,
    smooth: np.ndarray,
    missing: np.ndarray,
    dates: np.ndarray,
    *,
    odd_sigma: float = 3.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Find odd weeks.

    Parameters
    ----------
    residual : np.ndarray
        shape (2284,), float64.
    smooth : np.ndarray
        shape (2284,), float64.
    missing : np.ndarray
        shape (2284,), bool.
    dates : np.ndarray
        shape (2284,), int64.
    odd_sigma : float
        A week is odd when it is so many standard deviations off.
    """
    noise = residual - smooth
    odd = np.flatnonzero((np.abs(noise) > odd_sigma * noise.std()) & ~missing)
    for week in odd[:8]:
        print(f"{dates[week]}: {noise[week]:+.2f} ppm")

    return noise, odd


def plot_odd_weeks(noise: np.ndarray, years: np.ndarray, odd: np.ndarray) -> None:
    """Plot odd weeks.

    Parameters
    ----------
    noise : np.ndarray
        shape (2284,), float64.
    years : np.ndarray
        shape (2284,), float64.
    odd : np.ndarray
        shape (19,), int64.
    """
    plt.plot(years, noise, linewidth=0.5, color="grey")
    plt.plot(years[odd], noise[odd], "o", markersize=3, color="firebrick")
    plt.ylabel("ppm")
    plt.show()


def run(
    *,
    readings_csv: str = "data/co2_weekly.csv",
    trend_weeks: int = 53,
    bands: int = 4,
    smooth_weeks: int = 5,
    odd_sigma: float = 3.0,
):
    """Do all steps of sensors.ipynb, in its order."""
    table, dates, ppm = load(readings_csv=readings_csv)
    years = add_years(dates)
    plot_raw(ppm, years)
    missing = find_gaps(ppm, years)
    filled = fill_gaps(ppm, missing, years)
    trend = find_trend(filled, trend_weeks=trend_weeks)
    growth_by_decade(years, trend)
    plot_trend(filled, years, trend)
    detrended, frequency, power = analyse_spectrum(filled, trend, bands=bands)
    plot_spectrum(frequency, power)
    cycle, season, amplitude = find_season(years, detrended)
    plot_season(cycle)
    residual, smooth = find_residual(filled, season, trend, smooth_weeks=smooth_weeks)
    noise, odd = find_odd_weeks(residual, smooth, missing, dates, odd_sigma=odd_sigma)
    plot_odd_weeks(noise, years, odd)
    return noise, odd


def main(argv: list[str] | None = None) -> None:
    """Run the steps from the command line."""
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument(
        "--readings-csv",
        default="data/co2_weekly.csv",
        help="date (yyyymmdd), ppm (default: %(default)s)",
    )
    parser.add_argument(
        "--trend-weeks",
        type=int,
        default=53,
        help="length of the moving mean, about a year; odd (default: %(default)s)",
    )
    parser.add_argument(
        "--bands",
        type=int,
        default=4,
        help="spectral lines to report (default: %(default)s)",
    )
    parser.add_argument(
        "--smooth-weeks",
        type=int,
        default=5,
        help="smooths the residual; odd (default: %(default)s)",
    )
    parser.add_argument(
        "--odd-sigma",
        type=float,
        default=3.0,
        help="a week is odd when it is so many standard deviations off (default: %(default)s)",  # noqa: E501
    )
    run(**vars(parser.parse_args(argv)))


if __name__ == "__main__":
    main()
