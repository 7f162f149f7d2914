{#
  stripe_amount('amount', 'currency'): an API amount in units of its currency. Most currencies have hundredths; some have
  no smaller unit and some have thousandths. ISK and UGX have none either, but Stripe counts them in hundredths.
#}
{% macro stripe_amount(expression, currency) -%}
    cast(cast({{ expression }} as decimal(18, 4)) * case
        when lower({{ currency }}) in (
            'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
        ) then 1.000
        when lower({{ currency }}) in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 0.001
        else 0.010
    end as decimal(18, 4))
{%- endmacro %}

{# The members of an API list, `{"object": "list", "data": [...]}`, as a list of JSON objects. #}
{% macro stripe_list(expression) -%}
    cast(json_extract({{ expression }}, '$.data') as json[])
{%- endmacro %}
