-- The company's own people: agents and owners, one arm per source.
with unioned as (
    select * from {{ ref('stg_zendesk__users') }}
    union all by name
    select * from {{ ref('stg_servicenow__users') }}
    union all by name
    select * from {{ ref('stg_crm_sales__users') }}
)

select
    user_id,
    source_name,
    user_name,
    email,
    role,
    team_name
from unioned
