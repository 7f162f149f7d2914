-- A description is the first comment once more. It counts where a ticket came without its comments.
select
    {{ source_id('zendesk', 'id') }} as ticket_id,
    'zendesk' as source_name,
    description
from {{ raw('zendesk', 'tickets') }}
where description is not null and coalesce(json_array_length(comments), 0) = 0
