"""A deck with a slide of every intent, in English and in Chinese, that any master must carry.

Imported by the measurements and by the tests: nothing here comes out of a model.
"""

from pathlib import Path

from PIL import Image, ImageDraw

from copydesk.brief import Language
from copydesk.slides import deck as d

_CODE = """\
import csv

with open('counts.csv') as rows:
    for row in csv.DictReader(rows):
        print(row['roof'], row['species'])"""


def every_intent(language: Language, folder: Path) -> d.Deck:
    """A deck of one slide an intent; its picture is painted into `folder`."""
    picture = folder / "roof.png"
    if not picture.exists():
        paint(picture)
    title, slides = _english(picture) if language == "en" else _chinese(picture)
    return d.Deck(title, language, slides)


def paint(path: Path, size: tuple[int, int] = (1200, 800)) -> None:
    """A picture of roofs under a sky, for slides that show one."""
    image = Image.new("RGB", size, (222, 232, 240))
    pen = ImageDraw.Draw(image)
    wide, high = size
    for i, colour in enumerate(((120, 140, 150), (176, 120, 90), (90, 110, 90))):
        x = wide * i // 3
        pen.polygon(
            [(x, high * 2 // 3), (x + wide // 6, high // 3), (x + wide // 3, high * 2 // 3)], colour
        )
        pen.rectangle((x, high * 2 // 3, x + wide // 3, high), colour)
    image.save(path)


def _english(picture: Path) -> tuple[str, tuple[d.Slide, ...]]:
    step = d.Step
    return "Bees in the city", (
        d.TitleSlide(
            title="Rooftops can feed the city's wild bees",
            subtitle="A briefing for the parks committee",
            notes="Welcome everyone and say why the committee asked for this briefing.",
        ),
        d.AgendaSlide(
            title="Agenda",
            items=(
                "Why cities suit wild bees",
                "Two summers of counts",
                "What it costs",
                "Our plan",
            ),
            notes="Four parts, ten minutes each.",
        ),
        d.SectionSlide(
            title="Why cities suit wild bees",
            number=1,
            summary="Warm walls, long flowering seasons and few pesticides make towns a refuge.",
            notes="Set the scene.",
        ),
        d.BulletsSlide(
            title="Rooftops feed bees when fields do not",
            bullets=(
                d.Point(
                    "Flowering in town lasts six weeks longer than on nearby farmland",
                    ("Limes and willows open the season", "Ivy closes it in October"),
                ),
                d.Point("Sedum roofs carry up to forty plant species without watering"),
                d.Point("Nesting sites are the bottleneck, not food"),
            ),
            notes="Pause after each point.",
        ),
        d.ColumnsSlide(
            title="A roof needs little, and gives much",
            left=d.Column(
                heading="What it needs",
                points=("Ten centimetres of soil", "One mowing in autumn", "A patch of bare sand"),
            ),
            right=d.Column(
                heading="What it gives",
                points=("Food from March to October", "Cooler rooms below", "Slower storm water"),
            ),
            notes="Left is the price, right the return.",
        ),
        d.ComparisonSlide(
            title="Sedum costs less, a meadow feeds more species",
            left=d.Column(
                heading="Sedum roof",
                points=("Light: any flat roof carries it", "No watering after year one"),
            ),
            right=d.Column(
                heading="Meadow roof",
                points=("Needs a roof built for weight", "Watered in dry summers"),
            ),
            notes="Both are better than gravel.",
        ),
        d.BigNumberSlide(
            title="One roof feeds a whole street",
            number="41",
            caption="wild bee species were counted on a single school roof in its third summer",
            source="Count by volunteers, June 2025",
            notes="Let the number stand for a moment.",
        ),
        d.QuoteSlide(
            title="The caretaker was won over first",
            quote="I thought it was weeds. Now I go up with my coffee every morning.",
            speaker="Caretaker of the school in Mill Street",
            notes="Read it out slowly.",
        ),
        d.TableSlide(
            title="Five roofs are ready for planting",
            header=("Roof", "Area", "Cost", "Ready"),
            rows=(
                ("Town hall", "420 m²", "€ 21,000", "March"),
                ("Mill Street school", "610 m²", "€ 30,500", "April"),
                ("Library", "180 m²", "€ 9,800", "April"),
                ("Fire station", "350 m²", "€ 17,900", "September"),
            ),
            source="Building department, survey of 2025",
            notes="The order is that of the survey.",
        ),
        d.ChartSlide(
            title="Species doubled within three summers",
            kind="column",
            categories=("2022", "2023", "2024", "2025"),
            series=(
                d.Series(name="Planted roofs", values=(19, 26, 35, 41)),
                d.Series(name="Gravel roofs", values=(6, 7, 6, 8)),
            ),
            unit="species",
            takeaway="Planted roofs gained 22 species; gravel roofs hardly any.",
            source="Count by volunteers, June of each year",
            notes="Point at the gap.",
        ),
        d.PictureSlide(
            title="The roofs lie close enough for a bee to cross",
            picture=str(picture),
            alt="Three pitched roofs side by side under a pale sky",
            points=("Most wild bees fly less than 300 metres", "No gap is wider than 250 metres"),
            notes="Show the route on the map.",
        ),
        d.PictureFullSlide(
            title="This is what we start from",
            picture=str(picture),
            alt="Three pitched roofs side by side under a pale sky",
            caption="Mill Street, seen from the town hall",
            notes="Let people look.",
        ),
        d.TimelineSlide(
            title="Planting is done within one year",
            steps=(
                step(label="March", text="Town hall roof"),
                step(label="April", text="School and library"),
                step(label="June", text="First count"),
                step(label="September", text="Fire station"),
                step(label="October", text="Report to the committee"),
            ),
            notes="The count is fixed, the rest can move a week.",
        ),
        d.ProcessSlide(
            title="Four steps turn gravel into a meadow",
            steps=(
                step(label="Survey", text="An engineer checks what the roof carries"),
                step(label="Seal", text="A root barrier goes on the membrane"),
                step(label="Plant", text="Soil first, then seed and plugs"),
                step(label="Count", text="Volunteers count each June"),
            ),
            notes="Each step ends with a signature.",
        ),
        d.CycleSlide(
            title="Each year's count decides the next planting",
            steps=(
                step(label="Plant", text="in spring"),
                step(label="Count", text="in June"),
                step(label="Compare", text="in autumn"),
                step(label="Choose", text="over the winter"),
            ),
            notes="Round and round.",
        ),
        d.HierarchySlide(
            title="Three people carry the project",
            root=d.Node(
                text="Parks committee",
                children=(
                    d.Node(
                        text="Planting",
                        children=(d.Node(text="Gardeners"), d.Node(text="Engineer")),
                    ),
                    d.Node(text="Counting", children=(d.Node(text="Volunteers"),)),
                    d.Node(text="Money", children=(d.Node(text="Treasurer"),)),
                ),
            ),
            notes="Who answers to whom.",
        ),
        d.MatrixSlide(
            title="Start where the gain is high and the effort low",
            x=("Low effort", "High effort"),
            y=("Low gain", "High gain"),
            cells=(
                step(label="Do now", text="Sedum on flat roofs"),
                step(label="Plan", text="Meadows on new buildings"),
                step(label="Fill in", text="Window boxes"),
                step(label="Leave", text="Steep tiled roofs"),
            ),
            notes="Top left first.",
        ),
        d.TeamSlide(
            title="Ask any of us",
            members=(
                d.Member(name="Ada Wren", role="Parks", picture=str(picture)),
                d.Member(name="Ben Holt", role="Buildings"),
                d.Member(name="Chi Okafor", role="Volunteers"),
            ),
            notes="Introduce everyone.",
        ),
        d.CodeSlide(
            title="The counts are open data",
            code=_CODE,
            language="python",
            notes="Anybody can run this.",
        ),
        d.ClosingSlide(
            title="We ask for three decisions",
            points=(
                "Release € 79,200 for four roofs",
                "Name one person per building",
                "Come and count with us in June",
            ),
            notes="Thank everyone, and wait.",
        ),
    )


def _chinese(picture: Path) -> tuple[str, tuple[d.Slide, ...]]:
    step = d.Step
    return "城市里的蜜蜂", (
        d.TitleSlide(
            title="让屋顶养活城里的野蜂", subtitle="提交公园委员会的简报", notes="欢迎各位。"
        ),
        d.AgendaSlide(
            title="目录",
            items=("城市为什么适合野蜂", "两个夏天的调查", "需要多少费用", "我们的计划"),
            notes="四个部分，各十分钟。",
        ),
        d.SectionSlide(
            title="城市为什么适合野蜂",
            number=1,
            summary="墙面温暖、花期长、农药少，城市成了野蜂的避难所。",
            notes="先交代背景。",
        ),
        d.BulletsSlide(
            title="田野没有花时，屋顶还有",
            bullets=(
                d.Point("城里的花期比附近农田长六周", ("柳树和椴树最先开花", "常春藤开到十月")),
                d.Point("景天屋顶不浇水也能养四十种植物"),
                d.Point("真正缺少的是筑巢的地方，不是食物"),
            ),
            notes="每说一点停一下。",
        ),
        d.ColumnsSlide(
            title="屋顶要得不多，给得不少",
            left=d.Column(
                heading="需要什么", points=("十厘米厚的土", "秋天割一次草", "一小块裸露的沙地")
            ),
            right=d.Column(
                heading="得到什么", points=("三月到十月的食物", "楼下的房间更凉快", "雨水流得更慢")
            ),
            notes="左边是代价，右边是回报。",
        ),
        d.ComparisonSlide(
            title="景天便宜，草甸养的种类更多",
            left=d.Column(heading="景天屋顶", points=("轻，平屋顶都能承受", "第二年起不用浇水")),
            right=d.Column(heading="草甸屋顶", points=("屋顶要能承重", "干旱的夏天要浇水")),
            notes="两种都比碎石好。",
        ),
        d.BigNumberSlide(
            title="一个屋顶养活一条街",
            number="41 种",
            caption="野蜂在学校屋顶的第三个夏天被记录到",
            source="志愿者调查，2025 年 6 月",
            notes="让大家看一会儿。",
        ),
        d.QuoteSlide(
            title="最先被打动的是看门人",
            quote="我原来以为那是杂草，现在每天早上都端着咖啡上去看它们。",
            speaker="磨坊街学校的看门人",
            notes="慢慢读。",
        ),
        d.TableSlide(
            title="四个屋顶已经可以种植",
            header=("屋顶", "面积", "费用", "时间"),
            rows=(
                ("市政厅", "420 平方米", "21,000 元", "三月"),
                ("磨坊街学校", "610 平方米", "30,500 元", "四月"),
                ("图书馆", "180 平方米", "9,800 元", "四月"),
                ("消防站", "350 平方米", "17,900 元", "九月"),
            ),
            source="建筑处 2025 年调查",
            notes="按调查的顺序。",
        ),
        d.ChartSlide(
            title="三个夏天，种类翻了一倍",
            kind="line",
            categories=("2022", "2023", "2024", "2025"),
            series=(
                d.Series(name="绿化屋顶", values=(19, 26, 35, 41)),
                d.Series(name="碎石屋顶", values=(6, 7, 6, 8)),
            ),
            unit="种",
            takeaway="绿化屋顶多了二十二种，碎石屋顶几乎没变。",
            source="志愿者调查，每年六月",
            notes="指出两条线的差距。",
        ),
        d.PictureSlide(
            title="屋顶之间的距离，蜜蜂飞得过去",
            picture=str(picture),
            alt="浅色天空下并排的三个屋顶",
            points=("多数野蜂飞不到三百米", "屋顶之间最远二百五十米"),
            notes="在地图上指出路线。",
        ),
        d.PictureFullSlide(
            title="我们从这里开始",
            picture=str(picture),
            alt="浅色天空下并排的三个屋顶",
            caption="从市政厅看磨坊街",
            notes="让大家看看。",
        ),
        d.TimelineSlide(
            title="一年之内全部种完",
            steps=(
                step(label="三月", text="市政厅屋顶"),
                step(label="四月", text="学校和图书馆"),
                step(label="六月", text="第一次调查"),
                step(label="九月", text="消防站"),
                step(label="十月", text="向委员会报告"),
            ),
            notes="调查的日期不变。",
        ),
        d.ProcessSlide(
            title="四步把碎石变成草甸",
            steps=(
                step(label="勘察", text="工程师检查承重"),
                step(label="防水", text="铺上阻根层"),
                step(label="种植", text="先铺土，再播种"),
                step(label="调查", text="志愿者每年六月调查"),
            ),
            notes="每一步都要签字。",
        ),
        d.CycleSlide(
            title="每年的调查决定下一年的种植",
            steps=(
                step(label="种植", text="春天"),
                step(label="调查", text="六月"),
                step(label="比较", text="秋天"),
                step(label="选择", text="冬天"),
            ),
            notes="周而复始。",
        ),
        d.HierarchySlide(
            title="三个人负责这个项目",
            root=d.Node(
                text="公园委员会",
                children=(
                    d.Node(text="种植", children=(d.Node(text="园丁"), d.Node(text="工程师"))),
                    d.Node(text="调查", children=(d.Node(text="志愿者"),)),
                    d.Node(text="经费", children=(d.Node(text="会计"),)),
                ),
            ),
            notes="谁向谁负责。",
        ),
        d.MatrixSlide(
            title="先做收益高、投入少的",
            x=("投入少", "投入多"),
            y=("收益低", "收益高"),
            cells=(
                step(label="马上做", text="平屋顶种景天"),
                step(label="列入计划", text="新楼种草甸"),
                step(label="顺手做", text="窗台花箱"),
                step(label="不做", text="陡坡瓦屋顶"),
            ),
            notes="先看左上角。",
        ),
        d.TeamSlide(
            title="有问题请找我们",
            members=(
                d.Member(name="王雅达", role="公园处", picture=str(picture)),
                d.Member(name="何本", role="建筑处"),
                d.Member(name="陈琪", role="志愿者"),
            ),
            notes="介绍每个人。",
        ),
        d.CodeSlide(
            title="调查数据对所有人开放",
            code=_CODE,
            language="python",
            notes="谁都可以运行。",
        ),
        d.ClosingSlide(
            title="请委员会作三个决定",
            points=("批准四个屋顶的 79,200 元", "每栋楼指定一位联系人", "六月和我们一起调查"),
            notes="感谢大家。",
        ),
    )
