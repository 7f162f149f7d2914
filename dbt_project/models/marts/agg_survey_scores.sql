-- NPS and CSAT of each window, with n, interval and response rate: one row per survey and window with any answer or
-- request. Of one person (NPS) or ticket (CSAT) only the last answer in a window counts.
with windows as (
    select 'last ' || days || ' days' as window_name, {{ as_of() }} - days as start_date, {{ as_of() }} as end_date
    from (values (30), (90), (365)) as lengths(days)

    union all

    select strftime(month, '%Y-%m'), cast(month as date), cast(month + interval 1 month as date)
    from (
        select unnest(generate_series(
            date_trunc('month', {{ as_of() }}) - interval 24 month,
            date_trunc('month', {{ as_of() }}) - interval 1 month, interval 1 month
        )) as month
    )
),

said as (
    {% for table, id, at, answer in [
        ('int_survey_responses_unioned', 'response_id', 'responded_at', 'records.is_good, records.score'),
        ('int_survey_requests_unioned', 'request_id', 'requested_at', 'null as is_good, null as score'),
    ] -%}
    select
        records.survey_type,
        coalesce(
            case records.survey_type when 'csat' then records.ticket_id end, resolved.customer_id, records.contact_id, records.{{ id }}
        ) as asked,
        records.{{ at }} as said_at,
        records.{{ id }} as record_id,
        {{ answer }},
        {{ 'records.is_good is not null or records.score is not null' if id == 'response_id' else 'false' }} as is_answer
    from {{ ref(table) }} as records
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

last_words as (
    select
        said.survey_type,
        windows.*,
        said.asked,
        bool_or(not said.is_answer) as is_request_known,
        max_by(coalesce(said.is_good, said.score >= 9), (said.said_at, said.record_id)) filter (said.is_answer) as is_for,
        max_by(coalesce(not said.is_good, said.score <= 6), (said.said_at, said.record_id)) filter (said.is_answer)
            as is_against
    from said
    inner join windows on said.said_at >= windows.start_date and said.said_at < windows.end_date
    group by all
),

counted as (
    select
        survey_type,
        window_name,
        start_date,
        end_date,
        count(is_for) as count_answers,
        count(*) filter (is_for) as count_for,
        count(*) filter (is_against) as count_against,
        nullif(count(*) filter (is_request_known), 0) as count_asked,
        count(*) filter (is_request_known and is_for is not null) as count_asked_and_answered
    from last_words
    group by all
)

select
    survey_type || ' ' || window_name as survey_window_id,
    survey_type,
    window_name,
    start_date,
    end_date,
    count_answers,
    count_for,
    count_against,
    (count_for - case survey_type when 'nps' then count_against else 0 end) / nullif(count_answers, 0) as score,
    {% for end, sign in [('low', -1), ('high', 1)] -%}
    case survey_type
        when 'nps' then {{ nps_end('count_for', 'count_against', 'count_answers', sign) }}
        else {{ wilson('count_for', 'count_answers', end) }}
    end as score_{{ end }},
    {% endfor -%}
    count_asked,
    count_asked_and_answered / count_asked as response_rate
from counted
