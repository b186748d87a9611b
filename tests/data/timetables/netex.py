"""Write small files of published fares (NeTEx), by hand, in each layout that programs of operators write.

The layouts are those of samples in public code: bands named by pairs of zones (written by several programs), tables
whose cells name a pair and a band (the Department for Transport's Create Fares Data, one file a ticket), and lists of a
price for each pair, with the lines, tickets and passengers in files of their own.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence

ZONES = {"z1": ["A"], "z2": ["B", "B2"], "z3": ["C"]}
PRICES = {("z1", "z2"): "1.8", ("z1", "z3"): "2.5", ("z2", "z3"): "1.20"}
Prices = Mapping[tuple[str, str], str]


TERMS = (  # general terms, which some programs write after the fares
    '<CompositeFrame id="fxc:UK:DFT:TypeOfFrame_UK_PI_METADATA_OFFER:FXCP:fxc"><ValidBetween>'
    "<FromDate>2015-02-01T00:00:00</FromDate><ToDate>2020-12-31T12:00:00</ToDate></ValidBetween><frames><FareFrame><usageParameters>"
    '<UserProfile id="fxc:child"><Name>Child</Name><MinimumAge>5</MinimumAge><MaximumAge>15</MaximumAge></UserProfile>'
    '</usageParameters></FareFrame><ResourceFrame><organisations><Operator id="uic:operator:1170"/></organisations>'
    "</ResourceFrame></frames></CompositeFrame>"
)


def delivery(*parts: str, valid: str = "") -> str:
    frames = "".join(parts)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<PublicationDelivery version="1.1" '
        'xmlns="http://www.netex.org.uk/netex"><dataObjects><CompositeFrame id="c">'
        f"{valid}<FrameDefaults><DefaultCurrency>GBP</DefaultCurrency></FrameDefaults><frames>{frames}</frames>"
        f"</CompositeFrame>{TERMS}</dataObjects></PublicationDelivery>"
    )


def between(first: str, last: str = "") -> str:
    until = f"<ToDate>{last}T23:59:59</ToDate>" if last else ""
    return f"<ValidBetween><FromDate>{first}T00:00:00Z</FromDate>{until}</ValidBetween>"


def lines(code: str = "7", operator: str = "CNTY", line: str = "L") -> str:
    return (
        f'<ResourceFrame><organisations><Operator id="noc:{operator}"><Name>County</Name></Operator></organisations>'
        f'</ResourceFrame><ServiceFrame><lines><Line id="{line}"><Name>County {code}</Name><PublicCode>{code}'
        f'</PublicCode><OperatorRef ref="noc:{operator}"/></Line></lines><scheduledStopPoints><ScheduledStopPoint '
        'id="atco:A"><Name>A</Name></ScheduledStopPoint></scheduledStopPoints></ServiceFrame>'
    )


def zones(given: Mapping[str, Sequence[str]] = ZONES, prefix: str = "atco:") -> str:
    def zone(name: str, stops: Sequence[str]) -> str:
        refs = "".join(f'<ScheduledStopPointRef ref="{prefix}{stop}">Stop</ScheduledStopPointRef>' for stop in stops)
        return f'<FareZone id="fs@{name}"><Name>{name}</Name><members>{refs}</members></FareZone>'

    return f"<FareFrame><fareZones>{''.join(zone(*each) for each in given.items())}</fareZones></FareFrame>"


def pair(start: str, end: str, inside: str = "") -> str:
    return (
        f'<DistanceMatrixElement id="{start}+{end}">{inside}<StartTariffZoneRef ref="fs@{start}"/>'
        f'<EndTariffZoneRef ref="fs@{end}"/></DistanceMatrixElement>'
    )


def band(amount: str) -> str:
    return f'<priceGroups><PriceGroupRef ref="band_{amount}"/></priceGroups>'


def bands(prices: Prices = PRICES) -> str:
    groups = "".join(
        f'<PriceGroup id="band_{each}"><members><GeographicalIntervalPrice id="band_{each}@x"><Amount>{each}</Amount>'
        "</GeographicalIntervalPrice></members></PriceGroup>"
        for each in dict.fromkeys(prices.values())
    )
    return f"<priceGroups>{groups}</priceGroups>"


def profile(kind: str = "adult", ages: tuple[int, int] | None = None, name: str = "passenger") -> str:
    years = f"<MinimumAge>{ages[0]}</MinimumAge><MaximumAge>{ages[1]}</MaximumAge>" if ages else ""
    return f'<UserProfile id="op:who"><Name>{name}</Name><UserType>{kind}</UserType>{years}</UserProfile>'


def product(name: str = "Adult Single", kind: str = "singleTrip") -> str:
    return (
        f'<fareProducts><PreassignedFareProduct id="ticket"><Name>{name}</Name><ProductType>{kind}</ProductType>'
        "</PreassignedFareProduct></fareProducts>"
    )


def tariff(pairs: str, *more: str, valid: str = "", line: str = "L") -> str:
    when = f"<validityConditions>{valid}</validityConditions>" if valid else ""
    return (
        f'<tariffs><Tariff id="tariff">{when}<LineRef ref="{line}"/>{"".join(more)}<fareStructureElements>'
        f"<FareStructureElement><distanceMatrixElements>{pairs}</distanceMatrixElements></FareStructureElement>"
        "</fareStructureElements></Tariff></tariffs>"
    )


FOR = '<pricesFor><PreassignedFareProductRef ref="ticket"/><UserProfileRef ref="op:who"/></pricesFor>'
USED = '<usedIn><TariffRef ref="tariff"/></usedIn><specifics><LineRef ref="L"/></specifics>'


def of_bands(
    prices: Prices = PRICES, who: str = "", ticket: str = "", valid: str = "", network: str = "", **line: str
) -> str:
    """Return a file in which each pair of zones names a band."""
    pairs = "".join(pair(*ends, band(amount)) for ends, amount in prices.items()) + pair("z1", "z1")
    usage = f"<usageParameters>{who or profile()}</usageParameters>"
    sale = f"<FareFrame>{tariff(pairs, valid=valid)}{usage}{ticket or product()}</FareFrame>"
    return delivery(lines(**line), network or zones(), sale, f"<FareFrame>{bands(prices)}</FareFrame>")


def of_cells(prices: Prices) -> str:
    """Return a table with a column for each zone; each cell names a pair and the price of a band."""
    cells = "".join(
        f'<FareTable id="{start}{end}"><cells><Cell><DistanceMatrixElementPrice id="p">'
        f'<GeographicalIntervalPriceRef ref="band_{amount}@x"/><DistanceMatrixElementRef ref="{start}+{end}"/>'
        "</DistanceMatrixElementPrice></Cell></cells></FareTable>"
        for (start, end), amount in prices.items()
    )
    return f'<fareTables><FareTable id="t">{FOR}{USED}<includes>{cells}</includes></FareTable></fareTables>'


def of_tables(prices: Prices = PRICES, returns: str = "5.00", **line: str) -> str:
    """Return a file with a table of cells; each pair names the band of a single and that of a return."""
    both = '<priceGroups><PriceGroupRef ref="band_{}"/><PriceGroupRef ref="band_' + returns + '"/></priceGroups>'
    pairs = "".join(pair(*ends, both.format(amount)) for ends, amount in prices.items())
    limits = f"<GenericParameterAssignment><limitations>{profile()}</limitations></GenericParameterAssignment>"
    sale = f"<FareFrame>{tariff(pairs, limits, valid=between('2026-01-01', '2028-12-31'))}{product()}</FareFrame>"
    every = dict(prices) | {("", ""): returns}
    return delivery(lines(**line), zones(), sale, f"<FareFrame>{bands(every)}{of_cells(prices)}</FareFrame>")


def of_pairs(prices: Prices = PRICES) -> dict[str, str]:
    """Return files of one zip in which a list gives each pair a price, and another names line, ticket and passenger."""
    listed = "".join(
        f'<DistanceMatrixElementPrice id="p{start}{end}"><Amount>{amount}</Amount><DistanceMatrixElementRef '
        f'ref="{start}+{end}"/></DistanceMatrixElementPrice>'
        for (start, end), amount in prices.items()
    )
    table = f'<FareTable id="t">{FOR}<specifics><LineRef ref="L"/></specifics><prices>{listed}</prices></FareTable>'
    own = tariff("".join(pair(*ends) for ends in prices))
    named = f"<FareFrame>{product()}<usageParameters>{profile()}</usageParameters></FareFrame>"
    return {
        "line 7.xml": delivery(zones(), f"<FareFrame>{own}</FareFrame>", f"<FareFrame>{table}</FareFrame>"),
        "network.xml": delivery(lines()),
        "products.xml": delivery(named, valid=between("2020-01-01")),
    }


def of_prices_inside(prices: Prices = PRICES) -> str:
    """Return a file in which each pair has its price inside it, and the way back costs the same."""
    inside = (
        "<InverseAllowed>true</InverseAllowed><prices><DistanceMatrixElementPrice><Amount>{}</Amount>"
        "</DistanceMatrixElementPrice></prices>"
    )
    pairs = "".join(pair(*ends, inside.format(amount)) for ends, amount in prices.items())
    sale = f"<FareFrame>{tariff(pairs)}<usageParameters>{profile()}</usageParameters>{product()}</FareFrame>"
    return delivery(lines(), zones(prefix="naptStop:"), sale)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()
