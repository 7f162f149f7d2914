-- Days on which a schedule is closed, known ahead and therefore not cut at as_of_date.
with unioned as (
    {{ union_staged('holidays', [
        'zendesk',
    ]) }}
)

select
    holiday_id,
    source_name,
    schedule_id,
    holiday_name,
    start_date,
    end_date
from unioned
