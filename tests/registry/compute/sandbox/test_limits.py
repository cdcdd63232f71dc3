from registry.compute.sandbox.limits import GIB, Limits


def test_the_limits_of_a_check_grow_with_its_memory_and_time():
    limits = Limits.for_check(memory_bytes=GIB, wall_seconds=30.5, threads=2)
    assert (limits.address_space_bytes, limits.result_bytes) == (7 * GIB // 2, 2 * GIB)
    assert limits.cpu_seconds == 62
    assert limits.as_dict()["wall_seconds"] == 30.5
