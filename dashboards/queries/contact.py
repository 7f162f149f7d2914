"""Contact across teams: what is owed, what surveys say, who had to explain again, what too much contact does."""

FOLLOW_UPS = """
select
    count(*) as open_follow_ups,
    count(*) filter (is_overdue) as overdue,
    count(*) filter (due_date = $as_of_date) as due_today
from marts.fct_follow_ups
where team in (select unnest($teams))
"""

FOLLOW_UP_TEAMS = "select team, count(*) as follow_ups from marts.fct_follow_ups group by team order by 2 desc, team"

# The longest overdue first, then what is due next; what has no day comes last.
FOLLOW_UP_LIST = """
select customer_id, follow_up_kind, team, due_date, overdue_days, owner_id
from marts.fct_follow_ups
where team in (select unnest($teams))
order by due_date nulls last, follow_up_id
limit $limit offset $offset
"""

FOLLOW_UPS_OF_CUSTOMER = """
select follow_up_kind, team, due_date, overdue_days, owner_id
from marts.fct_follow_ups
where customer_id = $customer_id
order by due_date nulls last, follow_up_id
limit 25
"""

SURVEYS = """
select
    survey_type, score, score_low, score_high, count_answers, response_rate
from marts.agg_survey_scores
where window_name = $window
"""

# Whole months in the order of time, with the interval that so few answers leave open.
SURVEY_MONTHS = """
select
    strftime(start_date, '%b %Y') as label, score, score_low as low, score_high as high, count_answers
from marts.agg_survey_scores
where survey_type = $survey_type and window_name not like 'last %' and count_answers > 0
    and start_date >= $as_of_date - 400
order by start_date
"""

REPEATS = """
with asked as (
    select lower(trim(category)) as topic, count(*) as tickets
    from marts.fct_tickets
    where category is not null and customer_id is not null
        and created_date >= $as_of_date - $days and created_date < $as_of_date
    group by all
),
again as (
    select topic, count(*) as repeats, count(distinct customer_id) as customers
    from marts.fct_repeat_stories
    where topic is not null and again_at >= $as_of_date - $days and again_at < $as_of_date
    group by all
)
select topic, tickets, coalesce(repeats, 0) as repeats, coalesce(customers, 0) as customers,
    coalesce(repeats, 0) / tickets as share
from asked
left join again using (topic)
order by repeats desc, topic
limit 20
"""

REPEAT_LIST = """
select
    s.customer_id,
    s.topic,
    s.again_at,
    coalesce(t.team_name, split_part(s.again_desk, ':', 2), s.again_channel) as again
from marts.fct_repeat_stories as s
left join marts.dim_teams as t on t.team_id = s.again_desk
where s.topic is not null and s.again_at >= $as_of_date - $days and s.again_at < $as_of_date
order by again_at desc, story_id
limit 10
"""

FATIGUE = "from marts.agg_contact_fatigue where count_mailings >= $fewest order by touches_before"

PRESSURE = """
select
    count(*) as customers,
    count(*) filter (count_touches_7d > 0) as touched_7d,
    count(*) filter (count_touches_30d > 0) as touched_30d,
    max(count_touches_7d) as most_7d,
    (select count(*) from segments.quiet_customers) as quiet
from marts.dim_customers
"""

PRESSURE_BY_TEAM = """
select
    unnest(['Marketing', 'Sales', 'Support', 'Surveys']) as team,
    unnest([
        sum(count_marketing_touches_30d), sum(count_sales_touches_30d),
        sum(count_support_touches_30d), sum(count_survey_touches_30d)
    ])::bigint as touches
from marts.agg_customer_contacts
"""

MOST_TOUCHED = """
select customer_id, count_touches_7d, count_touches_30d, best_channel, reason
from marts.dim_customers
left join segments.quiet_customers using (customer_id)
where count_touches_30d > 0
order by count_touches_7d desc, count_touches_30d desc, customer_id
limit 10
"""

# Two ways to have no best channel are told apart: never in touch, and no channel that stands out.
CHANNELS = """
select
    coalesce(
        best_channel, case when count_own_contacts > 0 then 'no clear preference' else 'never got in touch' end
    ) as channel,
    count(*) as customers
from marts.dim_customers
group by all
order by customers desc, channel
"""

BEST_CHANNEL = """
select channel as habit, probability, probability_low as low, probability_high as high, reason
from scores.best_channel
where customer_id = $customer_id
"""

# The three hours in a row that are one habit, as people say it: 23 is 22:00 to 1:00.
BEST_HOUR = """
select
    lpad(((hour + 23) % 24)::varchar, 2, '0') || ':00–' || lpad(((hour + 2) % 24)::varchar, 2, '0') || ':00 ('
        || coalesce(contact_timezone, 'UTC') || ')' as habit,
    probability, probability_low as low, probability_high as high, reason
from scores.best_hour
inner join marts.dim_customers using (customer_id)
where customer_id = $customer_id
"""

QUIET_REASON = "select reason from segments.quiet_customers where customer_id = $customer_id"

CHANNELS_OF_CUSTOMER = """
select channel, count_own_contacts, count_touches
from marts.agg_customer_channels
where customer_id = $customer_id
order by channel_rank nulls last, channel
"""

HISTORY = """
select state_name, state_value, valid_from, valid_to
from segments.customer_states
where customer_id = $customer_id and state_name in (select unnest($states))
order by valid_from desc, state_name, state_value
limit 50
"""

# Birthdays of the next 30 days, whatever the year; one on 29 February is kept on the 28th in other years.
BIRTHDAYS = """
with days as (select unnest(generate_series($as_of_date, $as_of_date + 29, interval 1 day))::date as day),
known as (select customer_id, birth_date from personal.pii.pii_customers where birth_date is not null)
select known.customer_id, days.day
from known
inner join days
    on month(known.birth_date) = month(days.day)
    and least(day(known.birth_date), day(last_day(days.day))) = day(days.day)
order by days.day, known.customer_id
limit 50
"""
