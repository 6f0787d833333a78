from tests.factories import accept


def test_accepts(report, cast):
    accept(report, cast.lan, cast.huyen)
    assert report.status == "accepted"
    assert report.gaps == 0
