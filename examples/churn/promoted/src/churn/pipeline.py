"""Which customers will leave?

Promoted from churn.ipynb.
"""

import argparse
from typing import TYPE_CHECKING, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, roc_auc_score, roc_curve
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

__all__ = [
    "CATEGORIES",
    "NUMERIC",
    "SplitResult",
    "add_features",
    "at_risk",
    "charges_per_month",
    "clean",
    "clean_prospects",
    "evaluate",
    "load",
    "load_prospects",
    "main",
    "plot_roc",
    "plot_weights",
    "run",
    "score",
    "split",
    "train",
]

NUMERIC = (
    "tenure_months",
    "monthly_charges",
    "total_charges",
    "support_calls",
    "charges_per_month",
)
CATEGORIES = ("contract", "payment")


def load(*, customers_csv: str = "data/customers.csv") -> pd.DataFrame:
    """Load.

    Parameters
    ----------
    customers_csv : str
        Last year's customers, with the outcome.

    Returns
    -------
    pd.DataFrame
        1,515 rows × 8 columns.
    """
    customers = pd.read_csv(customers_csv)
    print(f"{len(customers)} rows, {customers['customer_id'].nunique()} customers")

    return customers


def clean(customers: pd.DataFrame) -> pd.DataFrame:
    """Clean.

    New customers have a blank in total_charges, some rows came twice, and
    nobody agreed on how to write a contract's name.

    Parameters
    ----------
    customers : pd.DataFrame
        1,515 rows × 8 columns.

    Returns
    -------
    pd.DataFrame
        1,500 rows × 7 columns.
    """
    customers = (
        customers.drop_duplicates("customer_id").set_index("customer_id").sort_index()
    )
    customers["contract"] = customers["contract"].str.strip().str.lower()
    customers["total_charges"] = pd.to_numeric(
        customers["total_charges"], errors="coerce"
    ).fillna(0.0)

    # a missing charge is unknown, a missing count of calls means that nobody called
    customers["monthly_charges"] = customers["monthly_charges"].fillna(
        customers["monthly_charges"].median()
    )
    customers["support_calls"] = customers["support_calls"].fillna(0).astype(int)
    customers["churned"] = customers["churned"] == "yes"
    assert customers.index.is_unique
    assert not customers.isna().any().any()
    left = customers["churned"].mean()
    print(f"{len(customers)} customers after cleaning, {left:.1%} of them left")

    return customers


def charges_per_month(total, tenure):
    """What a customer paid on average, and zero for one who has just come."""
    months = np.asarray(tenure, dtype=float)
    return np.where(
        months > 0, np.asarray(total, dtype=float) / np.maximum(months, 1.0), 0.0
    )


def add_features(customers: pd.DataFrame) -> None:
    """Add features.

    Parameters
    ----------
    customers : pd.DataFrame
        1,500 rows × 7 columns.
    """
    customers["charges_per_month"] = charges_per_month(
        customers["total_charges"], customers["tenure_months"]
    )


class SplitResult(NamedTuple):
    """What `split` returns."""

    X_train: pd.DataFrame
    X_test: pd.DataFrame
    y_train: pd.Series
    y_test: pd.Series


def split(
    customers: pd.DataFrame, *, seed: int = 7, test_size: float = 0.25
) -> SplitResult:
    """Split and train.

    Parameters
    ----------
    customers : pd.DataFrame
        1,500 rows × 8 columns.
    seed : int
        Of the split.
    test_size : float
        Share of the customers held out for testing.
    """
    X = customers[[*NUMERIC, *CATEGORIES]]
    y = customers["churned"]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=test_size, random_state=seed, stratify=y
    )
    assert len(X_train) + len(X_test) == len(customers)
    print(f"{len(X_train)} customers to learn from, {len(X_test)} to test on")

    return SplitResult(X_train, X_test, y_train, y_test)


def train(
    X_train: pd.DataFrame, y_train: pd.Series, *, folds: int = 5
) -> "tuple[Pipeline, Pipeline]":
    """Train.

    Parameters
    ----------
    X_train : pd.DataFrame
        1,125 rows × 7 columns.
    y_train : pd.Series
        1,125 values, bool.
    folds : int
        Folds of the cross-validation.
    """
    prepare = make_column_transformer(
        (StandardScaler(), list(NUMERIC)),
        (OneHotEncoder(handle_unknown="ignore"), list(CATEGORIES)),
    )
    model = make_pipeline(prepare, LogisticRegression(max_iter=1000))

    scores = cross_val_score(model, X_train, y_train, cv=folds, scoring="roc_auc")
    print(f"cross-validated AUC: {scores.mean():.3f} ± {scores.std():.3f}")

    shown = model.fit(X_train, y_train)
    return model, shown


def at_risk(probability, *, threshold):
    """Whom we would call."""
    return probability >= threshold


def evaluate(
    X_test: pd.DataFrame,
    model: "Pipeline",
    y_test: pd.Series,
    *,
    threshold: float = 0.5,
) -> tuple[np.ndarray, float]:
    """Evaluate.

    Parameters
    ----------
    X_test : pd.DataFrame
        375 rows × 7 columns.
    model : Pipeline
    y_test : pd.Series
        375 values, bool.
    threshold : float
        Call a customer at risk from this probability on.
    """
    probability = model.predict_proba(X_test)[:, 1]
    auc = roc_auc_score(y_test, probability)
    print(f"AUC on held-out customers: {auc:.3f}")
    print(
        classification_report(
            y_test,
            at_risk(probability, threshold=threshold),
            target_names=["stays", "leaves"],
        )
    )
    assert 0.5 < auc <= 1.0

    return probability, auc


def plot_roc(probability: np.ndarray, y_test: pd.Series, auc: float) -> None:
    """Plot roc.

    Parameters
    ----------
    probability : np.ndarray
        shape (375,), float64.
    y_test : pd.Series
        375 values, bool.
    auc : float
    """
    false_positive, true_positive, _cut = roc_curve(y_test, probability)
    fig, ax = plt.subplots()
    ax.plot(false_positive, true_positive, label=f"AUC {auc:.2f}")
    ax.plot([0, 1], [0, 1], color="grey", linestyle=":")
    ax.set_xlabel("false positives")
    ax.set_ylabel("true positives")
    ax.legend()
    plt.show()


def plot_weights(model: "Pipeline") -> None:
    """Plot weights."""
    weights = pd.Series(
        model[-1].coef_[0], index=model[:-1].get_feature_names_out()
    ).sort_values()
    weights.plot.barh(title="what drives churn")
    plt.tight_layout()
    plt.show()


def load_prospects(*, prospects_csv: str = "data/prospects.csv") -> pd.DataFrame:
    """The same cleaning again, for the prospects (they have no outcome yet).

    Parameters
    ----------
    prospects_csv : str
        Customers to score.

    Returns
    -------
    pd.DataFrame
        242 rows × 7 columns.
    """
    prospects = pd.read_csv(prospects_csv)
    print(f"{len(prospects)} rows, {prospects['customer_id'].nunique()} customers")

    return prospects


def clean_prospects(prospects: pd.DataFrame) -> pd.DataFrame:
    """Clean `prospects`.

    Parameters
    ----------
    prospects : pd.DataFrame
        242 rows × 7 columns.

    Returns
    -------
    pd.DataFrame
        240 rows × 7 columns.
    """
    prospects = (
        prospects.drop_duplicates("customer_id").set_index("customer_id").sort_index()
    )
    prospects["contract"] = prospects["contract"].str.strip().str.lower()
    prospects["total_charges"] = pd.to_numeric(
        prospects["total_charges"], errors="coerce"
    ).fillna(0.0)
    prospects["monthly_charges"] = prospects["monthly_charges"].fillna(
        prospects["monthly_charges"].median()
    )
    prospects["support_calls"] = prospects["support_calls"].fillna(0).astype(int)
    prospects["charges_per_month"] = charges_per_month(
        prospects["total_charges"], prospects["tenure_months"]
    )
    assert prospects.index.is_unique
    assert not prospects.isna().any().any()
    print(f"{len(prospects)} prospects after cleaning")

    return prospects


def score(
    model: "Pipeline", prospects: pd.DataFrame, *, threshold: float = 0.5
) -> pd.DataFrame:
    """Score.

    Parameters
    ----------
    model : Pipeline
    prospects : pd.DataFrame
        240 rows × 7 columns.
    threshold : float
        Call a customer at risk from this probability on.

    Returns
    -------
    pd.DataFrame
        57 rows × 8 columns.
    """
    prospects["risk"] = model.predict_proba(prospects[[*NUMERIC, *CATEGORIES]])[
        :, 1
    ].round(4)
    return prospects[at_risk(prospects["risk"], threshold=threshold)].sort_values(
        "risk", ascending=False
    )


def run(
    *,
    customers_csv: str = "data/customers.csv",
    seed: int = 7,
    test_size: float = 0.25,
    folds: int = 5,
    threshold: float = 0.5,
    prospects_csv: str = "data/prospects.csv",
):
    """Do all steps of churn.ipynb, in its order."""
    customers = load(customers_csv=customers_csv)
    customers = clean(customers)
    add_features(customers)
    X_train, X_test, y_train, y_test = split(customers, seed=seed, test_size=test_size)
    model, _ = train(X_train, y_train, folds=folds)
    probability, auc = evaluate(X_test, model, y_test, threshold=threshold)
    plot_roc(probability, y_test, auc)
    plot_weights(model)
    prospects = load_prospects(prospects_csv=prospects_csv)
    prospects = clean_prospects(prospects)
    return score(model, prospects, threshold=threshold)


def main(argv: list[str] | None = None) -> None:
    """Run the steps from the command line."""
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument(
        "--customers-csv",
        default="data/customers.csv",
        help="last year's customers, with the outcome (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=7, help="of the split (default: %(default)s)"
    )
    parser.add_argument(
        "--test-size",
        type=float,
        default=0.25,
        help="share of the customers held out for testing (default: %(default)s)",
    )
    parser.add_argument(
        "--folds",
        type=int,
        default=5,
        help="folds of the cross-validation (default: %(default)s)",
    )
    parser.add_argument(
        "--threshold",
        type=float,
        default=0.5,
        help="call a customer at risk from this probability on (default: %(default)s)",
    )
    parser.add_argument(
        "--prospects-csv",
        default="data/prospects.csv",
        help="customers to score (default: %(default)s)",
    )
    run(**vars(parser.parse_args(argv)))


if __name__ == "__main__":
    main()
