-- What people told about themselves, from the systems that ask. No model learns from it.
with unioned as (
    {{ union_staged('demographics', [
        'completejourney',
    ]) }}
)

select
    contact_id,
    source_name,
    attribute,
    value
from unioned
