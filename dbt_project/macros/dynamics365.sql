{#
  dynamics365_amount('est_revenue', 'est_revenue_base'): the amount in the reporting currency. The base currency of the
  organisation is taken to be it; an amount in another currency waits for a dated rate. Records name their currency.
#}
{% macro dynamics365_amount(amount, base_amount=none) -%}
    {%- set names = {
        'US Dollar': 'USD', 'Euro': 'EUR', 'Pound Sterling': 'GBP', 'British Pound': 'GBP', 'Swiss Franc': 'CHF',
        'Canadian Dollar': 'CAD', 'Australian Dollar': 'AUD', 'Japanese Yen': 'JPY', 'Yen': 'JPY',
        'Chinese Yuan': 'CNY', 'Yuan Renminbi': 'CNY', 'Indian Rupee': 'INR',
    } -%}
    {%- set ours = ["'" ~ var('reporting_currency') ~ "'"] -%}
    {%- for name, code in names.items() if code == var('reporting_currency') -%}
        {%- do ours.append("'" ~ name ~ "'") -%}
    {%- endfor -%}
    coalesce(
        {%- if base_amount %} {{ base_amount }},{% endif %}
        case when currency is null or currency in ({{ ours | join(', ') }}) then {{ amount }} end
    )
{%- endmacro %}
