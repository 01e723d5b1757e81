"""Invented names of communities: of no real place, unique within a county, some with characters Markdown knows."""

from __future__ import annotations

import random
from collections.abc import Iterator

ROADS = (
    *("团结路", "建设路", "文化路", "友好路", "人民路", "光明路", "新华路", "和平路", "胜利路", "迎宾路"),
    *("塔河路", "青年路", "幸福路", "民主路", "园林路", "车站路", "北大街", "南环路", "东风路", "长安路"),
)
WORKS = (
    *("纺织厂", "粮油公司", "农机厂", "面粉厂", "百货公司", "运输公司", "木材公司", "印刷厂", "水泥厂", "食品公司"),
    *("外贸公司", "供销社", "农机站", "水管站", "林业站", "糖厂", "地毯厂", "棉麻公司", "机械厂", "皮革厂"),
)
FIRST = (
    *("金桥", "兴业", "祥和", "安居", "惠民", "康乐", "阳光", "绿洲", "锦绣", "明珠", "永安", "福源", "天和", "华康"),
    *("新苑", "春晖", "丰收", "博雅", "瑞景", "福祥", "永乐", "嘉和", "宏远", "杏花", "白杨", "红柳", "丽景", "富民"),
)
LAST = ("小区", "家园", "花园", "苑", "新村", "住宅小区")

# Ordinary enough on a form, markup in a document: ~ * _ [ ] # $ < & | ` and more.
AWKWARD = {
    "tachengshi": (
        "兴业家园1~3号楼、5~7号楼",
        "文化路A*甲*区",
        "团结路12号院_南院_北院",
        "#2家属楼（车站路）",
        "金桥小区[二期]",
    ),
    "wusu": ("幸福里B&C座", "建设路18号院|西区", "明珠花园<一期>", "老糖厂家属院**重点**", "1. 新华路住宅楼"),
    "shawan": ("永安小区~甲~区", "$5号院$（原粮站）", "祥和苑^东^", "农机厂_A_家属院", "`前进`新村"),
    "emin": ("惠民小区3#、4#楼", "[康乐]小区（北大街）", "南环路6号院*", "瑞景苑A~D座"),
    "tuoli": ("阳光小区1~4号楼", "友好路9号院_西_", "华康&天和住宅楼"),
    "yumin": ("杏花小区1#~6#楼", "红柳新村<东>"),
    "hebukesaier": ("白杨小区A*B座", "供销社家属院|南"),
}


def names(county: str, rng: random.Random) -> Iterator[str]:
    """Names without end of supply for any county here, the awkward ones among the first."""
    seen = set()
    awkward = list(AWKWARD[county])
    while True:
        # about every fourth until they are used up, so that each sheet and year gets some
        name = awkward.pop() if awkward and rng.random() < 0.25 else _ordinary(rng)
        if name not in seen:
            seen.add(name)
            yield name


def _ordinary(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.34:
        return f"{rng.choice(ROADS)}{rng.randint(1, 96)}号院"
    if kind < 0.60:
        part = rng.choice(("家属院", "家属楼", "住宅楼", "家属院", "东院", "西院"))
        return rng.choice(WORKS) + part
    if kind < 0.92:
        stage = rng.choice(("", "", "", "一期", "二期", "东区", "西区"))
        return rng.choice(FIRST) + rng.choice(LAST) + stage
    first, last = rng.randint(1, 4), rng.randint(5, 9)
    return f"{rng.choice(FIRST)}家园{first}号楼、{last}号楼"
