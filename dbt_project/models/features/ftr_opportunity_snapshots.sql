-- What was known of every open deal at every snapshot date, and nothing later. Its account and customer are left out: CRMs
-- fill them in as a deal is closed, and then having one is knowing the end.
{% set lookups = {'owner': 'owner_id', 'product': 'product_name', 'lead_source': 'lead_source', 'stage': 'stage_name'} -%}
with activities as (
    select
        opportunity_id,
        cast(occurred_at as date) as occurred_date,
        cast(sum(count(*)) over (partition by opportunity_id order by occurred_date) as bigint) as count_activities
    from {{ ref('fct_opportunity_events') }}
    where event_type != 'change' and occurred_at is not null
    group by opportunity_id, occurred_date
),

telling as (
    select distinct source_name, true as tells_activities
    from {{ ref('fct_opportunity_events') }}
    where event_type != 'change'
)

select
    deals.opportunity_id,
    deals.as_of_date,
    date_diff('day', deals.created_date, deals.as_of_date) as days_since_created,
    date_diff('day', deals.stage_entered_date, deals.as_of_date) as days_in_stage,
    case when deals.stage_name is not null then {{ past_share('stage') }} end as stage_win_share,
    deals.probability as crm_probability,
    cast(deals.amount as double) as amount,
    date_diff('day', deals.as_of_date, deals.expected_close_date) as days_to_expected_close,
    deals.count_times_put_off,
    case when deals.owner_id is not null then {{ past_share('owner') }} end as owner_win_share,
    case when deals.owner_id is not null
        then count(*) over (partition by deals.source_name, deals.owner_id, deals.as_of_date) end as owner_open_deals,
    case when deals.product_name is not null then {{ past_share('product') }} end as product_win_share,
    case when deals.lead_source is not null then {{ past_share('lead_source') }} end as lead_source_win_share,
    case when telling.tells_activities then coalesce(so_far.count_activities, 0) end as count_activities,
    case when telling.tells_activities
        then coalesce(so_far.count_activities, 0) - coalesce(before_30.count_activities, 0) end as count_activities_30d,
    date_diff('day', so_far.occurred_date, deals.as_of_date) as days_since_last_activity
from {{ ref('ftr_opportunities_at_dates') }} as deals
left join telling using (source_name)
asof left join (from {{ ref('ftr_opportunity_ends') }} where attribute = 'everything') as everything
    on deals.source_name = everything.source_name and deals.as_of_date > everything.close_date
{%- for alias, attribute in lookups.items() %}
asof left join (from {{ ref('ftr_opportunity_ends') }} where attribute = '{{ attribute }}') as {{ alias }}
    on deals.source_name = {{ alias }}.source_name
    and deals.{{ attribute }} = {{ alias }}.attribute_value
    and deals.as_of_date > {{ alias }}.close_date
{%- endfor %}
asof left join activities as so_far
    on deals.opportunity_id = so_far.opportunity_id and deals.as_of_date > so_far.occurred_date
asof left join activities as before_30
    on deals.opportunity_id = before_30.opportunity_id and deals.as_of_date - 30 > before_30.occurred_date
