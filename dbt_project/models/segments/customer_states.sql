-- What each customer was from when to when: one row per customer, state and stretch of nights. What past nights said is
-- continued, never worked out again, so nothing of today is written onto the past.
{% set remembered = source('history', 'customer_states') -%}
{% set states = {
    'owner': 'owner_id',
    'account': 'account_id',
    'lifecycle_stage': 'lifecycle_stage',
    'marketing_consent': "case when has_opted_out then 'refused' when has_marketing_consent then 'given' end",
    'rfm_group': 'rfm_group',
    'churn_band': 'churn_band',
    'churn_probability': "format('{:.1f}', churn_probability)",
    'next_purchase_probability_90d': "format('{:.1f}', next_purchase_probability_90d)",
} -%}
with past as (
    {% if execute and adapter.get_relation(remembered.database, remembered.schema, remembered.identifier) -%}
    select customer_id, state_name, state_value, valid_from, valid_to
    from {{ remembered }}
    {%- else -%}
    -- A `dbt build` by hand remembers nothing.
    select '' as customer_id, '' as state_name, '' as state_value, {{ as_of() }} as valid_from, {{ as_of() }} as valid_to
    where false
    {%- endif %}
),

tonight as (
    select customer_id, 'segment' as state_name, segment_name as state_value
    from {{ ref('customer_segments') }}
    {% for name, value in states.items() %}
    union all
    select customer_id, '{{ name }}', {{ value }}
    from {{ ref('dim_customers') }}
    where {{ value }} is not null
    {% endfor %}
)

select
    past.customer_id,
    past.state_name,
    past.state_value,
    past.valid_from,
    coalesce(past.valid_to, case when tonight.customer_id is null then {{ as_of() }} end) as valid_to
from past
left join tonight
    on past.valid_to is null
    and past.customer_id = tonight.customer_id
    and past.state_name = tonight.state_name
    and past.state_value = tonight.state_value

union all

select
    tonight.customer_id,
    tonight.state_name,
    tonight.state_value,
    {{ as_of() }},
    null
from tonight
anti join (select * from past where valid_to is null) as past using (customer_id, state_name, state_value)
