-- Who may get marketing mail: agreed to it, and not in a quiet zone. Consent that nobody recorded was not given.
select customers.customer_id
from {{ ref('dim_customers') }} as customers
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
where customers.has_marketing_consent
