-- One row per campaign that went out in several versions, version and measure, each compared with the first version.
with counted as (
    {% for measure in ['opened', 'clicked', 'ordered'] -%}
    select
        campaign_id,
        variant_name,
        '{{ measure }}' as measure,
        count(is_{{ measure }}) as count_sent,
        count(*) filter (is_{{ measure }}) as count_successes
    from {{ ref('fct_campaign_touches') }}
    where campaign_id is not null and variant_name is not null
    group by campaign_id, variant_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

shares as (
    select
        *,
        count_successes / count_sent as own_share,
        {{ wilson('count_successes', 'count_sent', 'low') }} as own_low,
        {{ wilson('count_successes', 'count_sent', 'high') }} as own_high
    from counted
    where count_sent > 0
),

compared as (
    select
        *,
        row_number() over versions = 1 as is_reference,
        count(*) over (partition by campaign_id, measure) as count_variants,
        first_value(own_share) over versions as first_share,
        first_value(own_low) over versions as first_low,
        first_value(own_high) over versions as first_high
    from shares
    window versions as (partition by campaign_id, measure order by variant_name)
),

differing as (
    select
        *,
        case when not is_reference then own_share - first_share end as difference,
        case when not is_reference then {{ newcombe_low('own', 'first') }} end as difference_low,
        case when not is_reference then {{ newcombe_high('own', 'first') }} end as difference_high
    from compared
    where count_variants > 1
)

select
    campaign_id,
    variant_name,
    measure,
    is_reference,
    count_sent,
    count_successes,
    own_share as share,
    own_low as share_low,
    own_high as share_high,
    difference,
    difference_low,
    difference_high,
    case
        when is_reference then null
        when difference_low > 0 then 'better'
        when difference_high < 0 then 'worse'
        else 'not decided'
    end as verdict
from differing
