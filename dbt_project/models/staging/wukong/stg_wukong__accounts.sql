with source as (select * from {{ raw('wukong', 'customers') }})

select
    {{ wukong_customer_id('customer_name') }} as account_id,
    'wukong' as source_name,
    {{ half_width('customer_name') }} as account_name,
    industry,
    cast(null as varchar) as country,
    {{ source_id('wukong', 'owner_name') }} as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    create_time as created_at
from source
-- The name is all that tells customers apart: two rows of one name are one customer, the newer row speaking.
qualify row_number() over (partition by account_id order by update_time desc nulls last, _source_row desc) = 1
