"""What is given as name=value on the command line."""

from eligibility.commands.check import pairs


def test_a_letter_that_the_locale_lacks_is_read_as_the_utf_8_that_it_is():
    given = "destination=Höllow".encode().decode("ascii", "surrogateescape")
    assert pairs([given], "--fact") == {"destination": "Höllow"}
