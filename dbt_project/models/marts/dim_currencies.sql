-- One row per currency that an amount is in, the reporting currency always among them, and how many amounts wait for a rate.
with amounts as (
    {% for mart, day, original in [
        ('fct_orders', 'order_date', 'original_gross_amount'),
        ('fct_payments', 'payment_date', 'original_amount'),
        ('fct_subscriptions', 'started_at', 'original_mrr_amount'),
        ('fct_opportunities', 'created_date', 'original_amount'),
    ] -%}
    select currency, cast({{ day }} as date) as amount_date, exchange_rate, 1 as amounts
    from {{ ref(mart) }}
    where {{ original }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
    union all
    select currency, null, 1, 0 from {{ ref('int_reporting_currency') }}
)

select
    currency,
    currency = (select currency from {{ ref('int_reporting_currency') }}) as is_reporting_currency,
    cast(sum(amounts) as bigint) as count_amounts,
    count(*) filter (exchange_rate is null) as count_unconverted_amounts,
    min(amount_date) filter (exchange_rate is null) as first_unconverted_date,
    max(amount_date) filter (exchange_rate is null) as last_unconverted_date
from amounts
group by currency
