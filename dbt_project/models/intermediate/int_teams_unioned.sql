-- Teams of every helpdesk that numbers them; elsewhere the name of a team is its id.
with unioned as (
    {{ union_staged('teams', [
        'zendesk',
        'intercom',
    ]) }}
)

select
    team_id,
    source_name,
    team_name
from unioned
