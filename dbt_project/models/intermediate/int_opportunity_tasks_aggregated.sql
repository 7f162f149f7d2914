-- Whether something is planned for each deal, and whether that is late; unknown for CRMs that export no tasks at all.
with planned as (
    select
        opportunity_id,
        count(*) as count_open,
        count(*) filter (due_date < {{ as_of() }}) as count_overdue
    from {{ ref('int_follow_ups_unioned') }}
    where not is_done and opportunity_id is not null
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    coalesce(planned.count_open, 0) > 0 as has_open_activity,
    coalesce(planned.count_overdue, 0) > 0 as has_overdue_task
from {{ ref('int_opportunities_unioned') }} as opportunities
left join planned using (opportunity_id)
where opportunities.source_name in (select source_name from {{ ref('int_follow_ups_unioned') }})
