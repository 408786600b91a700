"""The estimator, by scikit-learn's conventions."""

import numpy
import polars
import pytest
import riskset as rs
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

pytestmark = pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")


def lung():
    frame = rs.load("@lung").to_polars().drop_nulls(["age", "sex", "ph.ecog"])
    y = numpy.array(list(zip(frame["status"] == 2, frame["time"])),
                    dtype=[("event", bool), ("time", float)])
    return frame.select("age", "sex", "ph.ecog"), y


def test_it_fits_what_the_analysis_fits():
    X, y = lung()
    model = rs.CoxPHEstimator().fit(X, y)
    data = X.with_columns(event=y["event"], time=y["time"])
    result = rs.cox(data, "Surv(time, event) ~ age + sex + `ph.ecog`")
    assert list(model.coef_) == [c.estimate for c in result.coefficients]
    assert model.score(X, y) == pytest.approx(result.concordance.estimate, abs=1e-15)
    for given in (X.to_pandas(), X.to_numpy()):
        again = rs.CoxPHEstimator().fit(given, y)
        assert list(again.coef_) == list(model.coef_)
        assert list(again.predict(given)) == list(model.predict(X))


def test_predictions_are_the_linear_predictor():
    X, y = lung()
    model = rs.CoxPHEstimator().fit(X, y)
    by_hand = (X.to_numpy() - X.to_numpy().mean(axis=0)) @ model.coef_
    assert model.predict(X) == pytest.approx(by_hand, abs=1e-10)


def test_categories_enter_by_their_levels():
    X, y = lung()
    words = X.with_columns(polars.col("sex").replace_strict({1: "male", 2: "female"}))
    model = rs.CoxPHEstimator().fit(words, y)
    assert model.result_.coefficients[1].term == "sexmale"
    assert model.score(words, y) == pytest.approx(rs.CoxPHEstimator().fit(X, y).score(X, y))


def test_cross_validation_and_pipelines():
    X, y = lung()
    X = X.to_pandas()
    scores = cross_val_score(rs.CoxPHEstimator(), X, y, cv=KFold(5, shuffle=True, random_state=1))
    assert len(scores) == 5 and all(0.5 < score < 0.8 for score in scores)
    scaled = make_pipeline(StandardScaler(), rs.CoxPHEstimator()).fit(X, y)
    plain = rs.CoxPHEstimator().fit(X, y)
    assert scaled.score(X, y) == pytest.approx(plain.score(X, y))
    search = GridSearchCV(rs.CoxPHEstimator(), {"ties": ["efron", "breslow"]}, cv=3).fit(X, y)
    assert search.best_params_["ties"] in ("efron", "breslow")


def test_it_is_cloned_and_refuses_what_it_cannot_use():
    model = clone(rs.CoxPHEstimator(ties="exact"))
    assert model.get_params() == {"conf_level": 0.95, "firth": False, "ties": "exact"}
    X, y = lung()
    with pytest.raises(ValueError, match="structured array"):
        model.fit(X, y["time"])
    with pytest.raises(Exception, match="not fitted"):
        model.predict(X)
    with pytest.raises(ValueError, match="fitted to"):
        rs.CoxPHEstimator().fit(X, y).predict(X.drop("age"))
    with pytest.raises(ValueError, match="dimensions"):
        rs.CoxPHEstimator().fit(numpy.zeros(3), y[:3])
