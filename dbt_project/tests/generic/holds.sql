{# holds("net_amount = gross_amount - refund_amount"): every row keeps the identity; an unknown side is no breach. #}
{% test holds(model, expression) %}
with rows_tested as (select * from {{ model }})

select *
from rows_tested
where not ({{ expression }})
{% endtest %}
