{#
  nps_end('promoters', 'detractors', 'n', -1): an end of the 95 % interval of the share of promoters less the share of
  detractors, two shares of one sample: the adjusted Wald interval of Bonett and Price (2012), which also holds for few
  answers. Null without answers.
#}
{% macro nps_end(promoters, detractors, n, sign) -%}
    {%- set spread -%}
    sqrt((
        ({{ promoters }} + {{ detractors }} + 2) / ({{ n }} + 2)
        - (({{ promoters }} - {{ detractors }}) / ({{ n }} + 2)) ** 2
    ) / ({{ n }} + 2))
    {%- endset -%}
    case when {{ n }} > 0 then greatest(-1, least(1,
        ({{ promoters }} - {{ detractors }}) / ({{ n }} + 2) + {{ sign }} * 1.96 * {{ spread }}
    )) end
{%- endmacro %}
