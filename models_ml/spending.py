"""What is worth to come: Gamma-Gamma values and discounted sums of them.

Belongs here: formulas from fitted parameters. Stays out: fitting (btyd.py), simulation (futures.py), frames and dates.
Amounts are revenue in the currency of the data, undiscounted unless a function says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.btyd import GammaGamma, PurchaseModel
from models_ml.closed_form import discounted_purchases

DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True)
class Lifetime:
    """How far ahead a lifetime is looked at, and what is asked of money that comes a year later (0.1 = 10 %).

    No rate is true of every company; 10 % is what value is often discounted at, and after 30 years a coin is worth
    less than 6 % of itself. What would come still later is bounded by `most_left_out`.
    """

    years: float = 30
    annual_rate: float = 0.10

    @property
    def days(self) -> float:
        return 365.0 * self.years

    @property
    def monthly_rate(self) -> float:
        """Twelve of it make a year: (1 + annual)^(1/12) − 1."""
        return float(np.expm1(np.log1p(self.annual_rate) / 12))


def expected_value(model: GammaGamma, frequency: np.ndarray, monetary_value: np.ndarray) -> np.ndarray:
    """Expected amount of one more purchase day: the customer's own mean, pulled towards the population's.

    Equation 5 of Fader & Hardie (2013). Customers without a usable mean (one-time buyers, missing or not positive) get
    the population mean p·v/(q−1).
    """
    x, total = usable_history(frequency, monetary_value)
    return model.p * (model.v + total) / (model.p * x + model.q - 1)


def usable_history(frequency: np.ndarray, monetary_value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat purchases that tell something about value, and their summed amount; (0, 0) where nothing does."""
    frequency, value = np.asarray(frequency, float), np.asarray(monetary_value, float)
    is_usable = (frequency > 0) & np.isfinite(value) & (value > 0)
    x = np.where(is_usable, frequency, 0.0)
    return x, x * np.where(is_usable, value, 0.0)


def discounted_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    *,
    months: int = 12,
    monthly_rate: float = 0.01,
    days_a_month: float = 30.0,
) -> np.ndarray:
    """Revenue expected in the next `months`, each month's discounted to today from its end (rate 0.01 = 1 % a month).

    What lifetimes calls customer_lifetime_value, for parameters fitted on days.
    """
    month = np.arange(1, months + 1)
    factors = (1 + monthly_rate) ** -month.astype(float)
    orders = discounted_purchases(purchases, frequency, recency, age, month * days_a_month, factors)
    return orders * expected_value(spend, frequency, monetary_value)


def lifetime_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    lifetime: Lifetime,
) -> np.ndarray:
    """Discounted residual lifetime value: revenue of all months to come within the lifetime, as of today.

    Fader, Hardie & Lee (2005), "RFM and CLV", J. of Marketing Research 42, their discounted expected residual
    transactions times the value of one, summed month by month as `customer_lifetime_value` of lifetimes does.
    """
    return discounted_value(
        purchases,
        spend,
        frequency,
        recency,
        age,
        monetary_value,
        months=max(round(12 * lifetime.years), 1),
        monthly_rate=lifetime.monthly_rate,
        days_a_month=DAYS_A_MONTH,
    )


def most_left_out(
    purchases: PurchaseModel,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    lifetime: Lifetime,
) -> float:
    """Amount, over all customers, that everything after the lifetime is worth today at most.

    Expected purchases of a month never rise from one to the next, so it is less than the last month's for ever:
    amount / monthly rate. Infinite without a rate.
    """
    if not lifetime.annual_rate:
        return np.inf
    ends = np.array([lifetime.days - DAYS_A_MONTH, lifetime.days])
    worth = (1 + lifetime.monthly_rate) ** (-12.0 * lifetime.years)
    last = discounted_purchases(purchases, frequency, recency, age, ends, np.array([0.0, worth]))
    return float(last @ expected_value(spend, frequency, monetary_value)) / lifetime.monthly_rate
