{#
  One reporting currency. `join_exchange_rates('orders', 'orders.order_date')` joins the rate in force on a day as `rates`;
  `converted('orders.gross_amount')` is the amount at that rate, null where there is none: an amount in a currency
  without a rate is not added up as if it were ours. What has no date is valued at the last rate.
#}
{% macro join_exchange_rates(alias, day) -%}
    asof left join {{ ref('int_exchange_rates_dated') }} as rates
        on rates.currency = {{ alias }}.currency and rates.rate_date <= coalesce({{ day }}, {{ as_of() }})
{%- endmacro %}

{% macro converted(amount) -%}
    cast({{ amount }} * rates.exchange_rate as decimal(18, 4))
{%- endmacro %}

{# The ISO code of a row's amounts; a source that names none, or a row that does not, means the reporting currency. #}
{% macro iso_currency(currency) -%}
    coalesce(upper(nullif(trim({{ currency }}), '')), (select currency from {{ ref('int_reporting_currency') }}))
{%- endmacro %}
