-- Nothing is lost or doubled between sources and marts: no join drops a ticket of an unknown requester or fans out.
with counts as (
    {% for unioned, mart in [
        ('int_orders_unioned', 'fct_orders'),
        ('int_tickets_unioned', 'fct_tickets'),
        ('int_opportunities_unioned', 'fct_opportunities'),
        ('int_tickets_unioned', 'pii_tickets'),
    ] -%}
    select
        '{{ mart }}' as mart,
        (select count(*) from {{ ref(unioned) }}) as count_source_rows,
        (select count(*) from {{ ref(mart) }}) as count_mart_rows
    union all
    {% endfor %}
    -- Accounts of several systems may be one organisation.
    select
        'dim_accounts',
        (select count(distinct organisation_id) from {{ ref('int_accounts_resolved') }}),
        (select count(*) from {{ ref('dim_accounts') }})
)

select *
from counts
where count_source_rows != count_mart_rows
