with exported as (
    select
        record_id as id,
        company_name as name,
        industry,
        country_region as country,
        company_owner as owner_name,
        create_date as created_at,
        _loaded_at,
        false as is_object,
        false as is_gone
    from {{ raw('hubspot', 'companies') }}
),

objects as (
    select
        id,
        {{ hubspot_property('name') }} as name,
        {{ hubspot_label(hubspot_property('industry')) }} as industry,
        {{ hubspot_property('country') }} as country,
        {{ hubspot_property('hubspot_owner_id') }} as owner_id,
        {{ hubspot_property('hs_parent_company_id') }} as parent_id,
        try_cast({{ hubspot_property('numberofemployees') }} as bigint) as count_employees,
        try_cast({{ hubspot_property('annualrevenue') }} as decimal(18, 4)) as annual_revenue_amount,
        created_at,
        _loaded_at,
        true as is_object,
        coalesce(archived, false) as is_gone
    from {{ raw('hubspot', 'api_companies') }}
),

known as (
    select * from exported
    union all by name
    select * from objects
),

-- Exports carry no modification date: of a company in both, the one that came on the later day counts, the object
-- of two on one day, also if it says that the record is gone.
companies as (
    select * from known
    qualify row_number() over (
        partition by id order by cast(_loaded_at as date) desc, is_object desc, _loaded_at desc
    ) = 1
)

select
    {{ source_id('hubspot', 'companies.id') }} as account_id,
    'hubspot' as source_name,
    nullif(trim(companies.name), '') as account_name,
    companies.industry,
    companies.country,
    coalesce(
        {{ source_id('hubspot', 'companies.owner_id') }},
        owners.user_id,
        {{ source_id('hubspot', 'companies.owner_name') }}
    ) as owner_id,
    {{ source_id('hubspot', 'companies.parent_id') }} as parent_account_id,
    companies.count_employees,
    cast(null as varchar) as currency,
    companies.annual_revenue_amount,
    companies.created_at
from companies
left join {{ ref('stg_hubspot__owner_names') }} as owners on owners.name_key = lower(trim(companies.owner_name))
where not companies.is_gone
