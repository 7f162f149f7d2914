-- What households told about themselves, one row an answer. household_comp only says the others together.
with answers as (
    select
        household_id,
        age,
        income,
        home_ownership,
        marital_status,
        household_size,
        kids_count
    from {{ raw('completejourney', 'demographics') }}
)

select
    {{ source_id('completejourney', 'household_id') }} as contact_id,
    'completejourney' as source_name,
    replace(attribute, '_', ' ') as attribute,
    value
from (unpivot answers on columns(* exclude (household_id)) into name attribute value value)
