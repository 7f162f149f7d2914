"""Every number of the generated company, with its reason.

Belongs here: rates, shares, multipliers and sizes of the generated world; `truth/parameters.json` is this class.
Stays out: vocabularies (names, catalogue, phrases), calendar arithmetic (timeline) and file formats (writers).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """Rates are per year and per customer, shares lie in [0, 1], multipliers act on a rate while they last."""

    # Blocks bound the memory: one block lives in memory at a time, however many follow.
    block_size: int = 20_000

    # Three years, so that a model can see every season at least twice before its last backtest.
    history_weeks: int = 157
    # A year and a bit, so that 365 days of true future exist for every customer.
    future_weeks: int = 53

    # --- who there is ---
    shopper_share: float = 0.90  # the rest are prospects that only the CRM or the mailing tool knows
    company_share: float = 0.20  # a mostly-consumer shop with a business desk
    people_per_company: float = 5.0
    hubspot_share: float = 0.75  # consumers; business people and most prospects are always kept by the sales desk
    mailchimp_share: float = 0.65
    acquisition_growth: float = 1.2  # weekly newcomers at the end = (1 + this) x those at the start
    taste_shares: tuple[float, ...] = (0.45, 0.20, 0.20, 0.15)  # email, phone, chat, web

    # --- buying till they drop out (Pareto/NBD: Schmittlein, Morrison & Colombo 1987) ---
    purchase_shape: float = 1.1  # near-exponential spread: many rare buyers, a few regulars
    purchase_rate: float = 4.5  # mean orders a year while alive
    dropout_shape: float = 0.9
    dropout_rate: float = 0.50  # mean; a median stay of somewhat over a year
    peak_height: float = 0.9  # Christmas trade on top of a normal week, around 5 December
    peak_width_days: float = 22.0
    dip_depth: float = 0.30  # summer holidays, around 25 July
    dip_width_days: float = 28.0

    # --- money (Gamma-Gamma: Fader & Hardie 2013): target spend ~ Gamma(p, nu), nu ~ Gamma(q, gamma) ---
    spend_p: float = 6.0
    spend_q: float = 4.0
    spend_gamma: float = 28.0  # mean basket p * gamma / (q - 1) = 56
    company_spend_multiplier: float = 4.0  # business baskets, so that big buyers exist
    follow_up_probability: float = 0.35  # product A, then its companion B on the next order
    extra_line_probability: float = 0.40  # each further line, at most three
    refund_share: float = 0.03
    full_refund_share: float = 0.6
    cancel_share: float = 0.008
    walk_in_share: float = 0.02  # till sales without a customer: they count in totals, never in models
    welcome_code_share: float = 0.15
    discount_rate: float = 0.10
    tax_rate: float = 0.07
    shipping_cents: int = 595
    free_shipping_from_cents: int = 6_000

    # --- service ---
    tickets_per_order: float = 0.10
    tickets_per_year: float = 0.12  # without an order behind them
    ticket_delay_days: float = 5.0
    taste_kept_share: float = 0.6  # how often people get to use the channel they like
    slow_hours: float = 72.0
    neglected_share: float = 0.03  # never solved
    reopen_share: float = 0.08
    rating_share: float = 0.40
    untagged_share: float = 0.3  # what a tag would have said is left to the words
    mistagged_share: float = 0.04
    vague_opening_share: float = 0.35  # of tickets with a second message by the customer, which then says it
    close_after_hours: float = 96.0  # the helpdesk's own rule closes solved tickets

    # --- what makes people leave: multipliers on the dropout rate, fading by `grievance_fade` a week ---
    slow_ticket_dropout: float = 1.7
    neglected_ticket_dropout: float = 2.6
    unhappy_dropout: float = 3.0
    matched_channel_dropout: float = 0.60
    missed_channel_dropout: float = 1.25
    grievance_weeks: int = 26
    grievance_fade: float = 0.93

    # --- marketing ---
    campaign_every_weeks: int = 6
    held_out_share: float = 0.20  # random, so that true effects can be estimated from the exports
    helping_purchase: float = 1.45
    helping_weeks: int = 3
    annoying_dropout: float = 2.5
    annoying_weeks: int = 12
    annoying_weeks_before_as_of: int = 21  # long enough ago that its leavers show, recent enough to matter
    email_taste_strength: float = 1.5  # exponent on a campaign's multiplier for people who like e-mail
    other_taste_strength: float = 0.7
    open_probability: float = 0.24
    second_subject_open: float = 1.5  # what the second subject line of a tested mailing makes of the first one's opens
    click_probability: float = 0.18  # of openers
    campaign_cost_cents: int = 9_000  # artwork and sending of the plainest mailing
    campaign_extra_cents: int = 4_500  # each further photograph of the more elaborate ones, at most three
    bounce_probability: float = 0.008
    unsubscribe_probability: float = 0.002
    annoying_unsubscribe_probability: float = 0.06

    # --- the monthly box: notice ~ geometric with a rate that differs from person to person ---
    subscriber_share: float = 0.08  # of shoppers, sooner or later
    subscription_delay_days: float = 120.0  # from the first order
    plan_shares: tuple[float, ...] = (0.5, 0.35, 0.15)  # small, medium, large
    cancel_rate: float = 0.6  # a year, on average, before grievances
    cancel_shape: float = 1.5
    plan_change_share: float = 0.02  # a month
    return_share: float = 0.2  # of those who left
    return_delay_days: float = 90.0

    # --- surveys and sales ---
    survey_every_weeks: int = 13
    survey_share: float = 0.30
    survey_response: float = 0.35
    deals_per_company: float = 1.8
    win_probability: float = 0.32
    stage_days: float = 16.0
    activities_per_company_contact: float = 6.0
    activities_per_consumer: float = 0.4

    # --- planted dirt ---
    duplicate_contact_share: float = 0.02
    # Off in the demo, whose people are each known by one address; on where identity is measured.
    double_share: float = 0.0  # people entered once more under another address
    trap_share: float = 0.0  # strangers who share a phone, a mailbox or a name with somebody
    typed_email_share: float = 0.05  # capitals and blanks where people type their own address
    late_order_share: float = 0.005
    malformed_share: float = 0.0015  # well under one row in a hundred of any file
    malformed_from_rows: int = 200  # smaller chunks stay clean, or one bad row would already be too many


DEFAULT = Parameters()
"""The company of the demo."""
