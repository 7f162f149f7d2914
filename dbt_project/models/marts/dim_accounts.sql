-- One row per organisation, with its people, deals and tickets.
with people as (
    select
        contacts.account_id,
        count(distinct resolved.customer_id) as count_customers
    from {{ ref('int_contacts_unioned') }} as contacts
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    group by contacts.account_id
),

deals as (
    select
        account_id,
        count(*) as count_opportunities,
        count(*) filter (is_won) as count_won_opportunities,
        sum(amount) filter (is_won) as won_amount,
        sum(amount) filter (status = 'Pipeline') as open_amount
    from {{ ref('fct_opportunities') }}
    group by account_id
),

tickets as (
    select
        account_id,
        count(*) as count_tickets
    from {{ ref('fct_tickets') }}
    group by account_id
)

select
    accounts.account_id,
    accounts.source_name,
    accounts.industry,
    accounts.country,
    accounts.owner_id,
    accounts.parent_account_id,
    accounts.count_employees,
    accounts.annual_revenue_amount,
    coalesce(people.count_customers, 0) as count_customers,
    coalesce(deals.count_opportunities, 0) as count_opportunities,
    coalesce(deals.count_won_opportunities, 0) as count_won_opportunities,
    cast(coalesce(deals.won_amount, 0) as decimal(18, 4)) as won_amount,
    cast(coalesce(deals.open_amount, 0) as decimal(18, 4)) as open_amount,
    coalesce(tickets.count_tickets, 0) as count_tickets,
    accounts.account_name,
    accounts.created_at
from {{ ref('int_accounts_unioned') }} as accounts
left join people using (account_id)
left join deals using (account_id)
left join tickets using (account_id)
