-- What one unit of each currency is worth in the reporting currency, from when on. A rate that a bank quotes the other way
-- round is turned; our own currency is worth one of itself, ever since.
with unioned as (
    {{ union_staged('exchange_rates', [
        'generic',
    ]) }}
),

quoted as (
    select currency, to_currency, rate_date, source_name, exchange_rate from unioned
    union all
    select to_currency, currency, rate_date, source_name, 1 / exchange_rate from unioned
)

select
    currency,
    rate_date,
    -- Where two name a rate for one day, the same one of them counts every night.
    arg_min(exchange_rate, source_name) as exchange_rate
from quoted
where to_currency = '{{ var("reporting_currency") }}' and currency != to_currency and {{ seen('rate_date') }}
group by all

union all

select '{{ var("reporting_currency") }}', date '0001-01-01', 1
