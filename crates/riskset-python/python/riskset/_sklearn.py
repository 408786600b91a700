"""Cox regression in the manner of scikit-learn."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ._analyses import ask
from ._errors import RequestError


class CoxPHEstimator(BaseEstimator):
    """A Cox regression with `fit`, `predict` and `score`, for `cross_val_score` and pipelines.

    Parameters
    ----------
    ties : {"efron", "breslow", "exact"}
        How tied event times enter the likelihood.
    firth : bool
        Firth's penalised likelihood.
    conf_level : float
        Level of the intervals of ``result_``.

    Attributes
    ----------
    result_ : Result
        The whole answer of the regression: coefficients, tests, concordance.
    coef_ : numpy.ndarray
        The log hazard ratios, one for each column of the design; NaN where there is none.
    feature_names_in_ : numpy.ndarray
        The names of the columns of X.

    Notes
    -----
    X is a data frame or an array of numbers; columns of texts or categories enter by their levels.
    y is a structured array as scikit-survival has it: whether the event happened, and the time.
    Rows to predict for are put to the model that is fitted again to the rows it was fitted to, so
    the estimator keeps them.
    """

    def __init__(self, ties="efron", firth=False, conf_level=0.95):
        self.ties = ties
        self.firth = firth
        self.conf_level = conf_level

    def fit(self, X, y):
        """Fits the model.

        Parameters
        ----------
        X : data frame or array of shape (n, p)
            The covariates.
        y : structured array of length n
            Its first field tells whether the event happened, its second the time.

        Returns
        -------
        CoxPHEstimator
            Itself.
        """
        names, columns = _covariates(X)
        event, time = _response(y)
        self.feature_names_in_ = np.asarray(names, dtype=object)
        self.n_features_in_ = len(names)
        self._data = {**columns, _TIME: time, _EVENT: event}
        self.result_ = self._ask()
        coefficients = self.result_["coefficients"]
        self.coef_ = np.array([_number(c["estimate"]) for c in coefficients])
        return self

    def predict(self, X):
        """The log hazard ratio of each row against the means of the rows of the fit; larger means
        an earlier event."""
        check_is_fitted(self, "result_")
        names, columns = _covariates(X)
        if list(names) != list(self.feature_names_in_):
            raise RequestError(
                f"the columns are {', '.join(map(str, names))}, and the model was fitted to "
                f"{', '.join(map(str, self.feature_names_in_))}",
                "CoxPHEstimator.predict",
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they were said by `fit`
            result = self._ask(predict=_table(columns), times=[0.0])
        predictions = sorted(result["predictions"], key=lambda row: row["row"])
        return np.array([row["linear_predictor"] for row in predictions], dtype=float)

    def score(self, X, y):
        """Harrell's concordance of the predictions with the times in y, between 0 and 1."""
        event, time = _response(y)
        data = {_TIME: time, _EVENT: event, "predicted": self.predict(X)}
        formula = f"Surv(`{_TIME}`, `{_EVENT}`) ~ offset(predicted)"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = ask("cox", {"data": data, "formula": formula})
        return result["concordance"]["estimate"]

    def _ask(self, **fields):
        terms = " + ".join(f"`{name}`" for name in self.feature_names_in_)
        fields["data"] = _table(self._data)
        fields["formula"] = f"Surv(`{_TIME}`, `{_EVENT}`) ~ {terms}"
        options = {"ties": self.ties, "firth": self.firth, "conf_level": self.conf_level}
        return ask("cox", {**options, **fields})

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


#: Names for the response that no covariate has.
_TIME, _EVENT = "time of riskset", "event of riskset"


def _table(columns):
    from ._frame import Table

    return Table.of_columns(columns)


def _number(value):
    return np.nan if value is None else value


def _covariates(X):
    if hasattr(X, "columns"):
        names = [str(name) for name in X.columns]
        # A frame of pandas or polars gives its columns by their names.
        return names, {name: _column(X[given]) for name, given in zip(names, X.columns)}
    array = np.asarray(X)
    if array.ndim != 2:
        raise RequestError(f"X has {array.ndim} dimensions, not rows and columns", "CoxPHEstimator")
    names = [f"x{at}" for at in range(array.shape[1])]
    return names, {name: array[:, at] for at, name in enumerate(names)}


def _column(column):
    return column.to_list() if hasattr(column, "to_list") else np.asarray(column)


def _response(y):
    names = getattr(getattr(y, "dtype", None), "names", None)
    if names is None or len(names) != 2 or y.dtype[0].kind != "b":
        raise RequestError(
            "y is no structured array of an event (true or false) and a time",
            "CoxPHEstimator",
            'make one: numpy.array(list(zip(event, time)), dtype=[("event", bool), ("time", float)])',
        )
    return y[names[0]], y[names[1]].astype(float)
