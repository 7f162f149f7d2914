-- Records that stand for a person whom Salesforce knows by another record as well: a converted lead is its contact, a
-- person account is the contact that belongs to it.
select id as record_id, {{ salesforce_id('converted_contact_id') }} as contact_id
from {{ salesforce_kept('leads') }}
where is_converted and {{ salesforce_id('converted_contact_id') }} is not null

union all

select id, coalesce({{ salesforce_id('person_contact_id') }}, id)
from {{ salesforce_kept('accounts') }}
where is_person_account
