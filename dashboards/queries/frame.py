"""What the frame around every page needs to know."""

MANIFEST = """
select
    rapport_version,
    is_generated_data,
    (select list(distinct currency order by currency) from marts.fct_orders where currency is not null) as currencies
from release.manifest
"""
