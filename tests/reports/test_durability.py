"""What was answered with "saved" is there, also when the web server or PostgreSQL is killed in the middle of it."""

import time
from contextlib import closing

import pytest

from tests.crowd.servers import Portal, Postgres, postgres_programs
from tests.crowd.typing import Crowd

PEOPLE, SAVES = 50, 10  # 500 saves, fifty at once

pytestmark = pytest.mark.xdist_group("durability")


def half_way(crowd):
    """Returns when about a third of the saves have been acknowledged."""
    deadline = time.monotonic() + 60
    while crowd.saved < PEOPLE * SAVES // 3:
        assert time.monotonic() < deadline, crowd.typists[0].failures
        time.sleep(0.005)


def interrupted(crowd, kill):
    """All at once, killed in the middle: what was acknowledged until then."""
    crowd.begin(SAVES)
    half_way(crowd)
    kill()
    crowd.stop.set()
    crowd.wait()
    assert 0 < crowd.saved < PEOPLE * SAVES  # in the middle, not after the end
    return crowd.told


def undisturbed(crowd):
    crowd.begin(SAVES)
    crowd.wait()
    assert crowd.saved == PEOPLE * SAVES, [t.failures for t in crowd.typists if t.failures][:3]
    return crowd.told


def test_on_sqlite_nothing_acknowledged_is_lost():
    with closing(Portal("", PEOPLE)) as portal:
        told = undisturbed(Crowd.of(portal, 0)) + interrupted(Crowd.of(portal, 1), portal.kill)
        assert portal.check(told) == []


@pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL on this machine")
def test_on_postgresql_nothing_acknowledged_is_lost():
    with closing(Postgres()) as cluster, closing(Portal(cluster.url, PEOPLE)) as portal:
        told = undisturbed(Crowd.of(portal, 0)) + interrupted(Crowd.of(portal, 1), portal.kill)
        portal.start()
        told += interrupted(Crowd.of(portal, 2), cluster.kill)
        cluster.start()
        assert portal.check(told) == []
