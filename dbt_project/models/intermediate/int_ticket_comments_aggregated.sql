-- Comments per ticket and the first reply: the first public comment by an agent that did not itself open the ticket.
-- Bots and auto-replies are nobody's reply.
select
    ticket_id,
    count(*) filter (is_public_agent) as count_public_agent_comments,
    count(*) filter (author_role = 'end_user') as count_end_user_comments,
    count(*) filter (author_role = 'agent' and not is_public) as count_internal_comments,
    count(*) filter (author_role = 'agent') as count_agent_comments,
    min(created_at) filter (is_public_agent and not is_agent_opening) as first_replied_at,
    min_by(author_id, created_at) filter (is_public_agent and not is_agent_opening) as first_reply_agent_id
from {{ ref('int_ticket_comments_classified') }}
group by ticket_id
