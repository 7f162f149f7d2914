{#
  Whether a survey answer is good, over the scales that Freshdesk has offered; neutral is not good. Null for words that
  are no answer.
#}
{% macro freshdesk_is_good(expression) -%}
    case lower(trim({{ expression }}))
        when 'extremely happy' then true
        when 'very happy' then true
        when 'happy' then true
        when 'awesome' then true
        when 'neutral' then false
        when 'just okay' then false
        when 'unhappy' then false
        when 'very unhappy' then false
        when 'extremely unhappy' then false
        when 'not good' then false
    end
{%- endmacro %}
