"""Whether two places that are alike were copied, or are what everybody writes."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.renaming import Pair
from jupyter_promote.checks.clones.seeding import Seed
from jupyter_promote.checks.clones.statements import NAME

LIKENESS = 0.78  # share of words that were kept, or changed in one and the same way
ACROSS_CELLS = 0.86  # the same, where cells of their own are alike one after the other
RARE_BONUS = 0.3  # less is enough where the project has these statements nowhere else
SHAPE_BONUS = 0.05  # and where nothing but names and literals differs
RARE = 3  # times that a statement occurs which hardly anybody else writes
STRUCTURE = 13  # different runs of three tokens in a statement that few would build alike
EVIDENCE = 17.5
EVIDENCE_UNCHANGED = 12.0  # less is enough where no name was changed
ONLY_IDIOMS = 24.0  # more where there is no word but what everybody writes
UNCHANGED, CHANGED = 0.95, 0.8  # share of the names from which none, and many, were changed
LONG = 24  # tokens after which a statement, a table of data, tells nothing more
WORD, IDIOM, TOKEN = 4.0, 0.8, 0.25  # what a word, an idiom's word and a token tell
KEPT, KEPT_LITERAL = 2.0, 1.0  # what a name, and a literal, tells that both have
TELLS_RARE = 3.0  # what a statement tells that hardly anybody else writes
CONFIRMED = 1.0  # and one that was changed in the same way more than once
HEADS = frozenset(("def", "class", "async", "@"))
LITTLE = 34  # tokens that are no reason to make a module for two files
NEAR = 5  # statements around seeds that are looked at before anything else is
TOKENS, LINES, PROMISE = 20, 3, 8.0  # how many must be common, and what they must tell

# What everybody calls, whatever the notebook is about: plots and how they look, settings, models,
# tables, arrays; and what everybody calls them.
IDIOMS = frozenset("""
    figure subplots subplot add_subplot plot scatter hist bar barh boxplot errorbar fill_between
    step imshow colorbar axhline axvline text annotate twinx gca gcf savefig show legend grid
    tight_layout title suptitle xlabel ylabel xlim ylim xticks yticks axis axes set_title
    set_xlabel set_ylabel set_xlim set_ylim set_xticks set_yticks figsize label color alpha
    linewidth linestyle lw ls marker markersize fontsize loc ax data x y hue style size s c cmap
    kind bins
    rc rcParams use set_style set_theme set_context set_palette set_color_codes set_option
    set_printoptions filterwarnings simplefilter register_matplotlib_converters
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


class Evidence:
    """What the statements of an index tell beyond what everybody writes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._telling: dict[int, tuple[float, bool]] = {}

    def promising(self, chain: Sequence[Seed]) -> bool:
        """True where the surroundings of a chain have enough in common to be looked at."""
        index = self._index
        (a, b), (a_last, b_last) = chain[0], chain[-1]
        here, there = self._around(a, a_last), self._around(b, b_last)
        common = {index.shape[i] for i in here} & {index.shape[j] for j in there}
        ours = [i for i in here if index.shape[i] in common]
        theirs = [j for j in there if index.shape[j] in common]
        if min(sum(index.size[i] for i in ours), sum(index.size[i] for i in theirs)) < TOKENS:
            return False
        if max(_lines(index, ours), _lines(index, theirs)) < LINES:
            return False
        if sum(self._of_shape(index.shape[i])[0] for i in ours) >= PROMISE:
            return True
        return sum(index.size[i] for i, j in chain if index.exact[i] == index.exact[j]) >= LONG

    def _around(self, first: int, last: int) -> list[int]:
        """Return the statements around those from `first` to `last`, without setup."""
        index = self._index
        file = index.file[first]
        begin = max(index.starts[file], first - NEAR)
        end = min(index.starts[file + 1], last + NEAR + 2)
        return [i for i in range(begin, end) if not index.is_setup[i]]

    def copied(self, found: Alignment) -> bool:
        """True where both places are alike in what tells more than that both use a library."""
        index = self._index
        pairs = telling(index, found)
        if not pairs:
            return False
        if index.file[found.a] != index.file[found.b] and _is_little(index, pairs):
            return False
        if len(pairs) == 1 and any(index.shape[i] != index.shape[j] for i, j in pairs):
            return False  # one call, with other arguments
        rare = sum(self._is_rare(i, j) for i, j in pairs)
        enough = ACROSS_CELLS if _crosses(index, found) else LIKENESS
        likeness = found.renamed + RARE_BONUS * rare / len(pairs)
        if index.shape[found.a : found.a_end] == index.shape[found.b : found.b_end]:
            likeness += SHAPE_BONUS
        if likeness < enough:
            return False
        if found.confirmed and self._built_alike(pairs):
            return True
        told = sum(self._of_shape(index.shape[i])[0] * index.alike(i, j) for i, j in pairs)
        kept = _kept(index, pairs)
        told += sum(KEPT if word.isidentifier() else KEPT_LITERAL for word in kept)
        told += CONFIRMED * found.confirmed + TELLS_RARE * rare
        if not kept and not any(self._of_shape(index.shape[i])[1] for i, _ in pairs):
            return told > ONLY_IDIOMS
        return told > _needed(found.kept / found.renamed)

    def _built_alike(self, pairs: Sequence[Pair]) -> bool:
        """True where only names and literals differ, of statements built as hardly any others."""
        index = self._index
        if any(index.shape[i] != index.shape[j] for i, j in pairs):
            return False
        rare = [index.shape[i] for i, _ in pairs if index.frequency[index.shape[i]] <= RARE]
        texts = [index.shape_texts[shape].split(" ") for shape in rare]
        return any(len({*zip(t, t[1:], t[2:], strict=False)}) >= STRUCTURE for t in texts)

    def _is_rare(self, i: int, j: int) -> bool:
        shape = self._index.shape[i]
        few = shape == self._index.shape[j] and self._index.frequency[shape] <= RARE
        return few and self._of_shape(shape)[1]

    def _of_shape(self, shape: int) -> tuple[float, bool]:
        """Return how much a shape tells, names nothing, and whether it has words of its own."""
        known = self._telling.get(shape)
        if known is None:
            tokens = self._index.shape_texts[shape].split(" ")
            words = {t for t in tokens if t != NAME and (t[0].isalpha() or t[0] == "_")}
            own = len(words - IDIOMS)
            told = WORD * own + IDIOM * (len(words) - own) + TOKEN * min(len(tokens), LONG)
            known = self._telling[shape] = (told, own > 0)
        return known


def telling(index: Index, found: Alignment) -> list[Pair]:
    """Return the pairs of a copy that tell something: setup and the heads of functions do not.

    Where it goes on from cell to cell, what a place repeats in its own cells counts once, and is
    no copy if there is nothing else: that is one call after the other, each shown in a cell.
    """
    pairs = [
        (i, j) for i, j in found.pairs if not index.is_setup[i] and index.kinds(i)[0] not in HEADS
    ]
    if not _crosses(index, found):
        return pairs
    kept: list[Pair] = []
    for i, j in pairs:
        if not any(_repeats(index, k, i) or _repeats(index, m, j) for k, m in kept):
            kept.append((i, j))
    return kept if len(kept) > 1 else []


def _repeats(index: Index, i: int, j: int) -> bool:
    return index.cell[i] != index.cell[j] and index.alike(i, j) > 0


def _is_little(index: Index, pairs: Sequence[Pair]) -> bool:
    """True for few tokens that are one statement, or of which each statement was changed."""
    ours, theirs = sum(index.size[i] for i, _ in pairs), sum(index.size[j] for _, j in pairs)
    changed = all(index.exact[i] != index.exact[j] for i, j in pairs)
    return min(ours, theirs) < LITTLE and (changed or len(pairs) == 1)


def _needed(kept: float) -> float:
    """Return what must be told where a share of the names was kept: less, where nearly all."""
    changed = (UNCHANGED - kept) / (UNCHANGED - CHANGED)
    return EVIDENCE_UNCHANGED + (EVIDENCE - EVIDENCE_UNCHANGED) * min(1.0, max(0.0, changed))


def _lines(index: Index, statements: Sequence[int]) -> int:
    return sum(index.last[i] - index.first[i] + 1 for i in statements)


def _crosses(index: Index, found: Alignment) -> bool:
    return all(
        index.cell[begin] != index.cell[end - 1]
        for begin, end in ((found.a, found.a_end), (found.b, found.b_end))
    )


def _kept(index: Index, pairs: Sequence[Pair]) -> set[str]:
    """Return the words that both places have at the same point, but idioms and the shortest."""
    kept = set[str]()
    for i, j in pairs:
        if index.shape[i] == index.shape[j]:
            shape = set(index.kinds(i))
            rows = zip(index.words(i), index.words(j), strict=True)
            kept.update(x for x, y in rows if x == y and len(x) > 2 and x not in shape)
    return kept - IDIOMS
