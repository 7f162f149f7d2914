-- What one unit of each currency is worth in the reporting currency, from when on; that one is worth one of itself, ever since.
select
    rates.currency,
    rates.rate_date,
    -- Where two name a rate for one day, the same one of them counts every night.
    arg_min(rates.exchange_rate, rates.source_name) as exchange_rate
from {{ ref('int_exchange_rates_unioned') }} as rates
inner join {{ ref('int_reporting_currency') }} as reporting on rates.to_currency = reporting.currency
where rates.currency != rates.to_currency and {{ seen('rates.rate_date') }}
group by all

union all

select currency, date '0001-01-01', 1
from {{ ref('int_reporting_currency') }}
