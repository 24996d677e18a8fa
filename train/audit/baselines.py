"""What can be had without a reward model: preferences told by length, by stock phrases, by words.

A reward model that does no better than these has learnt nothing of taste. Accuracy is the share of
decided comparisons in which the preferred answer scores higher; equal scores count half.
"""

# ruff: noqa: PLC0415 - scipy and scikit-learn are of an extra, and are loaded when something is fitted

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Self

from copydesk.brief import Language
from copydesk.errors import MissingTool, UsageProblem
from copydesk.preferences.convert import to_pairs
from copydesk.preferences.rows import Pair, Ranking, Row
from copydesk.prose.phrases import rate
from copydesk.prose.units import words
from copydesk.train.audit.languages import written_in
from copydesk.train.data.keys import groups

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 20_000  # comparisons that a cross-validation takes; more change the third digit
_GRAMS = 2  # words, characters in Chinese
_STEPS = 200


@dataclass(frozen=True, order=True)
class Choice:
    """One decided comparison; `group` is the prompt's key, by which data is split."""

    group: bytes
    chosen: str
    rejected: str


def choices(rows: Iterable[Row]) -> tuple[Choice, ...]:
    """The decided comparisons of pairs and rankings; ties decide nothing, other rows neither."""
    ranked = [row for row in rows if isinstance(row, Pair | Ranking)]
    found = []
    for row, group in zip(ranked, groups(ranked), strict=True):
        found += [
            Choice(group, pair.chosen, pair.rejected) for pair in to_pairs((row,)) if not pair.tie
        ]
    return tuple(found)


def pair_accuracy(chosen: Sequence[float], rejected: Sequence[float]) -> float:
    """The share of pairs whose chosen answer scores higher, equal scores counting half.

    Raises:
        ValueError: no pair, or not as many scores of both.
    """
    if not chosen:
        raise ValueError("an accuracy needs one pair at least")
    pairs = zip(chosen, rejected, strict=True)
    return sum((one > other) + (one == other) / 2 for one, other in pairs) / len(chosen)


def length_only(compared: Sequence[Choice]) -> float:
    """How often the longer answer was preferred, in words (characters for Chinese).

    Above ½ a model may pass for good by writing much; below, by writing little: what length alone
    predicts is `max(a, 1 - a)`.
    """
    return _by(compared, lambda text: len(words(text, "en")))


def machine_phrases(compared: Sequence[Choice]) -> float:
    """How often the answer with fewer stock phrases of language models was preferred."""
    return _by(compared, lambda text: -rate(text, _language(text)))


def human_ceiling(rankings: Iterable[Row]) -> float | None:
    """How often two annotators agree on a comparison that both decided; None if none did.

    No model can be expected to agree with them more than they do with one another.
    """
    by_item: dict[tuple[object, str, str], list[bool]] = {}
    for row in rankings:
        if isinstance(row, Pair | Ranking) and row.annotator:
            for pair in to_pairs((row,)):
                first, second = sorted((pair.chosen, pair.rejected))
                if not pair.tie and first != second:
                    item = by_item.setdefault((row.prompt, first, second), [])
                    item.append(pair.chosen == first)
    both = same = 0
    for votes in by_item.values():
        first_won = sum(votes)
        both += len(votes) * (len(votes) - 1) // 2
        same += sum(n * (n - 1) // 2 for n in (first_won, len(votes) - first_won))
    return same / both if both else None


class TfidfBradleyTerry:
    """A linear reward on words: score(text) = w · tfidf(text), P(a over b) = σ(score a − score b).

    Features are single words and pairs of neighbours, of characters in Chinese, in small letters,
    found in two texts at least, with sublinear counts and inverse document frequency. w minimises
    ½|w|² + C · Σ log(1 + exp(score(rejected) − score(chosen))) (Bradley and Terry 1952).
    """

    def __init__(self, c: float = 1.0) -> None:
        self._c = c
        self._counter: Any = None
        self._weigher: Any = None
        self._weights: Any = None

    def fit(self, compared: Sequence[Choice]) -> Self:
        """Learn from decided comparisons; their order does not matter.

        Raises:
            UsageProblem: there are none, or they share no words.
            MissingTool: scikit-learn is not installed.
        """
        texts, better, worse = _indexed(compared)
        if not texts:
            raise UsageProblem("There is no decided comparison to learn from.")
        self._counter = _counter()
        try:
            counts = self._counter.fit_transform(texts)
        except ValueError:
            raise UsageProblem("The answers that are compared have no words in common.") from None
        self._weigher, features = _weighed(counts)
        self._weights = _fitted(features, better, worse, self._c)
        return self

    def score(self, texts: Sequence[str]) -> list[float]:
        """A number for each text, higher is better; only differences mean something.

        Raises:
            UsageProblem: nothing was learnt yet.
        """
        if self._weights is None:
            raise UsageProblem("The baseline was not fitted.", "call fit first")
        if not texts:
            return []
        features = self._weigher.transform(self._counter.transform(texts))
        return [float(score) for score in features @ self._weights]

    def accuracy(self, compared: Sequence[Choice]) -> float:
        """The share of comparisons that it decides as they were decided."""
        return pair_accuracy(
            self.score([each.chosen for each in compared]),
            self.score([each.rejected for each in compared]),
        )


def tfidf_cross_validated(
    compared: Sequence[Choice], *, folds: int = 5, c: float = 1.0
) -> float | None:
    """The accuracy of `TfidfBradleyTerry` on prompts that it did not learn from.

    Prompts are dealt into folds by their keys; each fold is predicted from the others. Of more
    than `MOST` comparisons a steady sample is taken.

    Returns:
        None when there are fewer prompts than folds, or no fold can be learnt from.
    """
    sample = _sample(compared)
    names = sorted({each.group for each in sample})
    if len(names) < folds:
        return None
    fold_of = {name: at % folds for at, name in enumerate(names)}
    texts, better, worse = _indexed(sample)
    try:
        counts = _counter().fit_transform(texts)
    except ValueError:  # no word is in two texts
        return None
    return _folded_accuracy(
        counts, better, worse, [fold_of[each.group] for each in sorted(sample)], folds, c
    )


def _folded_accuracy(
    counts: Any, better: list[int], worse: list[int], fold: list[int], folds: int, c: float
) -> float | None:
    import numpy as np

    won, lost, of = np.array(better), np.array(worse), np.array(fold)
    right = 0.0
    for number in range(folds):
        learn, test = of != number, of == number
        seen = np.unique(np.concatenate([won[learn], lost[learn]]))
        known = np.asarray((counts[seen] > 0).sum(axis=0)).ravel() >= 2
        if not known.any():
            return None
        weigher, _ = _weighed(counts[seen][:, known])
        features = weigher.transform(counts[:, known])
        weights = _fitted(features, won[learn], lost[learn], c)
        gained = (features @ weights)[won[test]] - (features @ weights)[lost[test]]
        right += float((gained > 0).sum() + (gained == 0).sum() / 2)
    return right / len(fold)


def _sample(compared: Sequence[Choice]) -> Sequence[Choice]:
    if len(compared) <= MOST:
        return compared
    return sorted(compared, key=_lot)[:MOST]


def _lot(choice: Choice) -> bytes:
    said = f"{choice.chosen}\0{choice.rejected}".encode("utf-8", "surrogatepass")
    return blake2b(choice.group + said, digest_size=8).digest()


def _by(compared: Sequence[Choice], score: Any) -> float:
    known = {text: score(text) for each in compared for text in (each.chosen, each.rejected)}
    return pair_accuracy(
        [known[each.chosen] for each in compared], [known[each.rejected] for each in compared]
    )


def _language(text: str) -> Language:
    return "zh" if written_in(text) == "zh" else "en"


def _indexed(compared: Iterable[Choice]) -> tuple[list[str], list[int], list[int]]:
    """Each text once, and for each comparison, sorted, the numbers of its two texts."""
    ordered = sorted(compared)
    texts = sorted({text for each in ordered for text in (each.chosen, each.rejected)})
    at = {text: number for number, text in enumerate(texts)}
    return texts, [at[each.chosen] for each in ordered], [at[each.rejected] for each in ordered]


def _grams(text: str) -> Iterator[str]:
    said = [word.casefold() for word in words(text, "en")]
    yield from said
    for size in range(2, _GRAMS + 1):
        yield from (" ".join(run) for run in zip(*(said[at:] for at in range(size)), strict=False))


def _counter() -> Any:
    """Counts the words and pairs of words that two texts have at least."""
    return _sklearn().CountVectorizer(analyzer=_grams, min_df=2)


def _weighed(counts: Any) -> tuple[Any, Any]:
    """TF-IDF learnt from counts, and the counts so weighed, each text of length 1."""
    weigher = _sklearn().TfidfTransformer(sublinear_tf=True)
    return weigher, weigher.fit_transform(counts)


def _sklearn() -> Any:
    try:
        from sklearn.feature_extraction import text
    except ImportError:
        raise MissingTool(
            "The baselines on words need scikit-learn.", 'pip install "copydesk[train]"'
        ) from None
    return text


def _fitted(features: Any, better: Any, worse: Any, c: float) -> "NDArray[np.float64]":
    """The weights of the Bradley–Terry likelihood, by L-BFGS on texts rather than on pairs."""
    import numpy as np
    from scipy.optimize import minimize

    won, lost = np.asarray(better), np.asarray(worse)
    turned = features.T.tocsr()

    def cost(weights: "NDArray[np.float64]") -> tuple[float, "NDArray[np.float64]"]:
        scores = features @ weights
        gained = scores[won] - scores[lost]
        pull = c * 0.5 * (1 - np.tanh(gained / 2))  # C · σ(−gained)
        per_text = np.bincount(lost, pull, len(scores)) - np.bincount(won, pull, len(scores))
        loss = c * np.logaddexp(0, -gained).sum() + weights @ weights / 2
        return float(loss), turned @ per_text + weights

    start = np.zeros(features.shape[1])
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x, np.float64)
