"""Words of questions: those that only ask, colours, and words that may stand for one another."""


def _words(listed: str) -> list[str]:
    return listed.split()


COLOURS = frozenset(
    _words("""
    red green blue yellow orange purple pink brown black white grey gray violet cyan magenta
    colour color colours colors coloured colored
    """)
)
"""A reader of text sees none; it can only read their names."""

FRAME = frozenset(
    _words("""
    a about according add age all also among amount answer any aged appear appears approximately
    around ascending average based be been before between biggest bottom called center chart charts
    column columns combine combined compare compared comparing comparison contain contains
    corner correct count decimal decimals define defined descend descending describe
    described description determine did difference different do document documents doe each
    either enough entire exact exactly example examples exist explain explanation far file
    find follow following found gap get give given go got graph graphs greater greatest
    happen happened have high higher highest identify illustrate image images important
    include included includes including indicate individual information item items kind
    kinds large larger largest last latest least left less line lines list listed location
    long longest look low lower lowest made main make makes many mean means mention
    mentioned more most much name named names need needed not number numbers occur occurs of
    often old one only order out overall page pages paper papers part parts people percent
    percentage percentages percents period person picture pictures place places please point
    points position possible present presentation presented prior proportion provide
    provided question questions range rank ratio reason refer relate related relationship
    report reported reports represent represented respectively result results right role row
    rows same say says second section sections sentence sentences share show showed showing
    shown shows similar single slide slides small smaller smallest source sourced specific
    state stated statement step steps sum summarize table tables take tell term terms text
    thing things third time times title titles top topic total trend two type types under
    unique use used using value values various versus visual way ways were what whole word
    words work write written wrote year years yes
    belong belonging belongs describes determines explains finds follows gives identifies
    illustrates indicates mentions presents provides refers relates represents takes tells uses
    """)
)
"""What asks, counts and points, and stands in no document for it."""

FRAME_HAN = frozenset(
    _words("""
    什么 多少 哪 哪个 哪些 哪里 哪儿 哪年 谁 时候 时间 多长 多长时间 多久 多大 多高 几 几个
    几年 怎么 怎样 如何 为什么 为何 何时 何地 何人 是否 吗 呢 有 是 请 请问 列出 写出 给出
    说明 介绍 文档 文中 本文 文章 报告 图 表 页 第 一个 可以 能 会 要 个 年 月 日 名称 名字
    叫 叫做 需要 一共 总共 共 分别 各 提到 根据 关于 中 里 上 下 段落 占 比例 数量 人 次 种
    类 项 钱 张 一张 家 两个 三个 由 最 哪家 没有 做 进行 属于 包括 包含 主要 相比 超过 达到 大约 约
    """)
)

ALIKE = (
    "cost price fee charge pay paid expense",
    "buy purchase acquire bought",
    "salary wage pay income earnings",
    "employee staff worker personnel employ workforce",
    "begin start launch open commence introduce established founded",
    "end finish close conclude complete",
    "increase grow growth rise rose raise grew gain up",
    "decrease fall fell decline drop reduce loss lower",
    "author writer wrote written by editor",
    "company firm business corporation enterprise",
    "children kid child young",
    "car vehicle automobile",
    "doctor physician",
    "goal aim objective target purpose",
    "method approach technique procedure",
    "study research survey investigation",
    "country nation",
    "city town",
    "men male man",
    "women female woman",
    "elderly senior older old",
    "internet online web",
    "home house household",
    "support help assist aid",
    "need require must",
    "problem issue difficulty challenge",
    "advantage benefit",
    "revenue sales turnover income",
    "profit earnings surplus income",
    "allow permit let",
    "choose select pick",
    "create build built make made develop produce",
    "begin began begun",
    "teach taught",
    "take took taken",
    "choose chose chosen",
    "rule regulation law policy",
    "teacher instructor professor",
    "student pupil learner",
    "test exam quiz assessment",
    "phone telephone mobile cellphone",
    "picture photo image photograph",
    "movie film",
    "big large great",
    "fast quick speed rapid",
    "software program tool application",
    "population people adult resident inhabitant",
    "cover contain include span comprise",
    "own have possess",
    "win won winner award",
    "leader head chief director president chair",
    "signed signature sign",
    "defendant respondent",
    "born birth",
    "dead die death fatal",
)
"""A question may have one, and the document another."""

ALIKE_HAN = tuple(
    frozenset(_words(line))
    for line in (
        "价格 票价 费用 收费 价 元",
        "员工 职工 工作人员 雇员 人员",
        "开始 启动 开通 成立 启用",
        "收入 营收 营业收入",
        "增长 增加 上升 提高",
        "下降 减少 降低",
        "目标 目的 计划",
        "公司 企业 集团",
        "老人 老年人 岁",
        "女性 女 妇女",
        "男性 男",
        "学生 学员",
        "工资 薪水 薪酬",
        "联系 电话",
    )
)

_NUMBERS = _words("10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90 100")
_ENGLISH = _words(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred"
)
_CHINESE = _words(
    "十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 三十 四十 五十 六十 七十 八十 九十 一百"
)

SPELLED = dict(zip(_NUMBERS, zip(_ENGLISH, _CHINESE, strict=True), strict=True))
"""Numbers of two digits as a document may write them."""
