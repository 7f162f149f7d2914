select
    id as ticket_id,
    'salesforce' as source_name,
    description
from {{ salesforce_kept('cases') }}
where description is not null
