"""How far a score can be trusted: its card and its backtests."""

CARD = """
select model_version, champion, is_published, verdict, card
from release.model_cards
where score_name = $score_name
"""

BACKTESTS = """
select origin_date, candidate, is_champion, is_baseline, metric, value, n_customers
from release.backtests
where score_name = $score_name
order by origin_date desc, is_champion desc, is_baseline, candidate, metric
"""
