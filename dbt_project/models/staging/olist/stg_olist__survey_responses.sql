select
    {{ source_id('olist', 'reviews.review_id') }} || '-' || reviews.order_id as response_id,
    'olist' as source_name,
    'csat' as survey_type,
    orders.contact_id,
    cast(null as varchar) as ticket_id,
    cast(null as varchar) as assignee_id,
    cast(null as bigint) as score,
    reviews.review_score >= 4 as is_good,
    reviews.review_answer_timestamp as responded_at
from {{ raw('olist', 'reviews') }} as reviews
left join {{ ref('stg_olist__order_buyers') }} as orders using (order_id)
