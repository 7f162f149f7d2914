-- One row per organisation, with its people, deals and tickets.
with last_rates as (
    select currency, max_by(exchange_rate, rate_date) as exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
    group by currency
),

accounts_of_organisations as (
    select
        accounts.* replace (
            {{ organisation('accounts') }} as account_id,
            {{ converted('accounts.annual_revenue_amount') }} as annual_revenue_amount
        ),
        row_number() over (
            partition by {{ organisation('accounts') }}
            order by accounts.created_at nulls first, accounts.account_id
        ) as newness
    from {{ ref('int_accounts_unioned') }} as accounts
    {{ join_organisations('accounts') }}
    -- Nobody says of which year it is, so it is worth what it is worth today.
    left join last_rates as rates on rates.currency = accounts.currency
),

-- Where several systems know an organisation, the newest record that says anything counts.
organisations as (
    select
        account_id,
        string_agg(distinct source_name, ',' order by source_name) as source_name,
        {% for said in ['account_name', 'industry', 'country', 'owner_id', 'parent_account_id', 'count_employees',
            'annual_revenue_amount'] -%}
        max_by({{ said }}, newness) filter ({{ said }} is not null) as {{ said }},
        {% endfor -%}
        min(created_at) as created_at
    from accounts_of_organisations
    group by account_id
),

people as (
    select
        {{ organisation('contacts') }} as account_id,
        count(distinct resolved.customer_id) as count_customers
    from {{ ref('int_contacts_unioned') }} as contacts
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ join_organisations('contacts') }}
    group by 1
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

-- Sums over the people of an organisation, each of whom belongs to one: no share or mean is ever added up.
facts as (
    select
        profiles.account_id,
        sum(orders.historic_number_of_orders) as historic_number_of_orders,
        sum(orders.historic_clv_amount) as historic_clv_amount,
        sum(orders.count_priced_orders) as count_priced_orders,
        sum(contacts.count_touches_30d) as count_touches_30d
    from {{ ref('int_customer_profiles_merged') }} as profiles
    left join {{ ref('int_customer_orders_aggregated') }} as orders using (customer_id)
    left join {{ ref('agg_customer_contacts') }} as contacts using (customer_id)
    group by profiles.account_id
),

tickets as (
    select
        account_id,
        count(*) as count_tickets,
        count(*) filter (is_open) as count_open_tickets,
        count(csat_score) as count_rated_tickets,
        count(*) filter (is_good_satisfaction) as count_good_ratings
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
    coalesce(tickets.count_open_tickets, 0) as count_open_tickets,
    coalesce(tickets.count_rated_tickets, 0) as count_rated_tickets,
    tickets.count_good_ratings / nullif(tickets.count_rated_tickets, 0) as csat_share,
    cast(coalesce(facts.historic_number_of_orders, 0) as bigint) as historic_number_of_orders,
    cast(coalesce(facts.historic_clv_amount, 0) as decimal(18, 4)) as historic_clv_amount,
    cast(facts.historic_clv_amount / nullif(facts.count_priced_orders, 0) as decimal(18, 4))
        as average_order_value_amount,
    cast(coalesce(facts.count_touches_30d, 0) as bigint) as count_touches_30d,
    accounts.account_name,
    accounts.created_at
from organisations as accounts
left join people using (account_id)
left join deals using (account_id)
left join tickets using (account_id)
left join facts using (account_id)
