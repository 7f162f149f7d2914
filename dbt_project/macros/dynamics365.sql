{# The ISO code of a currency, which records call by its name; a name that is not known here stays as it is. #}
{% macro dynamics365_currency(name) -%}
    case lower({{ name }})
    {%- for code, names in {
        'USD': ['US Dollar'], 'EUR': ['Euro'], 'GBP': ['Pound Sterling', 'British Pound'], 'CHF': ['Swiss Franc'],
        'CAD': ['Canadian Dollar'], 'AUD': ['Australian Dollar'], 'JPY': ['Japanese Yen', 'Yen'],
        'CNY': ['Chinese Yuan', 'Yuan Renminbi'], 'INR': ['Indian Rupee'],
    }.items() %}
        {%- for spoken in names %}
        when '{{ spoken | lower }}' then '{{ code }}'
        {%- endfor %}
    {%- endfor %}
        else {{ name }}
    end
{%- endmacro %}
