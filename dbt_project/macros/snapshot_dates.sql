{#
  The days at which features are taken, as_of_date and steps of so many days back from it; unless said otherwise over the
  span of all snapshots. A model keeps those that it has a past for.
#}
{% macro snapshot_dates(step_days=none, count=none) -%}
{%- set step_days = step_days or var('snapshot_step_days') -%}
{%- set count = count or var('snapshot_step_days') * var('count_snapshots') // step_days -%}
    select cast({{ as_of() }} - cast(step * {{ step_days }} as integer) as date) as as_of_date
    from range({{ count }} + 1) as steps(step)
{%- endmacro %}

{#
  past_lift('channel'): the past share of those like this one, as a multiple of that of all, drawn towards 1 in the same
  way. It keeps its meaning while a company grows and its rates rise or fall. Reads as past_share does.
#}
{% macro past_lift(alias) -%}
    {{ past_share(alias) }} / nullif(everything.count_happened / cast(everything.count_ended as double), 0)
{%- endmacro %}

{#
  past_share('owner'): how often it happened before, of those like this one of which the end was known; drawn towards the
  share of all as if prior_cases of them were among those, because few cases say little. Null while none has ended.
  Reads <alias>.count_ended and <alias>.count_happened, and the same of `everything`.
#}
{% macro past_share(alias) -%}
    ((coalesce({{ alias }}.count_happened, 0)
        + {{ var('prior_cases') }} * everything.count_happened / cast(everything.count_ended as double))
    / (coalesce({{ alias }}.count_ended, 0) + {{ var('prior_cases') }}))
{%- endmacro %}
