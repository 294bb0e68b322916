r"""The public holidays of a country, from the package ``holidays``; a country that it does not know is explained."""

import datetime
import difflib
from collections.abc import Iterable, Mapping

from rnn_tutorial import extras


def public_holidays(country: str, years: Iterable[int]) -> dict[datetime.date, str]:
    r"""Return the days that are public holidays and their English names, those observed on another day included.

    Args:
        country: ISO 3166 code, "PT" or "PRT"; the name, "Portugal"; or a code and a part of the country, "DE-BY".
        years: Which.

    Raises:
        ValueError: No such country, or no such part of it; near names are listed. No holidays in all of these years.
        MissingExtraError: The package ``holidays`` is not there.

    Examples:
        >>> public_holidays("PT", [2014])[datetime.date(2014, 12, 25)]
        'Christmas Day'
    """
    with extras.explained("a calendar of public holidays", "holidays"):
        import holidays
    by_name = {name.replace("_", " "): codes[1] for name, codes in holidays.registry.COUNTRIES.items()}
    supported = holidays.list_supported_countries()
    name = country.strip().lower().replace("_", " ").replace("-", " ")
    code, _, part = (by_name.get(name) or country.strip().upper()).partition("-")
    if code not in supported:
        raise ValueError(f"there are no holidays of {country!r}: {_near(name, code, by_name)}")
    parts = {one.upper(): one for one in supported[code]}
    if part and part not in parts:
        listed = ", ".join(supported[code]) or "there are none"
        raise ValueError(
            f"{code} has no part {part!r} with holidays of its own: choose one ({listed}), or leave it out"
        )
    asked = sorted(set(years))
    found = holidays.country_holidays(code, subdiv=parts.get(part), years=asked, language="en_US")
    if asked and not found:
        raise ValueError(f"the package holidays knows no holidays of {country!r} from {asked[0]} to {asked[-1]}")
    return dict(sorted(found.items()))


def _near(name: str, code: str, by_name: Mapping[str, str]) -> str:
    # Names that are spelt alike, and codes that begin with the same letter or end with the same one.
    alike = difflib.get_close_matches(name, by_name, n=4, cutoff=0.6)
    if not alike and len(code) == 2:
        alike = [one for one, known in by_name.items() if sum(a == b for a, b in zip(code, known, strict=True))]
        alike = sorted(alike, key=lambda one: (by_name[one][0] != code[0], by_name[one]))[:8]
    if not alike:
        return 'write the code of ISO 3166, such as "PT" or "DE-BY"'
    return f"did you mean {', '.join(f'{by_name[one]} ({one.title()})' for one in alike)}?"
