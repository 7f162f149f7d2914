-- Nothing is lost or doubled between sources and marts: no join drops a ticket of an unknown requester or fans out.
with counts as (
    {% for unioned, mart in [
        ('int_orders_unioned', 'fct_orders'),
        ('int_tickets_unioned', 'fct_tickets'),
        ('int_opportunities_unioned', 'fct_opportunities'),
        ('int_accounts_unioned', 'dim_accounts'),
        ('int_tickets_unioned', 'pii_tickets'),
    ] -%}
    select
        '{{ mart }}' as mart,
        (select count(*) from {{ ref(unioned) }}) as count_source_rows,
        (select count(*) from {{ ref(mart) }}) as count_mart_rows
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select *
from counts
where count_source_rows != count_mart_rows
