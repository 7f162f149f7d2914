with exported as (
    select
        activity_id as id,
        lower(activity_type) as activity_type,
        lower(direction) as direction,
        activity_date as occurred_at,
        {{ first_of_list('associated_contact_ids') }} as contact_id,
        {{ first_of_list('associated_company_ids') }} as company_id,
        {{ first_of_list('associated_deal_ids') }} as deal_id,
        activity_assigned_to as owner_name,
        outcome,
        _loaded_at,
        false as is_object,
        false as is_gone
    from {{ raw('hubspot', 'engagements') }}
),

objects as (
    {% for kind, outcome in [
        ('call', hubspot_call_outcome(hubspot_property('hs_call_disposition'))),
        ('meeting', hubspot_label(hubspot_property('hs_meeting_outcome'))),
        ('email', hubspot_label(hubspot_property('hs_email_status'))),
        ('note', 'cast(null as varchar)'),
        ('task', hubspot_label(hubspot_property('hs_task_status'))),
    ] -%}
    select
        id,
        '{{ kind }}' as activity_type,
        case
            when {{ hubspot_property('hs_call_direction') }} is not null
                then lower({{ hubspot_property('hs_call_direction') }})
            when {{ hubspot_property('hs_email_direction') }} in ('INCOMING_EMAIL', 'FORWARDED_EMAIL') then 'inbound'
            when {{ hubspot_property('hs_email_direction') }} = 'EMAIL' then 'outbound'
        end as direction,
        coalesce({{ hubspot_moment(hubspot_property('hs_timestamp')) }}, created_at) as occurred_at,
        {{ hubspot_associated('contacts') }} as contact_id,
        {{ hubspot_associated('companies') }} as company_id,
        {{ hubspot_associated('deals') }} as deal_id,
        {{ hubspot_property('hubspot_owner_id') }} as owner_id,
        {{ outcome }} as outcome,
        _loaded_at,
        true as is_object,
        coalesce(archived, false) as is_gone
    from {{ raw('hubspot', 'api_' ~ kind ~ 's') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

known as (
    select * from exported
    union all by name
    select * from objects
),

-- Exports carry no modification date: of an activity in both, the one that came on the later day counts, the object
-- of two on one day, also if it says that the record is gone.
activities as (
    select * from known
    qualify row_number() over (
        partition by id order by cast(_loaded_at as date) desc, is_object desc, _loaded_at desc
    ) = 1
)

select
    {{ source_id('hubspot', 'activities.id') }} as activity_id,
    'hubspot' as source_name,
    activities.activity_type,
    activities.direction,
    activities.occurred_at,
    {{ source_id('hubspot', 'activities.contact_id') }} as contact_id,
    {{ source_id('hubspot', 'activities.company_id') }} as account_id,
    {{ source_id('hubspot', 'activities.deal_id') }} as opportunity_id,
    coalesce(
        {{ source_id('hubspot', 'activities.owner_id') }},
        owners.user_id,
        {{ source_id('hubspot', 'activities.owner_name') }}
    ) as owner_id,
    activities.outcome
from activities
left join {{ ref('stg_hubspot__owner_names') }} as owners on owners.name_key = lower(trim(activities.owner_name))
where not activities.is_gone
