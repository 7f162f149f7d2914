{#
  Letters, digits and signs that a Chinese or Japanese keyboard writes as wide as an ideograph, made plain: ＡＢ１２＠ and the
  wide blank become AB12@ and a blank. Trimmed; null where nothing is left.
#}
{% macro half_width(expression) -%}
    {%- set wide, plain = ['　'], [' '] -%}
    {%- for code in range(33, 127) -%}
        {%- do wide.append('%c' % (code + 65248)) -%}
        {%- do plain.append('%c' % code) -%}
    {%- endfor -%}
    nullif(trim(translate({{ expression }}, '{{ wide | join }}', '{{ plain | join | replace("'", "''") }}')), '')
{%- endmacro %}
