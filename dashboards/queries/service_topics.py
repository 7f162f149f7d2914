"""What tickets are about and how their customers sound, as the words of the tickets tell."""

VERDICT = "select verdict from release.model_cards where score_name = 'ticket_topics'"

# The window and the one before it; of the latter null where the tickets do not reach back so far.
TOPICS = """
with asked as (
    select
        t.*, r.topic, r.sentiment,
        t.created_date >= $as_of_date - $days as is_now,
        (select min(created_date) from marts.fct_tickets) <= $as_of_date - 2 * $days as has_before
    from marts.fct_tickets as t
    left join marts.fct_ticket_topics as r using (ticket_id)
    where t.created_date >= $as_of_date - 2 * $days and t.created_date < $as_of_date
)
select
    coalesce(a.topic, 'Not clear') as topic,
    any_value(s.terms) as terms,
    count(*) filter (is_now) as tickets,
    tickets / sum(tickets) over () as share,
    (case when any_value(has_before) then count(*) filter (not is_now) end)::double as tickets_before,
    median(full_resolution_calendar_minutes) filter (is_now) as resolution_median,
    count(*) filter (is_now and csat_score = 'bad') as bad,
    count(csat_score) filter (is_now) as rated,
    -- Where nothing is said of any ticket, no ticket is known not to sound negative.
    case when (select count(sentiment) from marts.fct_ticket_topics) > 0
        then count(*) filter (is_now and sentiment = 'negative') / tickets end as negative_share
from asked as a
left join scores.topics as s on s.topic = a.topic
group by a.topic
having count(*) filter (is_now) > 0
order by a.topic is null, tickets desc, a.topic
limit 25
"""

# Whole months only, of the year before the as-of date.
SENTIMENT = """
select
    date_trunc('month', created_date)::date as period,
    coalesce(sentiment, 'neither') as sentiment,
    count(*) as tickets
from marts.fct_ticket_topics
where
    created_date >= date_trunc('month', $as_of_date) - interval 12 month
    and created_date < date_trunc('month', $as_of_date)
    and exists (from marts.fct_ticket_topics where sentiment is not null)
group by all
order by period, sentiment
"""
