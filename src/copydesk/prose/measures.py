"""Words for scales, units and currencies, and what each is worth in its base unit."""

from decimal import Decimal

# What multiplies the number before it. A bare m is a million after a currency, else metres: the
# longer reading is tried first, so $4m needs the entry "m" here and 4 m the one below.
SCALES: dict[str, int] = {
    "hundred": 100,
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "百": 100,
    "千": 10**3,
    "万": 10**4,
    "万亿": 10**12,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}

SIGNS: dict[str, str] = {
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "rmb": "CNY",
}

_WORDS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "%": (("%", "1", "% percent pct percentage-points 个百分点 百分点"),),
    "USD": (("USD", "1", "dollar dollars usd 美元 美金"),),
    "EUR": (("EUR", "1", "euro euros 欧元"),),
    "GBP": (("GBP", "1", "pounds-sterling 英镑"),),
    "CNY": (("CNY", "1", "yuan rmb 元 人民币 块钱"),),
    "length": (
        ("m", "1", "metre metres meter meters 米 公尺"),
        ("m", "1000", "km kilometre kilometres kilometer kilometers 公里 千米"),
        ("m", "0.01", "cm centimetre centimetres centimeter centimeters 厘米"),
        ("m", "0.001", "mm millimetre millimetres millimeter millimeters 毫米"),
        ("mi", "1", "mile miles 英里"),
    ),
    "mass": (
        ("g", "1", "gram grams gramme grammes 克"),
        ("g", "1000", "kg kilogram kilograms kilo kilos 公斤 千克"),
        ("g", "500", "斤"),
        ("g", "1000000", "tonne tonnes ton tons 吨"),
    ),
    "time": (
        ("s", "1", "second seconds sec 秒 秒钟"),
        ("s", "60", "minute minutes min mins 分钟"),
        ("s", "3600", "hour hours 小时"),
        ("s", "86400", "day days 天"),
        ("s", "604800", "week weeks 周"),
        ("month", "1", "month months 个月"),
        ("month", "12", "year years"),
    ),
}

MEASURES: dict[str, tuple[str, Decimal]] = {
    word.replace("-", " "): (unit, Decimal(factor))
    for groups in _WORDS.values()
    for unit, factor, words in groups
    for word in words.split()
} | {"per cent": ("%", Decimal(1))}
