"""Shapes of the ministry's codes, and what they say about one another."""

import re

# Lengths of the codes of province, regency, district and village: `61`, `61.11`, …
LEVEL_LENGTHS = (2, 5, 8, 13)
PROVINCE_CODE = r"[0-9]{2}"
REGENCY_CODE = PROVINCE_CODE + r"\.[0-9]{2}"
DISTRICT_CODE = REGENCY_CODE + r"\.[0-9]{2}"
VILLAGE_CODE = DISTRICT_CODE + r"\.[0-9]{4}"
ISLAND_CODE = REGENCY_CODE + r"\.[0-9]{5}"
AREA = re.compile("|".join((PROVINCE_CODE, REGENCY_CODE, DISTRICT_CODE, VILLAGE_CODE)))


def covers(area: str, code: str) -> bool:
    """Whether the area of the first code is that of the second, or lies above it."""
    return code == area or code.startswith(area + ".")


def touches(area: str, code: str) -> bool:
    """Whether one of the two areas lies in the other."""
    return covers(area, code) or covers(code, area)


def areas_above(code: str) -> list[str]:
    """The codes of the areas that an area lies in, the largest first."""
    return [code[:length] for length in LEVEL_LENGTHS if length < len(code)]


def area_of_island(code: str) -> str:
    """The regency that an island's code names.

    `12.00.40004` (Nias) names none, because it is divided among several: then the province.
    """
    return code[:2] if code[3:5] == "00" else code[:5]
