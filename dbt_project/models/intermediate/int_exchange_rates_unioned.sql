-- What one unit of each currency is worth in another, from when on. A rate that a bank quotes the other way round is turned.
with unioned as (
    {{ union_staged('exchange_rates', [
        'generic',
    ]) }}
)

select currency, to_currency, rate_date, source_name, exchange_rate from unioned
union all
select to_currency, currency, rate_date, source_name, 1 / exchange_rate from unioned
