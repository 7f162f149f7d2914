"""Campaigns: whom they reached, what became of it, and who left. People are counted once per campaign."""

LISTS = """
select list_name, count(*) as campaigns
from marts.dim_campaigns
where list_name is not null
group by all
order by campaigns desc, list_name
"""

# `$list_name` null means every list. What was never sent is no campaign yet.
SENT = """marts.dim_campaigns where count_sent > 0 and sent_at >= $as_of_date - $days and sent_at < $as_of_date
    and ($list_name is null or list_name = $list_name)"""

# A share is taken of the campaigns that know it: delivered of sent, the others of delivered, or of sent where bounces
# are not recorded.
SUMS = """
    count(*) as campaigns,
    sum(count_sent) as sent,
    sum(count_delivered) as delivered,
    sum(count_sent) filter (count_delivered is not null) as delivered_of,
    sum(count_bounced) as bounced,
    sum(count_sent) filter (count_bounced is not null) as bounced_of,
    sum(count_opened) as opened,
    sum(coalesce(count_delivered, count_sent)) filter (count_opened is not null) as opened_of,
    sum(count_clicked) as clicked,
    sum(coalesce(count_delivered, count_sent)) filter (count_clicked is not null) as clicked_of,
    sum(count_replied) as replied,
    sum(coalesce(count_delivered, count_sent)) filter (count_replied is not null) as replied_of,
    sum(count_redeemed) as redeemed,
    sum(count_unsubscribed) as unsubscribed,
    sum(coalesce(count_delivered, count_sent)) filter (count_unsubscribed is not null) as unsubscribed_of,
    sum(count_ordered) as ordered,
    sum(count_sent_long_ago) filter (count_ordered is not null) as ordered_of
"""

TOTAL = f"select {SUMS} from {SENT}"

_SHARES = ", ".join(
    f"{step} / nullif({step}_of, 0) as {step}_share"
    for step in ("bounced", "opened", "clicked", "unsubscribed", "ordered")
)


def _table(name: str) -> str:
    return f"""
with found as (
    select {name} as name, max(sent_at)::date as sent_date, {SUMS}
    from {SENT}
    group by 1
)
select *, count(*) over () as total, {_SHARES}
from found
order by sent_date desc, sent desc, name
limit $limit offset $offset
"""


BY = {
    "Campaign": _table("coalesce(campaign_name, 'Unnamed ' || campaign_id)"),
    "Subject line": _table("coalesce(subject_line, 'Not known')"),
    "List": _table("coalesce(list_name, 'Not known')"),
}

PEOPLE = f"""
select
    customer_id,
    count(*) as sent,
    count(*) filter (is_opened) as opened,
    count(*) filter (is_clicked or is_replied or is_redeemed) as answered,
    max(greatest(clicked_at, replied_at, redeemed_at))::date as answered_date,
    bool_or(is_unsubscribed) as has_left,
    count(*) over () as total
from marts.fct_campaign_touches
where campaign_id in (select campaign_id from {SENT})
group by customer_id
order by answered desc, opened desc, sent desc, customer_id
limit $limit offset $offset
"""

# Per thousand mails sent in a month; a month without a mailing has no rate.
LOSSES_BY_MONTH = f"""
with months as (
    select
        date_trunc('month', sent_at)::date as period,
        1000 * sum(count_bounced) / sum(count_sent) filter (count_bounced is not null) as "Bounced",
        1000 * sum(count_unsubscribed) / sum(count_sent) filter (count_unsubscribed is not null) as "Unsubscribed"
    from {SENT}
    group by 1
)
unpivot months on "Bounced", "Unsubscribed" into name loss value rate order by period, loss
"""

# People who left by another way than a mail of a campaign are told apart.
LEFT_WITHOUT = """
select count(*) as people
from marts.fct_campaign_touches
where campaign_id is null and unsubscribed_at >= $as_of_date - $days and unsubscribed_at < $as_of_date
"""

VARIANTS = f"""
with compared as (
    select
        *,
        first_value(count_successes) over versions as first_successes,
        first_value(count_sent) over versions as first_sent
    from marts.agg_campaign_variants
    window versions as (partition by campaign_id, measure order by variant_name)
)
select
    coalesce(campaign_name, compared.campaign_id) as campaign,
    sent_at::date as sent_date,
    measure,
    variant_name as variant,
    count_successes,
    compared.count_sent,
    first_successes,
    first_sent,
    difference,
    difference_low,
    difference_high,
    verdict
from compared
inner join (from {SENT}) as campaigns using (campaign_id)
where not is_reference
order by sent_date desc, campaign, case measure when 'opened' then 1 when 'clicked' then 2 else 3 end, variant
limit 30
"""

HOLDOUTS = f"""
select
    coalesce(campaign_name, holdouts.campaign_id) as campaign,
    sent_at::date as sent_date,
    holdouts.* exclude (campaign_id)
from marts.agg_campaign_holdouts as holdouts
inner join (from {SENT}) as campaigns using (campaign_id)
order by sent_date desc, campaign
limit 12
"""
