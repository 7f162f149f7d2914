"""Values of a score that is withheld tonight, as the release carries them from an earlier one."""

CARRIED = "select table_name from information_schema.tables where table_schema = 'last_good'"


def day_of(table: str) -> str:
    return f"select max(as_of_date) as as_of_date from {table}"


def of_customer(table: str) -> str:
    """What one customer's row says, under the names that dim_customers has for it."""
    return f"select * from {table} where customer_id = $customer_id"
