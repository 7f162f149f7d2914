"""What the frame around every page needs to know."""

MANIFEST = """
select
    rapport_version,
    is_generated_data,
    (select list(distinct currency order by currency) from marts.fct_orders where currency is not null) as currencies
from release.manifest
"""

COLLEAGUES = """
select agent_id, agent_name
from personal.pii.pii_agents
where agent_id in (select unnest($user_ids)) and agent_name is not null
"""
