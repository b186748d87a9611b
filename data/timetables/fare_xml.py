"""Read one NeTEx file of bus fares, as operators publish them to the Bus Open Data Service (UK profile for fares).

A file has zones (groups of stops), tariffs with pairs of zones, prices, and tables that say for which ticket and which
passenger a price holds. Programs write prices in different ways, and all of these are read:

    bands      a pair of zones names a band (PriceGroup), and the band has the amount
    tables     each cell of a table names a pair of zones, and a price of a band or an amount of its own
    per pair   a pair of zones has a price of its own inside it, or in a list of the table

Lines, tickets and passengers may be in other files of the same zip; `fare_triangles` brings them together. It runs in a
child process (data.opening.child). Parts that are not needed are dropped as they are read.
"""

import re
from collections.abc import Callable
from typing import IO

from lxml import etree

from data.timetables.fare_content import TERMS, FareFile, Pair, Price, Product, Profile, Table, Tariff, plain

KEPT = ("Operator", "Line", "FareZone", "UserProfile", "PreassignedFareProduct", "Tariff", "PriceGroup", "FareTable")
DROPPED = ("ScheduledStopPoint", "SalesOfferPackage", "ValueSet", "SeriesConstraint")  # large, and of no use here
ALSO = ("lines", "ValidBetween", "DefaultCurrency")
FRAMES = ("CompositeFrame", "FareFrame")
AMOUNT = re.compile(r"\d{1,3}(\.\d{1,4})?")
ALL_DAY = ("00:00", "23:59", "24:00")  # how hours begin that leave nothing out


class NotRead(Exception):
    """A file that is not read, with what is wrong with it; nothing where it is only of other lines."""


def read_fare_file(file: IO[bytes], name: str, stops: set[str], is_wanted: Callable[[str, str], bool]) -> FareFile:
    """Return what a file says of fares between `stops` (plain ids).

    `is_wanted` says of an operator ("": not known) and the public code of a line whether fares of it are asked for.
    Raises NotRead where the file is damaged or no NeTEx, or where it names lines and none of them is wanted.
    """
    found = FareFile(name)
    tags = [f"{{*}}{tag}" for tag in (*KEPT, *DROPPED, *ALSO)]
    try:
        events = etree.iterparse(
            file, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            _take(element, found, stops, is_wanted)
        root = events.root
    except (etree.XMLSyntaxError, LookupError, UnicodeError) as error:
        raise NotRead(f"damaged: {type(error).__name__}") from None
    if root is None or _tag(root) != "PublicationDelivery":
        raise NotRead("no NeTEx file")
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotRead("has a document type, in which entities are made")
    return found


def _take(element: etree._Element, found: FareFile, stops: set[str], is_wanted: Callable[[str, str], bool]) -> None:
    """Add what one element says, and empty it where nothing that follows needs it."""
    tag, id_ = _tag(element), element.get("id", "")
    above = [*(_tag(each) for each in element.iterancestors()), "", ""]
    match tag:
        case "Operator" if id_.startswith("noc:"):  # others, such as those of trains, stand in lists of terms
            found.operators.add(plain(id_))
        case "Line":
            found.lines[id_] = (_text(element, "PublicCode"), plain(_ref(element, "OperatorRef")))
        case "lines":
            if found.lines and not any(
                not code or is_wanted(operator, code) for code, operator in found.lines.values()
            ):
                raise NotRead("")
        case "FareZone":
            refs = (plain(each.get("ref", "")) for each in element.iter("{*}ScheduledStopPointRef"))
            found.zones.setdefault(id_, set()).update(stops.intersection(refs))
        case "UserProfile":
            ages = (_age(element, "MinimumAge"), _age(element, "MaximumAge"))
            found.profiles[id_] = Profile(_text(element, "UserType"), _text(element, "Name"), *ages)
        case "PreassignedFareProduct":
            found.products[id_] = Product(_text(element, "ProductType"), _text(element, "Name"))
        case "PriceGroup":
            _take_band(element, found)
        case "Tariff":
            _take_tariff(element, found)
        case "FareTable" if "FareTable" not in above:
            _take_table(element, found)
        case "DefaultCurrency":
            found.currencies.add((element.text or "").strip())
        case "ValidBetween" if above[0] in FRAMES or (above[0] == "validityConditions" and above[1] in FRAMES):
            _take_days(element, found)
    inside = {"Tariff", "FareTable"}.intersection(above)
    if tag not in ALSO and not inside:
        element.clear()


def _take_days(element: etree._Element, found: FareFile) -> None:
    """Add the period of a frame; prices hold on the days in all of them. That of general terms is none of theirs."""
    if any(each.get("id", "").startswith(TERMS) for each in element.iterancestors()):
        return
    first, last = _days(element)
    found.first = max(first, found.first)
    found.last = min(filter(None, (last, found.last)), default="")


def _take_band(element: etree._Element, found: FareFile) -> None:
    """Add the prices of a band; a price without an id has that of the band."""
    id_ = element.get("id", "")
    prices = [each for each in element.iter("{*}GeographicalIntervalPrice") if each.find("{*}Amount") is not None]
    ids = found.bands.setdefault(id_, [])
    for price in prices:
        if (pence := _pence(price, found)) is not None:
            own = price.get("id") or id_
            found.amounts[own] = pence
            ids.append(own)


def _take_tariff(element: etree._Element, found: FareFile) -> None:
    """Add a tariff, and a table of the prices that its pairs have inside them."""
    valid = element.find("{*}validityConditions/{*}ValidBetween")
    pairs, prices = {}, []
    for each in element.iter("{*}DistanceMatrixElement"):
        ends = (_ref(each, "StartTariffZoneRef"), _ref(each, "EndTariffZoneRef"))
        bands = [band.get("ref", "") for band in each.iter("{*}PriceGroupRef")]
        pairs[each.get("id", "")] = Pair(*ends, _text(each, "InverseAllowed") == "true", bands)
        prices += [_price(one, found, each.get("id", "")) for one in each.iter("{*}DistanceMatrixElementPrice")]
    hours = [_words(each)[0][:5] for name in ("EarliestTime", "StartTime", "EndTime") for each in _all(element, name)]
    tariff = Tariff(
        element.get("id", ""),
        _ref(element, "LineRef"),
        plain(_ref(element, "OperatorRef")),
        *(("", "") if valid is None else _days(valid)),
        next((text for each in _all(element, "TripType") for text in _words(each)), ""),
        [hour for hour in hours if hour not in ALL_DAY],
        {day for each in _all(element, "DaysOfWeek") for day in _words(each)},
        [each.get("id", "") for each in _all(element, "UserProfile")],
        pairs,
    )
    found.tariffs.append(tariff)
    if prices:
        found.tables.append(Table("", "", "", tariff.id, prices))


def _take_table(element: etree._Element, found: FareFile) -> None:
    """Add a table with the prices of the tables inside it."""
    prices = [_price(each, found) for each in element.iter("{*}DistanceMatrixElementPrice")]
    table = Table(
        _ref(element, "pricesFor/{*}PreassignedFareProductRef"),
        _ref(element, "pricesFor/{*}UserProfileRef"),
        _ref(element, "specifics/{*}LineRef"),
        _ref(element, "usedIn/{*}TariffRef"),
        [each for each in prices if each.pair],
    )
    found.tables.append(table)


def _price(element: etree._Element, found: FareFile, pair: str = "") -> Price:
    has_amount = element.find("{*}Amount") is not None
    pence = _pence(element, found) if has_amount else None
    amount_of = "" if has_amount else _ref(element, "GeographicalIntervalPriceRef")
    return Price(_ref(element, "DistanceMatrixElementRef") or pair, amount_of, pence)


def _pence(element: etree._Element, found: FareFile) -> int | None:
    """Return an amount of pounds in pence; None, counted, where it is none above nothing."""
    text = _text(element, "Amount")
    pence = round(float(text) * 100) if AMOUNT.fullmatch(text) else 0
    if pence > 0:
        return pence
    found.bad_amounts.append(text[:20])
    return None


def _days(element: etree._Element) -> tuple[str, str]:
    """Return the first and last day of a period as 2026-09-01, "" for none."""
    return _text(element, "FromDate")[:10], _text(element, "ToDate")[:10]


def _age(element: etree._Element, name: str) -> int | None:
    text = _text(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [each for each in element.iter(f"{{*}}{name}") if _words(each) or each.get("id")]


def _words(element: etree._Element) -> list[str]:
    return (element.text or "").split()


def _ref(element: etree._Element, path: str) -> str:
    there = element.find(f"{{*}}{path}")
    return "" if there is None else there.get("ref", "")


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
