-- A list of conversations has the message that opened each, and no other.
select
    {{ source_id('intercom', 'id') }} as ticket_id,
    'intercom' as source_name,
    source ->> '$.body' as description
from {{ raw('intercom', 'conversations') }}
where conversation_parts is null and (source ->> '$.body') is not null
