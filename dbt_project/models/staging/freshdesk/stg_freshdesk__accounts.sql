with companies as (select * from {{ raw('freshdesk', 'companies') }}),

tickets as (select * from {{ raw('freshdesk', 'tickets') }}),

-- The ticket list names companies. One that no company record bears is known by its name alone.
named as (
    select min(trim(company_name)) as name
    from tickets
    where nullif(trim(company_name), '') is not null
        and lower(trim(company_name)) not in (select lower(trim(name)) from companies)
    group by lower(trim(company_name))
),

accounts as (
    select cast(id as varchar) as id, trim(name) as name, industry, created_at from companies
    union all by name
    select name as id, name from named
)

select
    {{ source_id('freshdesk', 'id') }} as account_id,
    'freshdesk' as source_name,
    name as account_name,
    industry,
    cast(null as varchar) as country,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    created_at
from accounts
