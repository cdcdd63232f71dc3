from assessments.organizations.rules.golden_paths import golden_path


def test_there_is_one_flavour_for_each_way_in_use():
    path = golden_path({"real_time": True, "batch": True, "on_device": False}, {"real_time": 1})
    assert [(flavour.mode, flavour.why.figures) for flavour in path.flavours] == [
        ("real_time", ("1 production model (measured)",)),
        ("batch", ("entered as in use",)),
    ]
    assert (path.not_in_use, path.asks) == (["on_device"], [])


def test_what_nobody_knows_is_asked():
    assert len(golden_path({}, {}).asks) == 3
