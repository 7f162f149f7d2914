select
    id as user_id,
    'salesforce' as source_name,
    coalesce(nullif(trim(name), ''), nullif(concat_ws(' ', first_name, last_name), ''), username) as user_name,
    {{ email_key('email') }} as email,
    cast(null as varchar) as role,
    coalesce(department, division) as team_name
from {{ salesforce_rows('users') }}
-- A customer with a portal login is a contact and no colleague.
where {{ salesforce_id('contact_id') }} is null
