with source as (select * from {{ raw('dynamics365', 'accounts') }}),

-- Records refer to accounts by name. A name that two accounts share says nothing, so it leads to neither.
named as (
    select lower(trim(account_name)) as name_key, min(do_not_modify_account) as guid
    from source
    group by all
    having count(*) = 1
)

select
    {{ source_id('dynamics365', 'source.do_not_modify_account') }} as account_id,
    'dynamics365' as source_name,
    trim(source.account_name) as account_name,
    source.industry,
    source.address_1_country_region as country,
    {{ source_id('dynamics365', 'source.owner') }} as owner_id,
    {{ source_id('dynamics365', 'named.guid') }} as parent_account_id,
    source.number_of_employees as count_employees,
    {{ dynamics365_currency('source.currency') }} as currency,
    source.annual_revenue as annual_revenue_amount,
    source.created_on as created_at
from source
left join named on named.name_key = lower(trim(source.parent_account))
