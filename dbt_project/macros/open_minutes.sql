{#
  Minutes that a schedule has been open from its first opening up to a moment, where `hours` is the opening that began
  last before it (asof). Business minutes between two moments are the difference of their open minutes: no opening is
  ever multiplied by tickets.
#}
{% macro open_minutes(hours, moment) -%}
    coalesce(
        {{ hours }}.minutes_before
            + {{ minutes_between(hours ~ '.opened_at', 'least(' ~ moment ~ ', ' ~ hours ~ '.closed_at)') }},
        0
    )
{%- endmacro %}
