-- Amounts are added up without conversion; another currency than the reporting one is shown to whoever reads the totals.
{{ config(severity='warn') }}

select
    currency,
    count(*) as count_orders
from {{ ref('fct_orders') }}
where currency != '{{ var("reporting_currency") }}'
group by currency
