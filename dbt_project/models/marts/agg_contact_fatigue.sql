-- What mailings bring the more a customer hears from the company: one row per number of touches in the seven days
-- before. Mailings of the last response_days are left out, because their answers are not all in.
with touches as (
    select
        customer_id,
        occurred_at,
        count(*) over (
            partition by customer_id order by occurred_at
            range between interval 7 day preceding and current row
        ) - 1 as count_before
    from {{ ref('fct_interactions') }}
    where {{ is_touch() }} and customer_id is not null
),

answers as (
    select
        least(touches.count_before, {{ var('contact_limit_7d') }}) as touches_before,
        {% for name, answered_at in [
            ('responded', 'least(mailings.clicked_at, mailings.replied_at)'), ('unsubscribed', 'mailings.unsubscribed_at')
        ] -%}
        coalesce({{ answered_at }} < mailings.sent_at + interval {{ var('response_days') }} day, false)
            as is_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_campaign_touches') }} as mailings
    -- What was sent in one second had the same before it.
    inner join (select distinct * from touches) as touches
        on mailings.customer_id = touches.customer_id and mailings.sent_at = touches.occurred_at
    where mailings.is_bounced is not true and mailings.sent_at < {{ as_of() }} - {{ var('response_days') }}
),

counted as (
    select
        touches_before,
        count(*) as count_mailings,
        count(*) filter (is_responded) as count_responded,
        count(*) filter (is_unsubscribed) as count_unsubscribed
    from answers
    group by touches_before
)

select
    touches_before,
    touches_before = {{ var('contact_limit_7d') }} as is_open_ended,
    count_mailings,
    {% for answered in ['responded', 'unsubscribed'] -%}
    count_{{ answered }},
    count_{{ answered }} / count_mailings as {{ answered }}_share,
    {{ wilson('count_' ~ answered, 'count_mailings', 'low') }} as {{ answered }}_share_low,
    {{ wilson('count_' ~ answered, 'count_mailings', 'high') }} as {{ answered }}_share_high{{ ',' if not loop.last }}
    {% endfor %}
from counted
