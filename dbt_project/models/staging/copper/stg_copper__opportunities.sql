with source as (
    select
        *,
        coalesce(converted_currency = '{{ var("reporting_currency") }}' and converted_value is not null, false)
            as is_converted
    from {{ raw('copper', 'opportunities') }}
),

-- An opportunity names its person: by name within its company, or by e-mail address. Names and addresses that two
-- people share say nothing, nor does a name without a company.
people as (
    select account_id || ' ' || lower(full_name) as person_key, contact_id from {{ ref('stg_copper__contacts') }}
    union all
    select email, contact_id from {{ ref('stg_copper__contacts') }}
),

named as (
    select person_key, min(contact_id) as contact_id
    from people
    where person_key is not null
    group by all
    having count(*) = 1
)

select
    {{ source_id('copper', 'source.copper_id') }} as opportunity_id,
    'copper' as source_name,
    source.name as opportunity_name,
    {{ source_id('copper', 'source.company_id') }} as account_id,
    named.contact_id,
    {{ source_id('copper', 'source.owner_id') }} as owner_id,
    cast(null as varchar) as product_name,
    source.pipeline as pipeline_name,
    source.stage as stage_name,
    case source.status when 'Open' then 'Pipeline' when 'Abandoned' then 'Other' else source.status end as status,
    -- Copper converts to the currency of the company, which may be the reporting one.
    case when is_converted then source.converted_currency else source.currency end as currency,
    case when is_converted then source.converted_value else source.value end as amount,
    source.win_probability / 100 as probability,
    cast(null as varchar) as forecast_category,
    source.source as lead_source,
    source.created_at,
    case when source.status = 'Open' then source.close_date else coalesce(source.completed_date, source.close_date) end
        as close_date,
    source.updated_at
from source
left join named on named.person_key = case
    when contains(source.primary_person_contact, '@') then {{ email_key('source.primary_person_contact') }}
    else {{ source_id('copper', 'source.company_id') }} || ' ' || lower(trim(source.primary_person_contact))
end
