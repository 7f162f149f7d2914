-- Every deal that was open on a snapshot date, with what its recorded history said of it then. Before a system's first
-- closed deal nothing was ever decided in it, as far as anybody knows, so there are no snapshots. A deal that was dropped
-- without a date (status Other) cannot be said to have been open.
with changes as (
    select
        *,
        count(*) filter (is_put_off) over history as count_times_put_off,
        last_value(case when is_entry then occurred_at end ignore nulls) over history as stage_entered_at
    from (
        select
            *,
            expected_close_date > lag(expected_close_date) over deal as is_put_off,
            (stage_name, status) is distinct from lag((stage_name, status)) over deal as is_entry,
            lead(occurred_at) over deal as ended_at
        from {{ ref('fct_opportunity_events') }}
        where event_type = 'change' and occurred_at is not null
        window deal as (partition by opportunity_id order by occurred_at, opportunity_event_id)
    )
    -- Of several changes at one moment the last one holds.
    window history as (partition by opportunity_id order by occurred_at, opportunity_event_id)
),

firsts as (
    select source_name, min(close_date) as first_close_date
    from {{ ref('fct_opportunities') }}
    where is_closed
    group by source_name
)

select
    deals.opportunity_id,
    dates.as_of_date,
    deals.source_name,
    deals.product_name,
    deals.lead_source,
    deals.created_date,
    -- Systems without a history tell today's owner only.
    coalesce(changes.owner_id, deals.owner_id) as owner_id,
    changes.stage_name,
    changes.amount,
    changes.probability,
    changes.expected_close_date,
    changes.count_times_put_off,
    cast(changes.stage_entered_at as date) as stage_entered_date
from {{ ref('fct_opportunities') }} as deals
inner join firsts using (source_name)
inner join ({{ snapshot_dates() }}) as dates
    on dates.as_of_date > deals.created_date
    and dates.as_of_date > firsts.first_close_date
    and (deals.status = 'Pipeline' or dates.as_of_date <= deals.close_date)
asof left join (from changes where ended_at is distinct from occurred_at) as changes
    on deals.opportunity_id = changes.opportunity_id and dates.as_of_date > changes.occurred_at
where coalesce(changes.status, 'Pipeline') = 'Pipeline'
