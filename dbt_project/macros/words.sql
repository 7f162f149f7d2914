{# Numbers as a salesperson says them, for the reasons of segments. #}
{% macro days_in_words(days) -%}
    (format('{:,}', cast(round({{ days }}) as bigint)) || case when round({{ days }}) = 1 then ' day' else ' days' end)
{%- endmacro %}

{% macro orders_in_words(orders) -%}
    (format('{:,}', {{ orders }}) || case when {{ orders }} = 1 then ' order' else ' orders' end)
{%- endmacro %}

{% macro amount_in_words(amount) -%}
    format('{:,}', cast(round({{ amount }}) as bigint))
{%- endmacro %}

{# Rounding never reaches certainty. #}
{% macro percent_in_words(probability) -%}
    (
        case
            when {{ probability }} >= 0.995 then 'over 99 %'
            when {{ probability }} < 0.005 then 'under 1 %'
            else cast(round(100 * {{ probability }}) as bigint) || ' %'
        end
    )
{%- endmacro %}
