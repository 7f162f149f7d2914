select
    {{ source_id('hubspot', 'id') }} as ticket_id,
    'hubspot' as source_name,
    {{ hubspot_property('content') }} as description
from {{ raw('hubspot', 'api_tickets') }}
where {{ hubspot_property('content') }} is not null
