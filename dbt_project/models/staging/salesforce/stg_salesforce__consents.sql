-- Only opt-outs: that nobody ticked the box is Salesforce's default and no consent.
with opted_out as (
    select id as contact_id, last_modified_date
    from {{ salesforce_kept('contacts') }}
    where has_opted_out_of_email

    union all

    select coalesce(persons.contact_id, leads.id), leads.last_modified_date
    from {{ salesforce_kept('leads') }} as leads
    left join {{ ref('stg_salesforce__person_records') }} as persons on persons.record_id = leads.id
    where leads.has_opted_out_of_email

    union all

    select persons.contact_id, accounts.last_modified_date
    from {{ salesforce_kept('accounts') }} as accounts
    inner join {{ ref('stg_salesforce__person_records') }} as persons on persons.record_id = accounts.id
    where accounts.person_has_opted_out_of_email
)

select
    contact_id,
    'salesforce' as source_name,
    false as has_marketing_consent,
    -- Salesforce does not say since when. The last change is the latest that it can be, so that an older sign-up
    -- elsewhere does not outrank it: in doubt nobody has consented.
    max(last_modified_date) as changed_at
from opted_out
group by contact_id
