{#
  nps_end('promoters', 'detractors', 'n', -1): an end of the interval of the share of promoters less the share of
  detractors, two shares of one sample, at the confidence of the var confidence_z: the adjusted Wald interval of Bonett
  and Price (2012), which also holds for few answers. Null without answers.
#}
{% macro nps_end(promoters, detractors, n, sign) -%}
    {%- set spread -%}
    sqrt((
        ({{ promoters }} + {{ detractors }} + 2) / ({{ n }} + 2)
        - (({{ promoters }} - {{ detractors }}) / ({{ n }} + 2)) ** 2
    ) / ({{ n }} + 2))
    {%- endset -%}
    case when {{ n }} > 0 then greatest(-1, least(1,
        ({{ promoters }} - {{ detractors }}) / ({{ n }} + 2) + {{ sign }} * {{ var('confidence_z') }} * {{ spread }}
    )) end
{%- endmacro %}
