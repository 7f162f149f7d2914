"""What the frame around every page needs to know."""

MANIFEST = """
select
    rapport_version,
    is_generated_data,
    (select min(currency) from marts.dim_currencies where is_reporting_currency) as currency,
    (select list(currency order by currency) from marts.dim_currencies where count_unconverted_amounts > 0)
        as unconverted_currencies
from release.manifest
"""

COLLEAGUES = """
select agent_id, agent_name
from personal.pii.pii_agents
where agent_id in (select unnest($user_ids)) and agent_name is not null
"""
