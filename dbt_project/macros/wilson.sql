{#
  wilson('count_good', 'count_rated', 'low'): an end of the 95 % interval of a share (Wilson 1927), which also holds for
  few cases and for shares near 0 and 1. Null without cases.
#}
{% macro wilson(cases, n, end) -%}
    (
        ({{ cases }} + 1.9208) / nullif({{ n }}, 0)
        {{ '-' if end == 'low' else '+' }} 1.96 * sqrt(
            {{ cases }} * ({{ n }} - {{ cases }}) / nullif({{ n }}, 0)::double + 0.9604
        ) / nullif({{ n }}, 0)
    ) / (1 + 3.8416 / nullif({{ n }}, 0))
{%- endmacro %}
