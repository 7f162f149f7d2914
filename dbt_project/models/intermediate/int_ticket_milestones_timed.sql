-- Business minutes from a ticket's creation to its first reply, first solution and last solution, in both conventions.
{% set milestones = {
    'first_reply_time': 'first_replied_at',
    'first_resolution': 'first_solved_at',
    'full_resolution': 'last_solved_at',
} -%}
{% set conventions = ['business_minutes', 'business_minutes_last_schedule'] -%}
with milestones as (
    select
        tickets.ticket_id,
        tickets.created_at,
        comments.first_replied_at,
        statuses.first_solved_at,
        statuses.last_solved_at
    from {{ ref('int_tickets_unioned') }} as tickets
    left join {{ ref('int_ticket_comments_aggregated') }} as comments using (ticket_id)
    left join {{ ref('int_ticket_statuses_aggregated') }} as statuses using (ticket_id)
)

select
    milestones.ticket_id,
    {% for name, moment in milestones.items() -%}
    {% set last_milestone = loop.last -%}
    {% for convention in conventions -%}
    max(moments.{{ convention }}) filter (moments.occurred_at = milestones.{{ moment }})
        - max(moments.{{ convention }}) filter (moments.occurred_at = milestones.created_at)
        as {{ name }}_{{ convention }}{{ '' if last_milestone and loop.last else ',' }}
    {% endfor -%}
    {% endfor -%}
from milestones
inner join {{ ref('int_ticket_moments_timed') }} as moments using (ticket_id)
group by milestones.ticket_id
