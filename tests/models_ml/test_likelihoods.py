"""Likelihoods against lifetimes' own at arbitrary parameters, and gradients against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from models_ml.beta_geometric import BetaGeometric
from models_ml.gamma_gamma import GammaGammaLikelihood
from models_ml.maximum_likelihood import Likelihood
from models_ml.pareto import Pareto

from .lifetimes_oracle import FITTERS, lifetimes

X = np.array([0.0, 0, 1, 1, 2, 5, 40, 300])
TX = np.array([0.0, 0, 0.2, 0.7, 0.7, 0.9, 0.95, 0.99])
T = np.array([0.0, 1, 0.3, 1.0, 0.7, 1.0, 1.0, 1.0])
CUSTOMERS = np.array([3, 900, 20, 40, 7, 3, 1, 1])
VALUE = np.array([12.0, 3.5, 88, 0.01, 25, 4000, 31, 30])

LIKELIHOODS = {
    "BG/NBD": BetaGeometric(X, TX, T, CUSTOMERS, spared=1),
    "MBG/NBD": BetaGeometric(X, TX, T, CUSTOMERS, spared=0),
    "Pareto/NBD": Pareto(X, TX, T, CUSTOMERS),
    "Gamma-Gamma": GammaGammaLikelihood(X[2:], VALUE[2:]),
}
POINTS = [(0.25, 0.11, 0.8, 2.4), (1.4, 0.02, 0.16, 217.0), (2.0, 3.0, 2.5, 0.4), (0.05, 1.0, 30.0, 1.0)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("title", LIKELIHOODS)
def test_gradients_are_what_finite_differences_say(title: str, point: tuple[float, ...]) -> None:
    likelihood, at = LIKELIHOODS[title], np.log(point[:3] if title == "Gamma-Gamma" else point)
    _, gradient = likelihood(np.exp(at))
    slopes = approx_fprime(at, lambda logs: likelihood(np.exp(logs))[0], 1e-7)
    assert gradient * np.exp(at) == pytest.approx(slopes, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("title", ["BG/NBD", "MBG/NBD"])
def test_likelihoods_are_those_of_lifetimes(title: str, point: tuple[float, ...]) -> None:
    value, _ = LIKELIHOODS[title](np.array(point))
    loss = FITTERS[title]._negative_log_likelihood(np.log(point), X, TX, T, CUSTOMERS, 0.0)
    assert value == pytest.approx(-loss, rel=1e-12)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("point", POINTS)
def test_the_pareto_likelihood_is_that_of_lifetimes_and_exists_where_theirs_does_not(point: tuple[float, ...]) -> None:
    theirs = FITTERS["Pareto/NBD"]._conditional_log_likelihood(point, X, TX, T)
    ours = [Pareto(*(column[[row]] for column in (X, TX, T)), np.ones(1))(np.array(point))[0] for row in range(len(X))]
    is_sane = np.isfinite(theirs)
    assert is_sane[:-1].all()
    assert np.isfinite(ours).all()
    assert np.array(ours)[is_sane] == pytest.approx(theirs[is_sane], rel=1e-8)


def test_the_likelihood_of_spending_is_that_of_lifetimes() -> None:
    for point in POINTS:
        value, _ = LIKELIHOODS["Gamma-Gamma"](np.array(point[:3]))
        loss = lifetimes.GammaGammaFitter._negative_log_likelihood(np.log(point[:3]), X[2:], VALUE[2:], np.ones(6), 0.0)
        assert value == pytest.approx(-loss, rel=1e-12)


@pytest.mark.parametrize("title", LIKELIHOODS)
def test_a_thinned_likelihood_is_that_of_every_so_many_rows(title: str) -> None:
    whole = LIKELIHOODS[title]
    thinned: Likelihood = whole.thinned(3)
    assert len(thinned) == -(-len(whole) // 3)
    assert np.isfinite(thinned(np.array(POINTS[0][: 3 if title == "Gamma-Gamma" else 4]))[0])


@pytest.mark.parametrize("title", ["BG/NBD", "MBG/NBD", "Pareto/NBD"])
def test_parameters_at_the_edge_of_the_search_stay_finite(title: str) -> None:
    """Where lifetimes' Pareto/NBD overflows: the search leaps there, and NaN would end it."""
    for corner in np.ndindex(2, 2, 2, 2):
        value, gradient = LIKELIHOODS[title](np.array([1e-12, 1e12])[list(corner)])
        assert np.isfinite(value), corner
        assert np.isfinite(gradient).all(), corner
