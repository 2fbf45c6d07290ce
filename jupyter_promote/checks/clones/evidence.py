"""Whether two places that are alike were copied, or are what everybody writes."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.statements import NAME

LIKENESS = 0.78  # share of words that were kept, or changed in one and the same way
RARE_BONUS = 0.3  # less is enough where the project has these statements nowhere else
RARE = 3  # times that a statement occurs which hardly anybody else writes
EVIDENCE = 18.0
WORD, IDIOM, TOKEN = 4.0, 1.0, 0.25  # what a word, an idiom's word and a token tell

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
    for in if elif else not and or is None True False def return import from as with while
    """.split())


def copied(index: Index, found: Alignment) -> bool:
    """True where both places are alike enough, in what tells more than that both use a library."""
    pairs = [(i, j) for i, j in found.pairs if not index.is_import[i]]
    if not pairs:
        return False
    rare = sum(_is_rare(index, i, j) for i, j in pairs) / len(pairs)
    if found.renamed + RARE_BONUS * rare < LIKENESS:
        return False
    return sum(telling(index, i) * index.alike(i, j) for i, j in pairs) >= EVIDENCE


def _is_rare(index: Index, i: int, j: int) -> bool:
    shape = index.shape[i]
    return shape == index.shape[j] and index.frequency[shape] <= RARE


def telling(index: Index, i: int) -> float:
    """Return how much a statement tells: words of its own more than idioms, names nothing."""
    words = set(_words(index, i))
    own = sum(word not in IDIOMS for word in words)
    return WORD * own + IDIOM * (len(words) - own) + TOKEN * (index.size[i] - 1)


def _words(index: Index, i: int) -> Iterator[str]:
    for kind in index.kinds(i):
        if kind != NAME and (kind[0].isalpha() or kind[0] == "_"):
            yield kind
