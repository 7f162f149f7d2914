with source as (select * from {{ raw('generic', 'generic_exchange_rates') }})

select
    upper(trim(currency)) as currency,
    upper(trim(to_currency)) as to_currency,
    rate_date,
    source_name,
    exchange_rate
from source
