-- Teams of the helpdesks with the names that people know them by.
select
    team_id,
    source_name,
    team_name
from {{ ref('int_teams_unioned') }}
