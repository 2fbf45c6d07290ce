"""Whether two places that are alike were copied, or are what everybody writes."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.clones.alignment import Alignment, Pair
from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.statements import NAME, NUMBER, STRING

LIKENESS = 0.78  # share of words that were kept, or changed in one and the same way
ACROSS_CELLS = 0.86  # the same, where cells of their own are alike one after the other
RARE_BONUS = 0.3  # less is enough where the project has these statements nowhere else
RARE = 3  # times that a statement occurs which hardly anybody else writes
EVIDENCE = 20.0
EVIDENCE_UNCHANGED = 12.0  # less is enough where no name was changed
UNCHANGED = 0.95  # share of the names
LONG = 24  # tokens after which a statement, a table of data, tells nothing more
WORD, IDIOM, TOKEN = 4.0, 1.0, 0.25  # what a word, an idiom's word and a token tell
KEPT, KEPT_LITERAL = 2.0, 1.0  # what a name, and a literal, tells that both have
CONFIRMED = 1.0  # and one that was changed in the same way more than once

# What everybody calls, whatever the notebook is about: in the order of the libraries' tutorials.
IDIOMS = frozenset("""
    figure subplots subplot add_subplot plot scatter hist bar barh boxplot errorbar fill_between
    step imshow colorbar axhline axvline text annotate twinx gca gcf savefig show legend grid
    tight_layout title suptitle xlabel ylabel xlim ylim xticks yticks axis axes set_title
    set_xlabel set_ylabel set_xlim set_ylim set_xticks set_yticks figsize label color alpha
    linewidth linestyle lw ls marker markersize fontsize loc ax data x y hue style size s c cmap
    kind bins
    fit predict predict_proba transform fit_transform fit_predict score train_test_split
    accuracy_score random_state test_size n_jobs n_estimators max_iter
    read_csv head tail describe info shape columns index values DataFrame Series dropna fillna
    drop rename reset_index set_index sort_values groupby value_counts apply astype copy iloc loc
    axis inplace index_col parse_dates sep header name dtype mean sum std min max median count
    array arange linspace zeros ones dot random seed randn rand normal exp log sqrt T
    print len range int float str list dict set tuple enumerate zip sorted abs open append items
    keys join split format
    plt sns axes fig X y_train y_test X_train X_test y_pred model mod clf res result
    results path file filename name names
    LinearRegression LogisticRegression Ridge Lasso RandomForestClassifier RandomForestRegressor SVC
    KMeans PCA StandardScaler Pipeline KNeighborsClassifier DecisionTreeClassifier GaussianNB
    for in if elif else not and or is None True False def return import from as with while
    """.split())


def copied(index: Index, found: Alignment) -> bool:
    """True where both places are alike enough, in what tells more than that both use a library."""
    pairs = [(i, j) for i, j in found.pairs if not index.is_import[i]]
    if not pairs:
        return False
    rare = sum(_is_rare(index, i, j) for i, j in pairs) / len(pairs)
    if found.renamed + RARE_BONUS * rare < (ACROSS_CELLS if _crosses(index, found) else LIKENESS):
        return False
    told = sum(telling(index, i) * index.alike(i, j) for i, j in pairs)
    told += sum(KEPT if x.isidentifier() else KEPT_LITERAL for x in _kept(index, pairs))
    told += CONFIRMED * found.confirmed
    unchanged = found.kept >= UNCHANGED * found.renamed
    return told > (EVIDENCE_UNCHANGED if unchanged else EVIDENCE)


def _crosses(index: Index, found: Alignment) -> bool:
    return all(
        index.cell[begin] != index.cell[end - 1]
        for begin, end in ((found.a, found.a_end), (found.b, found.b_end))
    )


def _kept(index: Index, pairs: list[Pair]) -> set[str]:
    """Return the names and literals that both places have at the same point, but the shortest."""
    kept = set[str]()
    for i, j in pairs:
        if index.shape[i] == index.shape[j]:
            rows = zip(index.kinds(i), index.tokens(i), index.tokens(j), strict=True)
            kept.update(x for kind, x, y in rows if x == y and kind in (NAME, NUMBER, STRING))
    return {word for word in kept - IDIOMS if len(word) > 2}


def _is_rare(index: Index, i: int, j: int) -> bool:
    shape = index.shape[i]
    few = shape == index.shape[j] and index.frequency[shape] <= RARE
    return few and any(word not in IDIOMS for word in _words(index, i))


def telling(index: Index, i: int) -> float:
    """Return how much a statement tells: words of its own more than idioms, names nothing."""
    words = set(_words(index, i))
    own = sum(word not in IDIOMS for word in words)
    return WORD * own + IDIOM * (len(words) - own) + TOKEN * min(index.size[i], LONG)


def _words(index: Index, i: int) -> Iterator[str]:
    for kind in index.kinds(i):
        if kind != NAME and (kind[0].isalpha() or kind[0] == "_"):
            yield kind
