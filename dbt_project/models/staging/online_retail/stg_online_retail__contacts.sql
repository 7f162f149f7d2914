with source as (select * from {{ raw('online_retail', 'invoice_lines') }})

select
    {{ source_id('online_retail', "regexp_replace(customer_id, '\\.0$', '')") }} as contact_id,
    'online_retail' as source_name,
    cast(null as varchar) as email,
    cast(null as varchar) as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    -- A few customers moved; the newest invoice says where they are.
    last(country order by invoice_date, _source_file, _source_row) as country,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as updated_at
from source
where customer_id is not null
group by all
