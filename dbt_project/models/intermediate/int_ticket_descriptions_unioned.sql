-- What a ticket says of itself, of every helpdesk that exports it apart from the comments.
{{ union_staged('ticket_descriptions', [
    'zendesk',
    'intercom',
    'salesforce',
    'hubspot',
]) }}
