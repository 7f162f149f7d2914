with accounts as (select * from {{ salesforce_kept('accounts') }}),

persons as (select * from {{ ref('stg_salesforce__person_records') }}),

contacts as (
    select
        contacts.id as contact_id,
        contacts.is_deleted,
        1 as precedence,
        {{ email_key('contacts.email') }} as email,
        coalesce(nullif(trim(contacts.name), ''), concat_ws(' ', contacts.first_name, contacts.last_name)) as full_name,
        coalesce(contacts.mobile_phone, contacts.phone, contacts.home_phone) as phone,
        case when not coalesce(accounts.is_person_account, false)
            then {{ salesforce_id('contacts.account_id') }} end as account_id,
        contacts.owner_id,
        accounts.type as lifecycle_stage,
        contacts.lead_source,
        contacts.mailing_country as country,
        contacts.created_date as created_at,
        contacts.last_modified_date as updated_at
    from {{ salesforce_rows('contacts') }} as contacts
    left join accounts on accounts.id = {{ salesforce_id('contacts.account_id') }}
),

person_accounts as (
    select
        persons.contact_id,
        false as is_deleted,
        2 as precedence,
        {{ email_key('person_email') }} as email,
        coalesce(nullif(concat_ws(' ', first_name, last_name), ''), name) as full_name,
        coalesce(person_mobile_phone, phone, person_home_phone) as phone,
        cast(null as varchar) as account_id,
        owner_id,
        type as lifecycle_stage,
        coalesce(person_lead_source, account_source) as lead_source,
        coalesce(person_mailing_country, billing_country) as country,
        created_date as created_at,
        last_modified_date as updated_at
    from accounts
    inner join persons on persons.record_id = accounts.id
),

leads as (
    select
        coalesce(persons.contact_id, leads.id) as contact_id,
        false as is_deleted,
        3 as precedence,
        {{ email_key('email') }} as email,
        coalesce(nullif(trim(name), ''), concat_ws(' ', first_name, last_name)) as full_name,
        coalesce(mobile_phone, phone) as phone,
        {{ salesforce_id('converted_account_id') }} as account_id,
        owner_id,
        status as lifecycle_stage,
        lead_source,
        country,
        created_date as created_at,
        last_modified_date as updated_at
    from {{ salesforce_kept('leads') }} as leads
    left join persons on persons.record_id = leads.id
),

strangers as (
    select
        {{ email_contact_id('salesforce', 'supplied_email') }} as contact_id,
        false as is_deleted,
        4 as precedence,
        {{ email_key('supplied_email') }} as email,
        supplied_name as full_name,
        supplied_phone as phone,
        cast(null as varchar) as account_id,
        cast(null as varchar) as owner_id,
        cast(null as varchar) as lifecycle_stage,
        cast(null as varchar) as lead_source,
        cast(null as varchar) as country,
        created_date as created_at,
        last_modified_date as updated_at
    from {{ salesforce_kept('cases') }}
    where {{ salesforce_id('contact_id') }} is null and {{ email_key('supplied_email') }} is not null
),

people as (
    select * from contacts
    union all
    select * from person_accounts
    union all
    select * from leads
    union all
    select * from strangers
),

-- Where several records are one person, the contact speaks first; a deleted contact is gone whoever else speaks.
known as (
    select * from people
    qualify row_number() over (
        partition by contact_id order by precedence, updated_at desc nulls last, email, full_name
    ) = 1
)

select
    contact_id,
    'salesforce' as source_name,
    email,
    nullif(trim(full_name), '') as full_name,
    phone,
    account_id,
    {{ salesforce_id('owner_id') }} as owner_id,
    lifecycle_stage,
    lead_source,
    country,
    created_at,
    updated_at
from known
where not coalesce(is_deleted, false)
