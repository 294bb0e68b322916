"""The measuring is right; no test looks at a real clock."""

import random
import sys
from math import nan

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_same
from rnn_tutorial.experiments import ch09_speed as speed


class Clock:
    """A clock that moves only when a call says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def takes(self, *seconds):
        durations = iter(seconds)

        def call():
            self.now += next(durations)

        return call


class Machine:
    """A simulated machine: every call takes its time, times what else goes on at that call."""

    def __init__(self, disturbance):
        self.now, self.calls, self.disturbance = 0.0, 0, disturbance

    def __call__(self):
        return self.now

    def takes(self, seconds):
        def call():
            self.now += seconds * self.disturbance(self.calls)
            self.calls += 1

        return call


TURN = 2  # calls of a turn; a round has three turns, "peer", "twice" and the control
ROUND = 3 * TURN


def measured_on(disturbance, rounds=9):
    machine = Machine(disturbance)
    calls = {"peer": machine.takes(1.0), "twice": machine.takes(2.0)}
    return speed.interleave(calls, "peer", rounds=rounds, warmup=1, clock=machine)


def test_ratio_is_taken_round_by_round():
    clock = Clock()
    # the machine is three times slower in the second half, and a turn begins with a slow call: the ratio ignores both
    slow_and_counted = [70, 9, 70, 1, 70, 1, 70, 3, 70, 3, 70, 3]
    turns = zip(slow_and_counted[::2], slow_and_counted[1::2], strict=True)
    peer = clock.takes(*(s for slow, counted in turns for s in (slow, counted, slow, counted)))  # the second: control
    calls = {"peer": peer, "twice": clock.takes(1, 50, 1, 2, 1, 2, 1, 6, 1, 6, 1, 6)}
    found = speed.interleave(calls, "peer", rounds=5, warmup=1, clock=clock)
    assert list(found) == ["peer", "twice"]
    assert found["peer"].median_s == 3
    assert found["twice"].ratio == 2
    assert found["peer"].ratio == 1
    assert found["twice"].lower_quartile_s <= 6 <= found["twice"].upper_quartile_s
    assert found["twice"].ratio_lower_quartile == found["twice"].ratio_upper_quartile == 2
    assert found.seconds["twice"] == (2, 2, 6, 6, 6)
    assert found.control == found["peer"].control == 0
    assert found.compare("peer", "twice") == speed.Ratio(0.5, 0.5, 0.5, 0.0)


@pytest.mark.parametrize("peer", ["a", "b", "c", "d"])
def test_control_is_timed_far_from_the_peer(peer):
    order = []
    calls = {name: lambda name=name: order.append(name) for name in "abcd"}
    now = iter(range(1000))
    speed.interleave(calls, peer, rounds=2, warmup=0, clock=lambda: next(now))
    at_the_end = peer in "ab"
    one_round = [*"abcd", peer] if at_the_end else [peer, *"abcd"]
    assert order == [name for _ in range(2) for name in one_round for _ in range(TURN)]


def test_timing_can_be_made_of_what_it_was_made_of_before():
    timing = speed.Timing(2.0, 1.0, 3.0, 0.5)
    assert (timing.median_s, timing.lower_quartile_s, timing.upper_quartile_s, timing.ratio) == (2.0, 1.0, 3.0, 0.5)


def test_what_a_ratio_says():
    steady = speed.Ratio(2.0, 1.9, 2.1)
    assert steady.spread == pytest.approx(0.1)
    assert not steady.noisy
    assert steady.stated == 2.0
    assert [steady.side(of) for of in (1.0, 1.8999, 2.0, 2.1001, 3.0)] == ["above", "above", "close", "below", "below"]
    assert steady.scaled(10.0) == speed.Ratio(20.0, 19.0, 21.0)
    wide = speed.Ratio(2.0, 1.5, 2.5)
    assert wide.noisy
    assert wide.stated is None
    assert [wide.side(of) for of in (1.0, 2.0, 3.0)] == ["above", "noisy", "below"]
    astray = speed.Ratio(2.0, 1.9, 2.1, control=0.2)  # its rounds agree, but the control has strayed
    assert astray.noisy
    assert [astray.side(of) for of in (1.5, 1.6, 2.5, 2.6)] == ["above", "noisy", "noisy", "below"]
    assert astray.scaled(0.5).control == 0.2
    for unknown in (speed.Ratio(nan, nan, nan), speed.Ratio(2.0, 1.9, 2.1, control=nan)):
        assert unknown.stated is None
        assert unknown.side() == "noisy"


def test_limit_itself_may_be_stated():
    assert speed.Ratio(1.0, 1.0, 1.0, control=speed.NOISE_LIMIT).stated == 1.0
    assert speed.Ratio(1.0, 1.0, 1.0, control=speed.NOISE_LIMIT + 0.001).stated is None
    assert speed.Timing(1.0, 1.0, 1.0 + 0.99 * speed.NOISE_LIMIT, 1.0).stated_s == 1.0
    assert speed.Timing(1.0, 1.0, 1.0 + 1.01 * speed.NOISE_LIMIT, 1.0).stated_s is None


def test_rates_are_stated_as_seconds_are():
    assert speed.Timing(2.0, 2.0, 2.0, 1.0).stated_rate(6.0) == 3.0
    assert speed.Timing(2.0, 1.0, 3.0, 1.0).stated_rate(6.0) is None


def test_control_counts_both_ways_alike():
    assert speed.control_of([1.1] * 4, [1.0] * 4) == pytest.approx(0.1)
    assert speed.control_of([1.0] * 4, [1.1] * 4) == pytest.approx(0.1)
    assert speed.control_of([5.0] * 4, [5.0] * 4) == 0


def test_quiet_machine():
    chance = random.Random(0)
    found = measured_on(lambda _: chance.uniform(0.98, 1.02))
    ratio = found.compare("twice", "peer")
    assert ratio.stated == pytest.approx(2, rel=0.03)
    assert found["twice"].stated_s == pytest.approx(2, rel=0.03)
    assert found.control < 0.05
    assert ratio.side() == "above"
    assert found.compare("peer", "twice").side() == "below"
    assert found.compare("peer", "peer").side() == "close"


def test_noisy_machine_gives_no_number():
    stated = [measured_on(chance).compare("twice", "peer").stated for chance in disturbances(0.5)]
    assert sum(number is not None for number in stated) <= 2


def disturbances(sigma, runs=100):
    """Machines on which each call takes longer or shorter by chance, each in its own way."""
    for seed in range(runs):
        chance = random.Random(seed)
        yield lambda _, chance=chance: chance.lognormvariate(0, sigma)


def test_equal_calls_are_seldom_called_faster():
    """Of equal calls, on machines between quiet and unusable."""
    sides = []
    for sigma in (0.01, 0.1, 0.5, 1.0):
        for disturbance in disturbances(sigma):
            machine = Machine(disturbance)
            calls = {"peer": machine.takes(1.0), "same": machine.takes(1.0)}
            found = speed.interleave(calls, "peer", rounds=9, warmup=0, clock=machine)
            sides.append(found.compare("same", "peer").side())
    assert sum(side in ("above", "below") for side in sides) <= 0.02 * len(sides)


def test_machine_that_slows_down_steadily():
    """Slowly: the seconds say nothing, the ratio is right. Within a round: the control sees it."""
    slowly = measured_on(lambda calls: 1 + 0.01 * calls)
    assert slowly["peer"].stated_s is None
    assert slowly.compare("twice", "peer").stated == pytest.approx(2, rel=0.05)
    quickly = measured_on(lambda calls: 1.05**calls)
    ratio = quickly.compare("twice", "peer")
    assert ratio.spread < 1e-9  # the rounds agree …
    assert ratio.median > 2.2  # … on what is wrong
    assert quickly.control > speed.NOISE_LIMIT
    assert ratio.stated is None


@pytest.mark.parametrize("at", range(ROUND))
def test_single_outlier_changes_nothing(at):
    found = measured_on(lambda calls: 100.0 if calls == 5 * ROUND + at else 1.0)
    assert found.compare("twice", "peer").stated == 2
    assert found["peer"].stated_s == 1
    assert found.control == 0


def test_second_program_that_disturbs_whole_rounds():
    """It doubles the time of half of the rounds: the ratio is right, the seconds are not to be had."""
    disturbed = set(random.Random(0).sample(range(1, 17), 8))
    found = measured_on(lambda calls: 2.0 if calls // ROUND in disturbed else 1.0, rounds=16)
    assert found.compare("twice", "peer").stated == 2
    assert found["peer"].stated_s is None


def test_second_program_that_disturbs_single_calls():
    """It doubles the time of half of the calls: hardly ever is a number stated, and hardly ever a wrong one."""
    stated = []
    for seed in range(300):
        chance = random.Random(seed)
        found = measured_on(lambda _, chance=chance: chance.choice([1.0, 2.0]))
        stated.append(found.compare("twice", "peer").stated)
    numbers = [number for number in stated if number is not None]
    assert len(numbers) < 0.2 * len(stated)
    assert sum(number != 2 for number in numbers) <= 0.01 * len(stated)


@pytest.mark.parametrize("make", [rt.LSTM, rt.PeepholeLSTM])
@pytest.mark.parametrize("unbind", [False, True])
def test_usual_loop_is_the_layer(make, unbind):
    layer = make(3, 5, batch_first=True, dtype=torch.float64, backend="reference")
    loop = speed.UsualLoop(layer, unbind=unbind)
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    torch.testing.assert_close(loop(x)[0], layer(x)[0])
    gradients = [torch.autograd.grad(m(x)[0].sum(), list(layer.parameters())) for m in (loop, layer)]
    torch.testing.assert_close(*gradients)


def test_calls_do_what_they_say():
    layer, x = rt.LSTM(2, 3, batch_first=True), torch.randn(2, 4, 2)
    speed.inference(layer, x)()
    weight = layer.get_parameter("weight_hh_l0")
    assert weight.grad is None
    speed.training_step(layer, x)()
    once = weight.grad
    assert once is not None
    speed.training_step(layer, x)()
    torch.testing.assert_close(weight.grad, once)  # not added up


def test_limits_are_positive_numbers():
    operations, bytes_read = speed.machine_limits(1000, seconds=0.01)
    assert operations > 0
    assert bytes_read > 0
    assert speed.step_operations(2, 3) == 2 * 2 * 4 * 3 * 3


def test_limits_can_be_timed_among_others():
    limits = speed.limit_calls(1000)
    assert limits["reading"][1] == 10 * 4 * 1000
    assert limits["PyTorch's product"][1] == 2 * 1024**3
    for call, work in limits.values():
        call()
        assert work > 0


def test_limits_without_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "rnn_tutorial.kernels.cpu", None)
    assert set(speed.limit_calls(1000)) == {"PyTorch's product", "reading"}
    assert speed.kernel_limit(0.01) == 0


def test_limit_of_our_kernels():
    pytest.importorskip("numba")
    assert speed.kernel_limit(0.01) > 0


def test_layers_agree_with_the_loop_they_are_compared_with():
    layer = rt.PeepholeLSTM(3, 5, batch_first=True, dtype=torch.float64)
    reference = rt.PeepholeLSTM(3, 5, batch_first=True, dtype=torch.float64, backend="reference")
    reference.load_state_dict(layer.state_dict())
    assert_same(layer, reference, torch.randn(9, 6, 3, dtype=torch.float64))


def test_the_usual_loop_over_videos_is_the_conv_lstm():
    layer = rt.ConvLSTM(2, 3, (3, 5), batch_first=True)
    for name, parameter in layer.named_parameters():
        if "weight_c" in name:
            torch.nn.init.normal_(parameter)
    video = torch.rand(2, 4, 2, 6, 7)
    output, (h, c) = speed.UsualConvLoop(layer)(video)
    expected, (h_n, c_n) = layer(video)
    torch.testing.assert_close((output, h, c), (expected, h_n[0], c_n[0]))
