"""Tests of sensors.analysis, from the test cells of sensors.ipynb."""

import numpy as np

from sensors.analysis import decimal_years, power_spectrum


def test_decimal_years():
    """What cell 10 of sensors.ipynb asserts."""

    assert decimal_years([19700101, 20000101]).tolist() == [1970.0, 2000.0]
    assert 2000.49 < decimal_years([20000702])[0] < 2000.51


def test_spectrum_of_a_sine():
    """What cell 24 of sensors.ipynb asserts."""

    t = np.arange(520) / 52
    lines, share = power_spectrum(np.sin(2 * np.pi * 2 * t), 52)
    assert abs(lines[share.argmax()] - 2.0) < 0.05
