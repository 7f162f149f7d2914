with source as (select * from {{ raw('hubspot', 'api_owners') }}),

owners as (
    select
        *,
        from_json(teams, '[{"name": "VARCHAR", "primary": "BOOLEAN"}]') as team_list
    from source
)

select
    {{ source_id('hubspot', 'id') }} as user_id,
    'hubspot' as source_name,
    nullif(trim(concat_ws(' ', first_name, last_name)), '') as user_name,
    {{ email_key('email') }} as email,
    cast(null as varchar) as role,
    coalesce(list_filter(team_list, lambda team: team."primary")[1].name, team_list[1].name) as team_name
from owners
