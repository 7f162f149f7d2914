-- Every customer with a running subscription on a snapshot date. From the first end on: before it nobody knows whether none
-- ended or none was written down.
select
    spans.customer_id,
    dates.as_of_date,
    spans.span_number,
    spans.started_date,
    spans.ended_date
from {{ ref('ftr_subscriber_spans') }} as spans
inner join ({{ snapshot_dates() }}) as dates
    on dates.as_of_date > spans.started_date
    and coalesce(dates.as_of_date <= spans.ended_date, true)
where dates.as_of_date > (select min(ended_date) from {{ ref('ftr_subscriber_spans') }})
