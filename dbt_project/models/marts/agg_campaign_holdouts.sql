-- One row per campaign that left some of its list out: how many of the mailed and of the left out purchased in the window
-- after it, and before it, when nothing yet set them apart.
with counted as (
    select
        campaign_id,
        count(*) filter (is_mailed) as count_mailed,
        count(*) filter (not is_mailed) as count_left_out,
        {% for moment in ['before', 'after'] -%}
        count(*) filter (is_mailed and has_ordered_{{ moment }}) as mailed_{{ moment }},
        count(*) filter (not is_mailed and has_ordered_{{ moment }}) as left_out_{{ moment }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_campaign_members_listed') }}
    group by campaign_id
    -- Who mails the smaller part has chosen a segment, to which the rest is no comparison.
    having count_left_out > 0 and count_mailed >= count_left_out
),

shares as (
    select
        *,
        {% for moment in ['before', 'after'] -%}{% for group in ['mailed', 'left_out'] -%}
        {%- set name, n = group ~ '_' ~ moment, 'count_' ~ group -%}
        {{ name }} / {{ n }} as {{ name }}_share,
        {{ wilson(name, n, 'low') }} as {{ name }}_low,
        {{ wilson(name, n, 'high') }} as {{ name }}_high{{ ',' if not (loop.last and moment == 'after') }}
        {% endfor %}{% endfor %}
    from counted
)

select
    campaign_id,
    count_mailed,
    count_left_out,
    mailed_after as count_mailed_ordered,
    left_out_after as count_left_out_ordered,
    mailed_after_share as mailed_share,
    left_out_after_share as left_out_share,
    mailed_after_share - left_out_after_share as difference,
    {{ newcombe_low('mailed_after', 'left_out_after') }} as difference_low,
    {{ newcombe_high('mailed_after', 'left_out_after') }} as difference_high,
    mailed_before_share - left_out_before_share as difference_before,
    {{ newcombe_low('mailed_before', 'left_out_before') }} <= 0
    and {{ newcombe_high('mailed_before', 'left_out_before') }} >= 0 as is_alike_before
from shares
