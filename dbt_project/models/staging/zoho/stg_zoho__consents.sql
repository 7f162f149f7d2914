with said as (
    select {{ source_id('zoho', 'record_id') }} as contact_id, email_opt_out, unsubscribed_time
    from {{ raw('zoho', 'contacts') }}
    union all
    select leads.contact_id, source.email_opt_out, source.unsubscribed_time
    from {{ raw('zoho', 'leads') }} as source
    inner join {{ ref('stg_zoho__leads') }} as leads on leads.lead_id = {{ source_id('zoho', 'source.record_id') }}
)

select
    contact_id,
    'zoho' as source_name,
    -- Not having opted out is no agreement, so only refusals are told.
    false as has_marketing_consent,
    max(unsubscribed_time) as changed_at
from said
where email_opt_out
group by all
