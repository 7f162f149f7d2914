"""Published figures of past months that are other figures now."""

RESTATEMENTS = """
select
    m.label,
    m.unit,
    r.from_date,
    r.first_value,
    r.first_published_at,
    r.value,
    r.reason,
    r.published_at,
    (
        select string_agg(l.source || '/' || l.file, ', ' order by l.source, l.file)
        from release.loads as l
        where list_contains(r.loads, l.load_id)
    ) as files
from release.restatements as r
join release.metrics as m using (metric)
order by r.published_at desc, m.place, r.from_date desc
limit $limit
"""
