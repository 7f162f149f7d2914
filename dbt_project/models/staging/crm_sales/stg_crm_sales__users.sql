with source as (select * from {{ raw('crm_sales', 'sales_teams') }})

select
    {{ source_id('crm_sales', 'sales_agent') }} as user_id,
    'crm_sales' as source_name,
    sales_agent as user_name,
    cast(null as varchar) as email,
    'agent' as role,
    regional_office as team_name
from source
