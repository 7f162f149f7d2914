-- Customers with an open ticket that is far likelier to escalate than open tickets usually are, with the likeliest of theirs.
-- Customers who are quiet stay in: their ticket is why they are, and to answer it is no offer.
with risks as (
    select
        *,
        avg(escalation_probability) over () as usual_probability,
        list_filter(
            from_json(reasons, '["VARCHAR"]'), lambda reason: reason like '% (raises the risk)'
        )[1] as first_reason
    from {{ source('ml', 'ticket_escalation') }}
    where as_of_date = {{ as_of() }}
),

at_risk as (
    select
        tickets.customer_id,
        count(*) as count_tickets,
        arg_max({{ as_of() }} - tickets.created_date, risks.escalation_probability) as age_days,
        arg_max(risks.first_reason, risks.escalation_probability) as first_reason,
        max(risks.escalation_probability) as escalation_probability,
        any_value(risks.usual_probability) as usual_probability
    from risks
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
    where
        tickets.is_open
        and tickets.customer_id is not null
        and risks.escalation_probability >= least(0.5, {{ var('ticket_risk_multiple') }} * risks.usual_probability)
    group by tickets.customer_id
)

select
    customer_id,
    case when count_tickets > 1 then count_tickets || ' tickets at risk, the likeliest' else 'a ticket' end
    || ' open for ' || {{ days_in_words('age_days') }} || ' is ' || {{ percent_in_words('escalation_probability') }}
    || ' likely to be reopened, raised or rated bad in the next {{ var("ticket_horizon_days") }} days, open tickets usually '
    || {{ percent_in_words('usual_probability') }}
    || coalesce('; ' || replace(first_reason, ' (raises the risk)', ''), '') as reason
from at_risk
