"""What chapter 7 says, whatever its networks have learnt: each branch once."""

import math

from rnn_tutorial.experiments.words import ch07_mnist as words


def test_stop():
    assert words.stop(None, None) == "at its end"
    assert words.stop(50, "IndexError: invalid index. Use item()") == "at line 50: IndexError: invalid index"


def test_printed():
    assert words.printed(["a", "b"]) == "a / b"
    assert words.printed([]) == "nothing"


def test_lines():
    assert words.lines(7, 7) == "7"
    assert words.lines(7, 9) == "7–9"


def test_dataset():
    assert words.dataset(True) == "MNIST"
    assert words.dataset(False) == "the stand-in digits, NOT MNIST"


def test_settings():
    assert words.settings(1, 60_000) == "for 1 epoch"
    assert words.settings(2, 6_400) == "for 2 epochs on 6,400 of the 60,000 training images"


def test_over_seeds():
    assert words.over_seeds([0.9]) == "1 seed: how far another would stray, this build does not show"
    assert words.over_seeds([0.98, 0.99, 0.97]) == "3 seeds: 98.00 ± 1.00 %"


def test_images_in_common():
    assert words.images_in_common(90, 40, 1e-5) == (
        "90 images are misread by the first network alone and 40 by the second alone: the chance of so uneven a share, "
        "were both as good, is less than one in a thousand."
    )
    assert words.images_in_common(90, 60, 0.0172).endswith("is 0.017.")
    assert words.images_in_common(1, 2, 1.0) == (
        "1 image is misread by the first network alone and 2 by the second alone: so uneven a share would come about "
        "by chance with probability 1.00, and nothing is decided."
    )


def test_misread():
    said = [words.misread(errors) for errors in (0, 1, 1378)]
    assert said == ["0 images are misread", "1 image is misread", "1,378 images are misread"]


def test_known_after():
    assert words.known_after(None, None) == "After no row as many as half of all digits are known."
    first = "Half of all digits are known for the first time after row 9, nine tenths after"
    assert words.known_after(9, None) == f"{first} no row."
    assert words.known_after(9, 18) == f"{first} row 18."
    assert words.known_after(9, 9) == (
        "Half of all digits, and nine tenths as well, are known for the first time after row 9."
    )


def test_own_readout():
    assert words.own_readout(20, 70) == (
        "The network's own readout tells 20 % of the digits after row 14: not because less is known, but because "
        "it was trained on the state after the last row only."
    )
    assert "tells 60 % of the digits after row 14, hardly fewer: it works" in words.own_readout(60, 70)
    assert "tells 70 % of the digits after row 14, no fewer: it works" in words.own_readout(70, 70)
    assert "no fewer" in words.own_readout(71, 70)


def test_linear_reading():
    assert words.linear_reading(85, 98).startswith("What the network has learnt is to describe a digit so that")
    assert words.linear_reading(85, 85).startswith("So what this network has learnt does not make digits easier")
    assert words.linear_reading(85, 80) == words.linear_reading(85, 85)


def test_two_digits():
    assert words.first_digit(True).startswith("On the first, the belief is right in the end; on no other image")
    assert words.first_digit(False).endswith("so the first is any image.")
    said = [words.second_digit(mistakes) for mistakes in (0, 1, 2)]
    assert said[0] == "The network made no mistake; the second is the answer of which it was least sure."
    assert said[1:] == ["The second is the only mistake.", "The second is the most confident mistake."]
    assert words.last_wrong(0) == "never wrong"
    assert words.last_wrong(27) == "last wrong after row 27"


def test_far_rows():
    assert words.far_rows(40.4, 30) == (
        "Their mean sensitivity is 40 % of the largest row's: a mark up there would be noticed, and remembered to the "
        "end. The last row, the one nearest to the answer, has 30 %. So it is not nearness that counts here; the "
        "gradient did not vanish on its way."
    )
    assert words.far_rows(40, 40).endswith(
        "So it is not nearness that counts here; the gradient did not vanish on its way."
    )
    near = words.far_rows(40, 50)
    assert "remembered to the end" in near
    assert near.endswith("has 50 %. So nearness counts, but the gradient did not vanish on its way.")
    faded = words.far_rows(0.04, 50)
    assert faded.startswith(
        "Their mean sensitivity is 0.0 % of the largest row's: a mark up there would hardly be noticed."
    )
    assert faded.endswith("So it is nearness that counts here; the gradient fades on its way.")
    assert words.far_rows(5, 5).endswith("has 5 %. So neither end of the image counts for much here.")


def test_forget_gate():
    says = "the forget gate lets through 0.70 of the cell on average at row 8, and"
    assert words.forget_gate(0.7, 0.9) == f"{says} 0.90 at the end, when there is more to lose than to gain."
    assert (
        words.forget_gate(0.7, 0.5) == f"{says} 0.50 at the end, so that the last rows push out some of what was there."
    )
    assert words.forget_gate(0.7, 0.701) == f"{says} 0.70 at the end, which is the same."


def test_most_frequent_mistake():
    four = [(4, 9), (8, 3), (3, 8), (7, 2)]
    assert words.most_frequent_mistake(four, 0) == "No digit is misread."
    assert words.most_frequent_mistake(four[:1], 12) == "The most frequent mistake is a 4 read as a 9, 12 times."
    assert words.most_frequent_mistake(four[1:2], 1) == "The most frequent mistake is an 8 read as a 3, once."
    assert words.most_frequent_mistake(four[:3], 2) == (
        "The most frequent mistakes are a 4 read as a 9, an 8 read as a 3 and a 3 read as an 8, twice each."
    )
    assert words.most_frequent_mistake(four, 5) == (
        "The most frequent mistakes are 4 pairs of digits, confused 5 times each."
    )


def test_surest_mistakes():
    assert words.surest_mistakes(0, 1).startswith("There is no mistake to show; here is the answer")
    assert words.surest_mistakes(1, 1) == "Here is the only mistake"
    assert words.surest_mistakes(24, 24) == "Here are all 24 mistakes, the surest first"
    assert words.surest_mistakes(130, 24) == "Here are the 24 mistakes of which the network was surest"


def test_handing_over():
    without = "Without the least certain 3 % the error rate"
    assert words.handing_over(1.3, 0.4) == f"{without} falls from 1.30 to 0.40 %."
    assert words.handing_over(1.3, 1.304) == f"{without} stays at 1.30 %."
    assert words.handing_over(0.0, 0.0) == f"{without} stays at 0.00 %."
    assert words.handing_over(1.3, 1.4) == f"{without} rises from 1.30 to 1.40 %: this network's doubt is of no use."


def test_upside_down():
    by_digit = {0: 90.0, 1: 95.0, 2: 30.0, 3: 20.0, 4: 0.0, 5: 10.0, 8: 80.0, 9: math.nan}
    ranks = " Read best upside down: 1 (95 %), 0 (90 %), 8 (80 %); worst: 4 (0 %), 5 (10 %), 3 (20 %)."
    assert words.upside_down(98, 45, by_digit) == "The accuracy collapses, from 98 to 45 %." + ranks
    assert (
        words.upside_down(98, 90, by_digit) == "The accuracy falls from 98 to 90 %, less than one would think." + ranks
    )
    assert words.upside_down(90, 90, by_digit) == (
        "The accuracy does not fall: 90 % as they are, 90 % upside down." + ranks
    )
    assert words.upside_down(90, 91, by_digit).startswith("The accuracy does not fall: 90 %")
