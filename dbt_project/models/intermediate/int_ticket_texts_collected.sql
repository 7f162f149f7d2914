-- What was said on each ticket: by anybody whom the customer can read, and by the customer alone. All messages, as often
-- only a later one tells what it is about. A view: the scores read it once, and nothing else may.
{{ config(materialized='view') }}

with said as (
    select
        ticket_id,
        string_agg(body, chr(10) order by created_at, length(comment_id), comment_id) as text,
        string_agg(body, chr(10) order by created_at, length(comment_id), comment_id)
            filter (author_role = 'end_user') as customer_text
    from {{ ref('int_ticket_comments_unioned') }}
    -- Bots say the same to everybody, and notes are nobody's words to the customer.
    where is_public and author_role is distinct from 'bot'
    group by ticket_id
)

select
    tickets.ticket_id,
    nullif(concat_ws(chr(10), tickets.subject, said.text, descriptions.description), '') as text,
    nullif(concat_ws(chr(10), tickets.subject, said.customer_text, descriptions.description), '') as customer_text
from {{ ref('int_tickets_unioned') }} as tickets
left join said using (ticket_id)
-- The words of a pulled ticket are in its comments; its description would say the first of them twice.
left join {{ ref('int_ticket_descriptions_unioned') }} as descriptions
    on descriptions.ticket_id = tickets.ticket_id and said.text is null
