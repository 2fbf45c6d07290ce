"""JP306: names that mean one thing above and another below."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import redefined
from tests.checks.subjects import places, subject


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        pytest.param(
            "# %%\ndef mean(x):\n    return x\nmean(1)\n# %%\nmean = 3", [(1, 1)], "a function",
            id="a function becomes a number",
        ),
        pytest.param(
            "# %%\nfrom sklearn import metrics\nmetrics.r2()\n# %%\nmetrics = [1]", [(1, 1)],
            "the import of sklearn.metrics in cell 1, and data", id="a module becomes a list",
        ),
        pytest.param(
            "# %%\nimport time\ntime.time()\n# %%\ntime = data['time']", [(1, 1)], "the import of time",
            id="a module becomes a column",
        ),
        pytest.param(
            "# %%\nimport test\ntest.run()\n# %%\ntest = load('x')", [(1, 1)], "a result",
            id="a module becomes a result",
        ),
        pytest.param(
            "# %%\nimport datetime\ndatetime.date(1)\n# %%\nfrom datetime import datetime",
            [(1, 1)], "and the import of datetime.datetime", id="a module becomes its own class",
        ),
        pytest.param(
            "# %%\nlist = [1, 2]\n# %%\nlist((3,))", [(0, 1)], "a builtin, and data",
            id="a builtin that is called below",
        ),
        pytest.param(
            "# %%\nn = max(1, 2)\n# %%\nmax = 3", [(1, 1)], "a builtin", id="a builtin called above"
        ),
    ],
)  # fmt: skip
def test_another_meaning(text: str, found: list[tuple[int, int]], words: str) -> None:
    findings = list(redefined.check(subject(text)))
    assert places(findings) == found
    assert words in findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %%\nx = 1\n# %%\nx = 'a'", id="a variable that is bound again"),
        pytest.param("# %%\nid = 3\n# %%\nprint(id)", id="a builtin that nobody calls"),
        pytest.param("# %%\ndef f():\n    pass\nf()\n# %%\ndef f():\n    pass", id="a newer version"),
        pytest.param("# %%\ndef f():\n    pass\n# %%\nf = cache(f)\nf()", id="a wrapped function"),
        pytest.param(
            "# %%\ntry:\n    import a\nexcept ImportError:\n    a = None\n# %%\na.b()", id="a fallback"
        ),
        pytest.param(
            "# %%\nimport matplotlib.pyplot as plt\nplt.a\n# %%\nfrom matplotlib import pyplot as plt",
            id="imported in another way",
        ),
        pytest.param("# %%\nimport numpy as np\nnp.a\n# %%\nimport numpy as np", id="imported again"),
        pytest.param("# %%\nfrom tqdm import tqdm\ntqdm(1)\n# %%\nfrom tqdm.auto import tqdm",
                     id="the same of another place"),
        pytest.param("# %%\nfrom a import data\n# %%\ndata = [1]", id="an import that nobody uses"),
        pytest.param("# %%\nx = 1\n# %%\ndef x():\n    pass\nx()", id="a variable that was first"),
        pytest.param("# %%\ndef print(*a):\n    pass\nprint(1)", id="a builtin that is replaced"),
    ],
)  # fmt: skip
def test_everyday_binding_is_left_alone(text: str) -> None:
    assert list(redefined.check(subject(text))) == []
