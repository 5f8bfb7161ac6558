"""The setting `deploy`: Alembic's own command line, or a command of the project's."""

import pytest

from migbot.core.deployment import Deploy, read_deploy
from migbot.core.trip_settings import TripSettings
from migbot.errors import MigbotError

READ = {
    "alembic upgrade heads": Deploy(),
    "alembic upgrade head": Deploy(target="head"),
    "python -m alembic upgrade app@head": Deploy(target="app@head"),
    "alembic -c conf/alembic.ini -n billing upgrade head": Deploy(target="head"),
    "alembic -x a=1 -x 'b=2 3' upgrade --tag now heads": Deploy(x=("a=1", "b=2 3"), tag="now"),
    "alembic -x=-1 upgrade heads": Deploy(x=("-1",)),
    "cd backend && alembic upgrade heads": Deploy(),
    "flask db upgrade": Deploy(("flask", "db", "upgrade")),
    "cd backend && flask db upgrade": Deploy(("flask", "db", "upgrade"), "backend"),
    "python3 -m app.migrate": Deploy(("python3", "-m", "app.migrate")),
    " manage.py 'a b' ": Deploy(("manage.py", "a b")),
}


@pytest.mark.parametrize("text", READ)
def test_a_command_is_read(text: str) -> None:
    assert read_deploy(text) == READ[text]


def test_the_default_is_alembics_upgrade_to_all_heads() -> None:
    assert read_deploy(TripSettings().deploy) == Deploy()
    assert Deploy().verb == "upgrade heads"
    assert Deploy(("flask", "db", "a b")).verb == "flask db 'a b'"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("alembic", "the following arguments are required"),
        ("alembic downgrade base", "invalid choice: 'downgrade'"),
        ("alembic upgrade heads --sql", "unrecognized arguments: --sql"),
        ("alembic upgrade 'heads", "No closing quotation"),
    ],
)
def test_what_is_no_upgrade_is_told(text: str, why: str) -> None:
    with pytest.raises(MigbotError) as told:
        read_deploy(text)
    assert why in told.value.message
    assert "alembic upgrade heads" in told.value.hint
