{# key: a column that tells rows apart, there in every row and never twice; one look where unique and not_null take two. #}
{% test key(model, column_name) %}
select {{ column_name }}, count(*) as count_rows
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
