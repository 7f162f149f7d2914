{# The days at which features are taken, as_of_date and steps back from it. A model keeps those that it has a past for. #}
{% macro snapshot_dates() -%}
    select cast({{ as_of() }} - cast(step * {{ var('snapshot_step_days') }} as integer) as date) as as_of_date
    from range({{ var('count_snapshots') }} + 1) as steps(step)
{%- endmacro %}

{#
  past_share('owner'): how often it happened before, of those like this one of which the end was known; drawn towards the
  share of all as if prior_cases of them were among those, because few cases say little. Null while none has ended.
  Reads <alias>.count_ended and <alias>.count_happened, and the same of `everything`.
#}
{% macro past_share(alias) -%}
    (coalesce({{ alias }}.count_happened, 0)
        + {{ var('prior_cases') }} * everything.count_happened / cast(everything.count_ended as double))
    / (coalesce({{ alias }}.count_ended, 0) + {{ var('prior_cases') }})
{%- endmacro %}
