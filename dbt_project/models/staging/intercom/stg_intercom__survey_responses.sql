with source as (
    select *, cast(conversation_rating ->> '$.rating' as bigint) as rating
    from {{ raw('intercom', 'conversations') }}
)

select
    {{ source_id('intercom', 'source.id') }} as response_id,
    'intercom' as source_name,
    'csat' as survey_type,
    coalesce(
        -- Older objects call the contact a customer.
        {{ source_id('intercom', "source.conversation_rating ->> '$.contact.id'") }},
        {{ source_id('intercom', "source.conversation_rating ->> '$.customer.id'") }},
        tickets.contact_id
    ) as contact_id,
    tickets.ticket_id,
    {{ source_id('intercom', "source.conversation_rating ->> '$.teammate.id'") }} as assignee_id,
    cast(null as bigint) as score,
    source.rating >= 4 as is_good,
    -- created_at is when the rating was asked for.
    {{ unix_moment("coalesce(
        source.conversation_rating ->> '$.updated_at', source.conversation_rating ->> '$.created_at'
    )") }} as responded_at
from source
inner join {{ ref('stg_intercom__tickets') }} as tickets
    on tickets.ticket_id = {{ source_id('intercom', 'source.id') }}
where source.rating is not null
