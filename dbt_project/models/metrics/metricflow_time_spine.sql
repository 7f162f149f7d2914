-- The days that dbt demands of a project with metrics. A view, so that no row of it is ever kept; no model reads it.
{{ config(materialized='view', schema='intermediate') }}

select cast(day as date) as date_day
from generate_series({{ as_of() }} - interval 10 year, {{ as_of() }}, interval 1 day) as days (day)
