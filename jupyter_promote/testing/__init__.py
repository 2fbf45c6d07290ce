"""What generated tests use: recorded values, and comparisons that say what has changed.

    recorded = Recordings(__file__)

    def test_clean():
        result = churn.clean(recorded("clean/orders"))
        assert_same(result, recorded("clean/result"))

A test compares with what the notebook did when it was promoted. Where the change is meant,
promote the notebook again.
"""

from jupyter_promote.testing.chance import reseed
from jupyter_promote.testing.comparison import assert_alike, assert_same
from jupyter_promote.testing.figures import drawn
from jupyter_promote.testing.outline import outline
from jupyter_promote.testing.printing import assert_prints
from jupyter_promote.testing.storage import Recordings

__all__ = [
    "Recordings",
    "assert_alike",
    "assert_prints",
    "assert_same",
    "drawn",
    "outline",
    "reseed",
]
