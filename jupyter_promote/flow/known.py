"""What is known of common names: the allow-lists on which the analysis may lean.

Whatever stands in no table is unknown: it may change its arguments, print and plot.
"""

from __future__ import annotations

CONVENTIONAL_MODULES = frozenset(
    "np pd plt sns sm smf sp stats os sys math json re random itertools".split()
)

# Built-in callables that change none of their arguments and show nothing.
SILENT_BUILTINS = frozenset(
    """abs all any ascii bin bool bytes callable chr complex dict divmod enumerate filter float format
    frozenset getattr hasattr hash hex id int isinstance issubclass iter len list map max min object oct
    ord pow range repr reversed round set slice sorted str sum tuple type vars zip Exception ValueError
    TypeError KeyError RuntimeError""".split()
)

# Of these, those whose value holds or is one of their arguments.
HOLDING_BUILTINS = frozenset(
    "dict list tuple iter enumerate zip reversed filter map sorted set max min getattr".split()
)

# Built-in callables that show something but change nothing.
SHOWING_BUILTINS = frozenset({"print", "display", "pprint", "show", "plot"})

# Methods that change their object, and only store what they are given.
STORING_METHODS = frozenset(
    "append extend insert update add setdefault remove discard pop clear push put appendleft".split()
)

# Methods that change neither their object nor their arguments and show nothing.
SILENT_METHODS = frozenset(
    """abs add add_prefix add_suffix agg aggregate align all any apply applymap argmax argmin argsort asfreq
    assign astype at_time autocorr between between_time bfill capitalize cat center clip combine
    combine_first compare contains copy corr corrwith count cov cummax cummin cumprod cumsum cut decode
    describe diff difference digitize dot drop drop_duplicates dropna dt droplevel duplicated encode
    endswith eq eval ewm expanding explode extract factorize ffill fillna filter find findall first
    first_valid_index flatten floor floordiv format ge get get_dummies get_group get_level_values groupby
    gt head idxmax idxmin index info_ insert_ interpolate intersection isalpha isdigit isin isna isnull
    item items iterrows itertuples join keys kurt last last_valid_index le len ljust loc lower lstrip lt
    mad map mask match max mean median melt memory_usage merge min mode mul multiply ne nlargest notna
    notnull nsmallest nunique pad pct_change pivot pivot_table pow prod quantile query rank ravel
    reindex rename rename_axis reorder_levels repeat replace resample reset_index reshape rfind rjust
    rolling round rpartition rsplit rstrip sem set_axis set_index shift skew sort_index
    sort_values split splitlines squeeze stack startswith std strftime strip sub subtract sum swapaxes
    swapcase tail take title to_dict to_frame to_json to_list to_markdown to_numpy to_period to_records
    to_series to_string to_timestamp tolist transform translate transpose trunc tz_convert tz_localize
    union unique unstack upper value_counts values var where xs year zfill zip nonzero conj trace
    summary predict predict_proba score transform_ get_params conf_int""".split()
)

# Modules whose functions change none of their arguments, show nothing and draw nothing.
SILENT_MODULES = frozenset(
    """math cmath numpy scipy statistics itertools functools operator collections json re string
    datetime calendar time decimal fractions textwrap pathlib os.path copy hashlib base64 bisect
    typing dataclasses enum numbers unicodedata glob fnmatch""".split()
)
MUTATING_FUNCTIONS = frozenset(
    """numpy.random.shuffle numpy.copyto numpy.put numpy.place numpy.putmask numpy.fill_diagonal
    random.shuffle bisect.insort heapq.heappush heapq.heappop""".split()
)

# Modules that draw what they are given, and leave it as it is.
DRAWING_MODULES = frozenset({"matplotlib", "seaborn", "plt", "sns"})

# Modules that never draw a figure by themselves.
PLAIN_MODULES = SILENT_MODULES | frozenset(
    """numpy scipy random os sys csv io pickle shutil tempfile subprocess logging warnings requests
    urllib sklearn patsy sqlite3 threading multiprocessing tqdm joblib networkx_ gzip zipfile struct
    platform inspect contextlib abc types gc sympy_ nltk_ pyarrow openpyxl xlrd""".split()
)
DRAWING_WORDS = (
    "plot",
    "hist",
    "draw",
    "chart",
    "scatter",
    "heatmap",
    "imshow",
    "figure",
    "show",
    "display",
    "graph",
)
# Functions of plain modules that draw all the same.
DRAWING_FUNCTIONS = frozenset(
    {"dendrogram", "voronoi_plot_2d", "convex_hull_plot_2d", "plot_tree", "qqplot"}
)
DRAWING_METHODS = frozenset(
    """plot hist boxplot bar barh pie scatter imshow contour contourf violinplot stem step
    fill_between errorbar hexbin""".split()
)
# Callables that return an iterator, which every use advances.
ITERATORS = frozenset(
    """iter map filter zip enumerate reversed open reader DictReader split iterrows itertuples
    finditer iglob glob rglob scandir walk cycle count chain islice product permutations combinations
    groupby accumulate repeat tee starmap from_iterable iter_content imap_unordered""".split()
)

# Methods of axes and figures that decorate what is drawn, and return the decoration.
DECORATIONS = frozenset(
    """legend text annotate axhline axvline axhspan axvspan grid xlabel ylabel title suptitle xlim ylim
    xticks yticks add_subplot colorbar twinx twiny tick_params margins autoscale map_upper map_lower
    map_diag add_legend hlines vlines bar_label add_patch add_artist""".split()
)

# Attributes that only look at a frame, array or container.
LOOKING_ATTRIBUTES = frozenset(
    "shape dtypes dtype columns index size ndim T values nbytes empty".split()
)
LOOKING_METHODS = frozenset(
    """head tail describe value_counts nunique isna isnull notna sum mean median std var min max count any all
    corr cov quantile mode skew kurt unique sort_values sort_index groupby agg reset_index set_index round
    to_frame transpose T memory_usage duplicated drop_duplicates dropna idxmax idxmin nlargest nsmallest
    pivot_table crosstab rename astype keys items values get lower upper strip split copy size
    abs cumsum cumprod diff pct_change shift rank clip between isin query filter drop unstack stack melt
    first last to_string to_numpy tolist summary item equals ndim conf_int""".split()
)

# Built-in callables that never return None.
VALUED_BUILTINS = SILENT_BUILTINS - {"getattr", "max", "min", "vars"}

# Methods that return something whatever they are called on, unless they work in place.
VALUED_METHODS = LOOKING_METHODS - frozenset(
    "get item first last idxmax idxmin summary query filter agg rename copy".split()
)
# Methods of frames, columns and what is grouped that return something.
VALUED_FRAME_METHODS = VALUED_METHODS | frozenset(
    """add add_prefix add_suffix applymap assign bfill corrwith cummax cummin copy div dot eval
    explode ffill fillna filter groupby idxmax idxmin interpolate join map mask merge mul pivot query
    rename reindex replace resample reset_index rolling sample select_dtypes set_index sub
    to_dict to_html to_markdown to_period to_timestamp truncate where""".split()
)
# Methods of scikit-learn's estimators; fitting returns the estimator.
ESTIMATOR_METHODS = frozenset(
    """fit fit_transform fit_predict partial_fit transform inverse_transform predict predict_proba
    predict_log_proba decision_function score set_params get_params get_feature_names_out""".split()
)

# Libraries, and parts of them, whose functions return something unless a table says otherwise.
VALUED_MODULES = tuple(
    """numpy. pandas. math. cmath. statistics. itertools. datetime. decimal. fractions. os.path. hashlib.
    textwrap. collections. scipy.stats. scipy.special. scipy.linalg. scipy.spatial.distance.
    sklearn.metrics. sklearn.model_selection.""".split()
)
VALUED_FUNCTIONS = frozenset(
    """json.dumps glob.glob os.listdir os.getcwd time.time time.perf_counter pathlib.Path re.findall
    re.sub re.split re.compile re.escape uuid.uuid4 platform.python_version""".split()
)
# Of these, what may return None all the same.
MAYBE_NONE = frozenset(
    """pandas.read_pickle pandas.get_option pandas.eval numpy.load numpy.take numpy.lookfor
    numpy.vectorize numpy.piecewise pandas.options.display""".split()
)
RETURNING_NONE = MUTATING_FUNCTIONS | frozenset(
    """numpy.random.seed numpy.set_printoptions numpy.save numpy.savez numpy.savez_compressed
    numpy.savetxt numpy.info pandas.set_option pandas.reset_option pandas.show_versions
    random.seed time.sleep json.dump pickle.dump os.makedirs os.mkdir os.remove os.chdir os.rename
    gc.enable gc.disable warnings.warn warnings.filterwarnings warnings.simplefilter
    logging.basicConfig logging.debug logging.info logging.warning logging.error
    sys.path.append sys.path.insert sys.path.extend sys.path.remove
    matplotlib.pyplot.show matplotlib.pyplot.savefig matplotlib.pyplot.close
    matplotlib.pyplot.tight_layout matplotlib.pyplot.subplots_adjust matplotlib.pyplot.draw
    matplotlib.pyplot.pause matplotlib.pyplot.clf matplotlib.pyplot.cla matplotlib.use
    matplotlib.style.use matplotlib.pyplot.style.use seaborn.set seaborn.set_theme seaborn.set_style
    seaborn.set_context seaborn.set_palette seaborn.despine""".split()
)
# Methods of pandas that return None where they work in place.
IN_PLACE_METHODS = frozenset(
    """drop dropna fillna rename reset_index set_index sort_values sort_index replace drop_duplicates
    query eval clip interpolate mask where ffill bfill rename_axis""".split()
)
FRAME_WRITERS = frozenset(
    "to_csv to_json to_html to_latex to_string to_parquet to_excel to_pickle to_feather to_hdf".split()
)
# Methods of lists, dicts and sets that return None; of other objects they may return something.
CHANGING_METHODS = frozenset(
    "append extend insert update add discard sort reverse appendleft".split()
)
CONTAINERS = frozenset("list dict set defaultdict Counter deque OrderedDict".split())

# Statements of this kind may change what a later import does.
IMPORT_INFLUENCES = ("environ", "chdir", "putenv", "setenv", "use", "patch", "config", "path")
# Questions about paths influence nothing.
PATH_QUESTIONS = tuple(
    """path.join path.exists path.abspath path.dirname path.expanduser path.basename path.isfile
    path.isdir""".split()
)
WRITERS = frozenset(
    """to_csv to_parquet to_json to_excel to_pickle to_sql write_text write_bytes mkdir makedirs
    savefig save savez savetxt dump copy copyfile move rename unlink remove rmtree system run
    call check_call check_output Popen""".split()
)

FINALIZERS = frozenset(
    """open TemporaryDirectory NamedTemporaryFile TemporaryFile FuncAnimation ArtistAnimation Timer Pool
    ThreadPool ThreadPoolExecutor ProcessPoolExecutor connect create_engine ZipFile TarFile File
    HDFStore ExcelFile ExcelWriter Popen urlopen Session socket memmap""".split()
)

DYNAMIC_CALLS = frozenset(
    """exec eval compile globals locals get_ipython __import__ getsource stack currentframe
    _getframe""".split()
)
ENUMERATING_CALLS = frozenset(
    {"globals", "locals", "vars", "dir", "doctest.testmod", "unittest.main", "get_ipython"}
)

STAR_REBINDS = frozenset(
    {"sum", "min", "max", "any", "all", "abs", "round", "pow", "open", "divmod"}
)
