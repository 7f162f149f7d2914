{#
  A touch: the company reached out and it reached the customer. Of rows of fct_interactions. Calls and meetings whose
  direction nobody noted count; so does the answer to a recommendation survey, which somebody must have sent.
#}
{% macro is_touch() -%}
    coalesce(
        (
            direction = 'outbound' and interaction_type != 'ticket_solved'
            and not (interaction_type = 'email' and coalesce(lower(detail) = 'bounced', false))
        )
        or (direction is null and interaction_type in ('call', 'meeting'))
        or {{ nps_score() }} is not null,
        false
    )
{%- endmacro %}

{# Which desk a touch counts for: sales, support, marketing, or survey whoever sent it. #}
{% macro touch_kind() -%}
    case when interaction_type like 'survey_%' then 'survey' else team end
{%- endmacro %}

{# A channel on which a customer can be reached: email, phone, chat or web; null for every other row. #}
{% macro contact_channel() -%}
    case
        when interaction_type in ('email', 'campaign_sent', 'campaign_replied') and channel = 'email' then 'email'
        when interaction_type = 'call' then 'phone'
        when interaction_type = 'chat' then 'chat'
        when interaction_type != 'ticket_created' then null
        when regexp_matches(lower(detail), 'mail') then 'email'
        when regexp_matches(lower(detail), 'phone|voice|call|ivr') then 'phone'
        when regexp_matches(lower(detail), 'chat|messag|conversation|whatsapp|sms') then 'chat'
        when regexp_matches(lower(detail), 'web|portal|form|widget|self') then 'web'
    end
{%- endmacro %}

{# The customer did something with us of their own accord: wrote, called, replied, or took a call. #}
{% macro is_own_contact() -%}
    coalesce(
        interaction_type in ('ticket_created', 'campaign_replied')
        or (interaction_type in ('call', 'email', 'chat') and direction = 'inbound')
        or (
            interaction_type in ('call', 'email') and direction = 'outbound'
            and lower(detail) in ('{{ var("answered_outcomes") | join("', '") }}')
        ),
        false
    )
{%- endmacro %}
