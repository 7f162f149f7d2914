with source as (select * from {{ raw('cdnow', 'purchases') }})

-- A purchase has no id: it is the n-th of its customer and day, in the order of the files, not of their arrival.
select
    *,
    {{ source_id('cdnow', 'customer_id') }} || '-' || strftime(purchase_date, '%Y%m%d') || '-' || row_number() over (
        partition by customer_id, purchase_date order by _source_file, _source_row, _load_id
    ) as order_id
from source
