"""Two decks as an editor would want them, in English and in Chinese, one slide of every kind."""

from copydesk.slides.deck import (
    AgendaSlide,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    Column,
    ComparisonSlide,
    Deck,
    SectionSlide,
    Series,
    TableSlide,
    TitleSlide,
)

ENGLISH = Deck(
    title="Bees in the city",
    language="en",
    slides=(
        TitleSlide(
            title="Bees in the city: what rooftops can do for pollinators",
            subtitle="A briefing for the parks committee",
            notes="Welcome everyone and say why the committee asked for this briefing.",
        ),
        AgendaSlide(
            title="Agenda",
            items=(
                "Why cities suit wild bees",
                "What two summers of counts show",
                "What it costs",
                "What we ask of you",
            ),
            notes="Four parts, ten minutes each.",
        ),
        SectionSlide(
            title="Why cities suit wild bees",
            number=1,
            summary="Warm walls, long flowering seasons and few pesticides make towns a refuge.",
            notes="Set the scene.",
        ),
        BulletsSlide(
            title="Rooftops feed bees when fields do not",
            bullets=(
                "Flowering seasons in town last six weeks longer than on nearby farmland",
                "Sedum roofs carry up to forty plant species without watering",
                "Nesting sites are the bottleneck, not food",
            ),
            notes="Three points; pause after each.",
        ),
        BulletsSlide(
            title="Five measures a district can take within one budget year",
            bullets=(
                "Mow verges twice a year instead of monthly and leave the cuttings for two days",
                "Write native flowers into the planting list of every public tender",
                "Leave patches of bare, sunny ground for the seventy species that nest in soil",
                "Switch off decorative lighting near meadows from April to September",
                "Count bees with volunteers each June so that results can be compared",
            ),
            notes="The full list.",
        ),
        ComparisonSlide(
            title="A meadow roof costs more at first and less for ever after",
            left=Column(
                heading="Gravel roof",
                points=("Cheap to build", "Hot in summer", "Renewed after 20 years"),
            ),
            right=Column(
                heading="Meadow roof",
                points=("A third dearer to build", "Cools the top floor", "Lasts 40 years"),
            ),
            notes="Left is what we have.",
        ),
        TableSlide(
            title="Counts rose in every district that planted",
            header=("District", "Roofs", "Species 2023", "Species 2024", "Change"),
            rows=(
                ("Harbour", "12", "31", "44", "+42%"),
                ("Old Town", "7", "28", "33", "+18%"),
                ("Northfield", "19", "25", "41", "+64%"),
                ("Riverside", "4", "30", "32", "+7%"),
                ("Control area", "0", "27", "26", "−4%"),
            ),
            source="Source: City bee count, June 2023 and June 2024",
            notes="Point at Northfield.",
        ),
        ChartSlide(
            title="Northfield gained the most species",
            kind="column",
            categories=("Harbour", "Old Town", "Northfield", "Riverside"),
            series=(Series(name="New species", values=(13, 5, 16, 2)),),
            unit="number",
            takeaway="The more roofs a district planted, the more species came.",
            source="Source: City bee count, June 2023 and June 2024",
            notes="A native chart: click it and choose Edit data.",
        ),
        ChartSlide(
            title="Sightings follow the flowering calendar",
            kind="line",
            categories=("Apr", "May", "Jun", "Jul", "Aug", "Sep"),
            series=(
                Series(name="Planted roofs", values=(12, 38, 61, 66, 52, 27)),
                Series(name="Gravel roofs", values=(8, 15, 19, 14, 9, 4)),
            ),
            unit="sightings per hour",
            takeaway="The gap is widest in July, when farmland has nothing left to offer.",
            source="Source: Volunteer counts, 2024",
            notes="Two lines.",
        ),
        ChartSlide(
            title="Where the money goes",
            kind="pie",
            categories=("Planting", "Substrate", "Waterproofing", "Upkeep"),
            series=(Series(name="Share of cost", values=(18, 27, 41, 14)),),
            unit="%",
            takeaway="Waterproofing is the largest part, and it is due anyway.",
            source="Source: Building department, tender 2024-17",
            notes="A pie.",
        ),
        ChartSlide(
            title="Costs by roof type",
            kind="bar",
            categories=("Gravel", "Sedum", "Meadow"),
            series=(
                Series(name="Build", values=(62.5, 84, 98)),
                Series(name="40 years of upkeep", values=(71, 35.5, 28)),
            ),
            unit="€ per m²",
            takeaway="Over its life a meadow roof is the cheapest.",
            source="Source: Building department",
            notes="Bars.",
        ),
        ClosingSlide(
            title="What we ask of the committee",
            points=(
                "Approve 40 roofs for next spring",
                "Add native flowers to the planting list",
                "Fund the June count for three years",
            ),
            notes="Thank you.",
        ),
    ),
)

CHINESE = Deck(
    title="城市里的蜜蜂",
    language="zh",
    slides=(
        TitleSlide(
            title="城市里的蜜蜂：屋顶能为传粉昆虫做什么",
            subtitle="写给公园委员会的简报",
            notes="欢迎各位，说明为什么要做这次汇报。",
        ),
        AgendaSlide(
            title="目录",
            items=("城市为何适合野蜂", "两个夏天的调查结果", "需要多少投入", "我们的建议"),
            notes="四个部分，每部分十分钟。",
        ),
        SectionSlide(
            title="城市为何适合野蜂",
            number=1,
            summary="温暖的墙面、漫长的花期和较少的农药，让城市成为野蜂的避难所。",
            notes="先交代背景。",
        ),
        BulletsSlide(
            title="农田无花时，屋顶仍在供养蜜蜂",
            bullets=(
                "城区花期比周边农田长六周",
                "景天屋顶无需浇水即可生长四十种植物",
                "真正的瓶颈是筑巢地点，而不是食物",
            ),
            notes="三点，每点之后停顿。",
        ),
        BulletsSlide(
            title="一个预算年度内可以落实的五项措施",
            bullets=(
                "路边草地每年只割两次，割下的草留置两天再清运，给昆虫留出撤离的时间",
                "把本地开花植物写进所有公共绿化招标的种植清单",
                "为七十种在土中筑巢的蜂类保留向阳的裸地",
                "四月至九月关闭草地附近的装饰照明",
                "每年六月组织志愿者统计，使各年结果可以比较",
            ),
            notes="完整清单。",
        ),
        ComparisonSlide(
            title="草甸屋顶初期更贵，长期更省",
            left=Column(heading="碎石屋顶", points=("造价低", "夏季炎热", "二十年后须翻修")),
            right=Column(heading="草甸屋顶", points=("造价高三分之一", "顶层更凉爽", "可用四十年")),
            notes="左边是现状。",
        ),
        TableSlide(
            title="凡是种植的城区，物种数都在上升",
            header=("城区", "屋顶数", "2023年物种", "2024年物种", "变化"),
            rows=(
                ("港口区", "12", "31", "44", "+42%"),
                ("老城区", "7", "28", "33", "+18%"),
                ("北田区", "19", "25", "41", "+64%"),
                ("河滨区", "4", "30", "32", "+7%"),
            ),
            source="来源：城市蜜蜂调查，2023年6月与2024年6月",
            notes="请看北田区。",
        ),
        ChartSlide(
            title="北田区新增物种最多",
            kind="column",
            categories=("港口区", "老城区", "北田区", "河滨区"),
            series=(Series(name="新增物种", values=(13, 5, 16, 2)),),
            unit="种",
            takeaway="种植的屋顶越多，新来的物种越多。",
            source="来源：城市蜜蜂调查，2023年6月与2024年6月",
            notes="原生图表，可编辑数据。",
        ),
        ClosingSlide(
            title="请委员会决定",
            points=("批准明年春天的四十个屋顶", "把本地花卉列入种植清单", "资助三年的六月统计"),
            notes="谢谢。",
        ),
    ),
)
