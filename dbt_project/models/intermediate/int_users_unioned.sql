-- The company's own people: agents and owners.
with unioned as (
    {{ union_staged('users', [
        'zendesk',
        'servicenow',
        'crm_sales',
        'freshdesk',
        'copper',
        'salesforce',
        'intercom',
        'hubspot',
    ]) }}
)

select
    user_id,
    source_name,
    user_name,
    email,
    role,
    team_name
from unioned
