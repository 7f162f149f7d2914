with source as (select * from {{ raw('pipedrive', 'organizations') }}),

-- A parent is named without an id. A name that two organisations share says nothing.
parents as (
    select lower(trim(name)) as name_key, min(id) as id
    from source
    group by all
    having count(*) = 1
)

select
    {{ source_id('pipedrive', 'source.id') }} as account_id,
    'pipedrive' as source_name,
    nullif(trim(source.name), '') as account_name,
    source.industry,
    source.country,
    {{ source_id('pipedrive', 'source.owner') }} as owner_id,
    {{ source_id('pipedrive', 'parents.id') }} as parent_account_id,
    source.number_of_employees as count_employees,
    source.currency_of_annual_revenue as currency,
    source.annual_revenue as annual_revenue_amount,
    source.organization_created as created_at
from source
left join parents on parents.name_key = lower(trim(source.parent))
