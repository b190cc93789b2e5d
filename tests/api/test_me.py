"""Who is asking, as they themselves see it."""

import pytest

from tests.api.client import Api


def expected(cast):
    ha = str(cast.ha.pk)
    return {
        "physician_a": ([{"role": "physician", "site": "seoul"}], None, []),
        "physician_b": ([{"role": "physician", "site": "berlin"}], None, []),
        "administrator_a": ([{"role": "administrator", "site": "seoul"}], None, []),
        "patient_user": ([], ha, []),
        "sees": ([], None, [ha]),
        "reports": ([], None, [ha]),
        "revoked": ([], None, []),
        "expired": ([], None, []),
    }


@pytest.mark.parametrize(
    "who",
    ["physician_a", "physician_b", "administrator_a", "patient_user", "sees", "reports", "revoked",
     "expired"],
)  # fmt: skip
def test_everyone_is_told_their_roles_and_patients(cast, who):
    roles, patient, caregiver_of = expected(cast)[who]
    answer = Api(cast.users[who]).get("me/")
    assert answer.status == 200
    assert answer.json == {
        "username": who,
        "name": who,
        "language": "en",
        "roles": roles,
        "patient": patient,
        "caregiver_of": caregiver_of,
    }


def test_a_role_that_ended_is_gone_at_once(cast):
    client = Api(cast.physician_a)
    assert client.get("patients/").json["results"]
    cast.physician_a.memberships.update(active=False)
    assert client.get("me/").json["roles"] == []
    assert client.get("patients/").json["results"] == []


def test_the_disabled_and_the_anonymous_are_nobody(cast):
    for user in (None, cast.disabled_physician_a):
        assert Api(user).get("me/").status == 401
