-- The currency in which everything is added up: one row. It is the one that the company set, unless it records nothing in
-- that one and has no rate to it: then all of a small firm's money would be unknown for want of a setting, and the
-- currency of most of its amounts is its own.
with amounts as (
    {% for model in ['int_orders_unioned', 'int_payments_unioned', 'int_subscriptions_unioned', 'int_opportunities_unioned'] -%}
    select upper(nullif(trim(currency), '')) as currency from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- An amount without a currency is in the one that is set.
recorded as (
    select coalesce(currency, '{{ var("reporting_currency") }}') as currency, count(*) as count_amounts
    from amounts
    group by all
),

candidates as (
    select currency, count_amounts, false as is_set from recorded
    union all
    select '{{ var("reporting_currency") }}', 0, true
    where '{{ var("reporting_currency") }}' in (select currency from recorded)
        or '{{ var("reporting_currency") }}' in (select to_currency from {{ ref('int_exchange_rates_unioned') }})
        or not exists (select 1 from recorded)
)

select currency
from candidates
order by is_set desc, count_amounts desc, currency
limit 1
