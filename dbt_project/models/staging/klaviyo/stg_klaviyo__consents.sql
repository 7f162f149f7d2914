with statements as (
    select
        klaviyo_id as person_id,
        -- Suppressed people get no marketing, whatever they once agreed to.
        upper(trim(email_consent)) = 'SUBSCRIBED'
        and coalesce(trim(email_suppressions), '') in ('', '[]') as has_marketing_consent,
        email_consent_at as changed_at
    from {{ raw('klaviyo', 'profiles') }}
    where nullif(trim(email_consent), '') is not null
    union all
    select
        id,
        coalesce(contains(lower(custom_consent), 'email'), custom_accepts_marketing),
        try_cast(custom_consent_timestamp as timestamp)
    from {{ raw('klaviyo', 'people') }}
    where is_deleted is distinct from true and coalesce(custom_consent, cast(custom_accepts_marketing as varchar)) <> ''
    union all
    select person_id, type not in ({{ klaviyo_refusals() }}), occurred_at
    from {{ raw('klaviyo', 'events') }}
    where
        is_deleted is distinct from true
        and (type in ({{ klaviyo_refusals() }}) or type in ('Subscribed to Email Marketing', 'Subscribed to List'))
)

-- The newest statement holds. A refusal of unknown date may be the newest one, so it holds, too.
select
    {{ source_id('klaviyo', 'person_id') }} as contact_id,
    'klaviyo' as source_name,
    has_marketing_consent,
    changed_at
from statements
where nullif(trim(person_id), '') is not null
qualify row_number() over (
    partition by contact_id
    order by
        changed_at is null and not has_marketing_consent desc,
        changed_at desc nulls last,
        has_marketing_consent
) = 1
