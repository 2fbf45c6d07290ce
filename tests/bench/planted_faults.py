"""How many mistakes that a person might make in a promoted module do its generated tests notice?

    python tests/bench/planted_faults.py

Twenty faults, planted one at a time in copies of the three examples; pytest runs each time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
CHURN, DEMAND = "churn/promoted/src/churn/pipeline.py", "demand/promoted/src/demand/forecasting.py"
SENSORS = "sensors/promoted/src/sensors/analysis.py"

FAULTS = (
    (CHURN, 'drop_duplicates("customer_id")', "drop_duplicates()"),
    (CHURN, ".str.strip().str.lower()", ".str.lower()"),
    (CHURN, 'customers["monthly_charges"].median()', 'customers["monthly_charges"].mean()'),
    (CHURN, '== "yes"', '!= "no"'),
    (CHURN, "months > 0", "months > 1"),
    (CHURN, "stratify=y", "stratify=None"),
    (CHURN, "predict_proba(X_test)[:, 1]", "predict_proba(X_test)[:, 0]"),
    (CHURN, "probability >= threshold", "probability > 0.5"),
    (CHURN, "ascending=False", "ascending=True"),
    (DEMAND, "values.shift(lag)", "values.shift(-lag)"),
    (DEMAND, "values.index.year - 2000", "values.index.year - 2001"),
    (DEMAND, "features.iloc[-test_months:]", "features.iloc[-test_months - 1 :]"),
    (DEMAND, "(errors / y_test)", "(errors / baseline)"),
    (DEMAND, "features.index.year < year", "features.index.year <= year"),
    (DEMAND, "pd.offsets.MonthBegin(1)", "pd.offsets.MonthBegin(2)"),
    (SENSORS, "skip_header=1", "skip_header=0"),
    (SENSORS, "lengths.argmax()", "lengths.argmin()"),
    (SENSORS, "trend_weeks // 2", "trend_weeks // 2 + 1"),
    (SENSORS, "(years < decade + 10)", "(years <= decade + 9)"),
    (SENSORS, "> odd_sigma * noise.std()", ">= odd_sigma * noise.var()"),
)


def noticed(path: str, old: str, new: str) -> bool:
    """Return whether the tests of a copy of the example fail with `old` replaced by `new`, once."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        top, _, below = path.partition("/")
        shutil.copytree(EXAMPLES / top, Path(folder, top))
        module = Path(folder, top, below)
        source = module.read_text(encoding="utf-8")
        if old not in source:
            raise SystemExit(f"{path} does not hold {old!r}: correct this list")
        module.write_text(source.replace(old, new, 1), encoding="utf-8")
        tests = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        project = Path(folder, top, "promoted")
        return subprocess.run(tests, cwd=project, capture_output=True).returncode == 1


def main() -> int:
    """Print each fault with its fate; return 0 when the untouched tests pass."""
    found = 0
    for path in (CHURN, DEMAND, SENSORS):
        if noticed(path, "import", "import"):
            print(f"the tests of {path} fail without any fault")
            return 1
    for path, old, new in FAULTS:
        seen = noticed(path, old, new)
        found += seen
        print(
            f"{'noticed' if seen else 'MISSED '}  {Path(path).name}: {old}  ->  {new}", flush=True
        )
    print(f"noticed {found} of {len(FAULTS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
