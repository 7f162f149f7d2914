{#
  wilson('count_good', 'count_rated', 'low') is an end of the interval of a share.
  Intervals of shares at the confidence of the var confidence_z: Wilson's score interval (1927), and Newcombe's hybrid
  score interval for the difference of two shares (Statistics in Medicine 1998, method 10). Both hold at small numbers
  and near 0 and 1, where the textbook interval gives shares below 0. Null where nobody was counted.
#}
{% macro wilson(cases, n, end) -%}
    {%- set z = var('confidence_z') -%}
    case when {{ n }} > 0 then greatest(0, least(1, (
        {{ cases }} + {{ z * z / 2 }} {{ '-' if end == 'low' else '+' }} {{ z }} * sqrt(
            {{ cases }} * ({{ n }} - {{ cases }}) / cast({{ n }} as double) + {{ z * z / 4 }}
        )
    ) / ({{ n }} + {{ z * z }}))) end
{%- endmacro %}

{# newcombe_low('mailed', 'left_out'): of <alias>_share, <alias>_low and <alias>_high, the first less the second. #}
{% macro newcombe_low(one, other) -%}
    {{ one }}_share - {{ other }}_share
    - sqrt(pow({{ one }}_share - {{ one }}_low, 2) + pow({{ other }}_high - {{ other }}_share, 2))
{%- endmacro %}

{% macro newcombe_high(one, other) -%}
    {{ one }}_share - {{ other }}_share
    + sqrt(pow({{ one }}_high - {{ one }}_share, 2) + pow({{ other }}_share - {{ other }}_low, 2))
{%- endmacro %}
