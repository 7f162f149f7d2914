-- One row per order or won deal and touch that led to it, with what each of nine models gives the touch; what nobody's
-- answer led to keeps one row without a campaign, so that every model adds up to all revenue.
{% set placed = var('attribution_models') %}
{% set models = placed.keys() | list + ['time_decay', 'success'] %}
with shares as (
    select
        touches.*,
        {% for model, places in placed.items() -%}
        {{ attribution_share(places) }} as {{ model }},
        {% endfor -%}
        pow(2, -date_diff('second', answered_at, converted_at) / 86400 / {{ var('attribution_half_life_days') }})
            as time_decay,
        successes.success_share as success
    from {{ ref('int_conversion_touches_placed') }} as touches
    left join {{ ref('int_campaign_successes_counted') }} as successes using (conversion_type, campaign_id)
    window way as (partition by conversion_type, record_id)
),

weights as (
    select
        conversion_type,
        record_id,
        customer_id,
        converted_at,
        revenue_amount,
        campaign_id,
        answered_at as touched_at,
        touch_number,
        count_touches,
        {% for model in models -%}
        {{ model }} / sum({{ model }}) over way as {{ model }}_weight,
        {% endfor -%}
    from shares
    window way as (partition by conversion_type, record_id)

    union all by name

    select
        conversion_type,
        record_id,
        customer_id,
        converted_at,
        revenue_amount,
        0 as count_touches,
        {% for model in models -%}
        1 as {{ model }}_weight,
        {% endfor -%}
    from {{ ref('int_conversions_collected') }}
    anti join shares using (conversion_type, record_id)
)

select
    conversion_type,
    record_id,
    customer_id,
    campaign_id,
    campaign_id is not null as is_attributed,
    converted_at,
    cast(converted_at as date) as converted_date,
    touched_at,
    touch_number,
    count_touches,
    cast(revenue_amount as decimal(18, 4)) as revenue_amount,
    {% for model in models -%}
    cast({{ model }}_weight as double) as {{ model }}_weight{{ ',' if not loop.last }}
    {% endfor %}
from weights
