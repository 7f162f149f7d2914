with organizations as (select * from {{ raw('zendesk', 'organizations') }}),

-- The ticket list names organisations. One that no record bears is known by its name alone.
named as (
    select min(trim(organization)) as name
    from {{ raw('zendesk', 'ticket_list') }}
    where nullif(trim(organization), '') is not null
        and not exists (
            select 1 from organizations where lower(trim(organizations.name)) = lower(trim(organization))
        )
    group by lower(trim(organization))
),

accounts as (
    select cast(id as varchar) as id, trim(name) as name, created_at from organizations
    union all by name
    select name as id, name from named
)

select
    {{ source_id('zendesk', 'id') }} as account_id,
    'zendesk' as source_name,
    name as account_name,
    cast(null as varchar) as industry,
    cast(null as varchar) as country,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    created_at
from accounts
