{# The answer to the recommendation question, 0 to 10, of a row of fct_interactions; null for every other row. #}
{% macro nps_score() -%}
    case when interaction_type = 'survey_response'
        then try_cast(regexp_extract(detail, '^nps (\d+)$', 1) as bigint)
    end
{%- endmacro %}
