"""What a layout says it is for: the file's own word for its kind, its name in any language."""

import re
import unicodedata

from copydesk.slides.deck import INTENTS
from copydesk.slides.master.layouts import Layout

# A piece of a layout's name, as `_plain` leaves it: the intent that it speaks of.
_WORDS: dict[str, tuple[str, ...]] = {
    "title": (
        *("title slide", "titelfolie", "titeldia", "diapositive de titre", "cover", "opening"),
        *("diapositiva de titulo", "diapositiva titolo", "slide de titulo", "titelbild"),
        *("титульный слайд", "slajd tytułowy", "标题幻灯片", "標題投影片", "タイトル スライド"),
        *("제목 슬라이드", "başlık slaydı", "rubrikbild", "封面", "表紙", "표지", "titre diapo"),
    ),
    "section": (
        *("section", "divider", "chapter", "abschnitt", "kapitel", "seccion", "secao", "sezione"),
        *(
            "раздел",
            "sekcji",
            "节标题",
            "章節標題",
            "区段",
            "セクション",
            "구역",
            "bölüm",
            "sectie",
        ),
        *("transition", "trennseite", "intertitre", "过渡", "章节"),
    ),
    "agenda": (
        *("agenda", "contents", "outline", "overview", "table of content", "sommaire", "indice"),
        *("inhalt", "содержание", "目录", "議程", "目次", "차례", "议程", "inhoud"),
    ),
    "comparison": (
        *("comparison", "compare", "vergleich", "comparaison", "comparacion", "confronto"),
        *(
            "comparacao",
            "сравнение",
            "比较",
            "比較",
            "비교",
            "vergelijking",
            "porownanie",
            "versus",
        ),
    ),
    "columns": (
        *("two content", "two column", "zwei inhalte", "deux contenus", "dos objetos"),
        *("dois conteudos", "due contenuti", "два объекта", "两栏内容", "兩項物件", "2 columns"),
        *("2 つのコンテンツ", "콘텐츠 2개", "inhoud van twee", "2 column", "2 content"),
    ),
    "quote": (
        *("quote", "quotation", "zitat", "citation", "citazione", "cita", "citacao", "цитат"),
        *("引用", "引言", "名言", "인용", "testimonial", "citaat", "statement"),
    ),
    "big-number": ("big number", "key figure", "big fact", "kennzahl", "chiffre cle", "statistic"),
    "team": (
        "team",
        "people",
        "profile",
        "our staff",
        "equipe",
        "equipo",
        "团队",
        "チーム",
        "команда",
    ),
    "timeline": ("timeline", "zeitachse", "zeitstrahl", "frise", "roadmap", "时间轴", "時間軸"),
    "process": ("process", "prozess", "workflow", "流程", "steps"),
    "table": ("table", "tabelle", "tableau", "tabla", "tabella", "таблица", "表格", "表", "표"),
    "chart": (
        "chart",
        "graph",
        "diagramm",
        "graphique",
        "grafico",
        "диаграмма",
        "图表",
        "圖表",
        "グラフ",
    ),
    "picture": (
        *("picture", "image", "photo", "bild", "imagen", "imagem", "immagine", "рисунок", "图片"),
        *("圖片", "図", "그림", "afbeelding", "foto", "obraz"),
    ),
    "code": ("code", "listing", "source text", "代码"),
    "closing": (
        *("closing", "thank", "the end", "end slide", "final slide", "danke", "merci", "gracias"),
        *("obrigad", "grazie", "спасибо", "谢谢", "致谢", "结束", "封底", "ありがとう", "감사"),
        *(
            "contact",
            "q a",
            "questions",
            "conclusion",
            "summary",
            "schluss",
            "bedankt",
            "next steps",
        ),
    ),
}
_KINDS = {
    "title": ("title",),
    "secHead": ("section",),
    "obj": ("bullets", "agenda", "closing"),
    "tx": ("bullets", "agenda", "closing"),
    "twoObj": ("columns",),
    "twoColTx": ("columns",),
    "twoTxTwoObj": ("comparison",),
    "tbl": ("table",),
    "chart": ("chart",),
    "picTx": ("picture",),
}
_SIDEWAYS = ("vertTx", "vertTitleAndTx", "vertTitleAndTxOverChart", "clipArtAndVertTx")
_ENDS = ("title", "section", "closing")  # layouts that look like no other slide
_OWN_LOOK = (*_ENDS, "quote", "team", "agenda", "big-number", "timeline", "process")
# An intent without a layout of its own: those whose layouts look fit for it, and what that costs.
_KIN: dict[str, dict[str, float]] = {
    "section": {"title": 0.2},
    "title": {"section": 0.2},
    "agenda": {"bullets": 0.0},
    "closing": {"bullets": 0.0, "agenda": 0.1},
    "code": {"bullets": 0.0},
    "columns": {"comparison": 0.05},
    "comparison": {"columns": 0.05},
    "big-number": {"bullets": 0.0},
    "quote": {"bullets": 0.0},
    "picture": {"columns": 0.0},
    "picture-full": {"picture": 0.1},
}
_STRANGE = 0.35  # a layout that says it is for something else


def _plain(name: str) -> str:
    """A name in small letters without marks: "Título" is "titulo"."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", bare)).split())


_FOUND = {_plain(word): intent for intent, words in _WORDS.items() for word in words}


def spoken_of(layout: Layout) -> str:
    """The intent that a layout's name or kind speaks of; empty where it speaks of none."""
    if layout.name.casefold() in INTENTS:
        return layout.name.casefold()
    if layout.kind in ("title", "secHead"):
        return _KINDS[layout.kind][0]
    name = f" {_plain(layout.name)} "
    hits = [w for w in _FOUND if (f" {w}" in name if w.isascii() else w in name)]
    if hits:
        return _FOUND[max(hits, key=len)]
    if any(holder.kind == "ctrTitle" for holder in layout.holders):
        return "title"
    return _KINDS.get(layout.kind, ("",))[0]


def strangeness(intent: str, layout: Layout) -> float:
    """What it costs to use a layout for an intent, by what it says it is for; below 0 it is meant.

    Silence costs a little, another intent's name more.
    """
    said = spoken_of(layout)
    if layout.kind in _SIDEWAYS:
        return _STRANGE
    if said == intent:
        return -0.1
    meant = _KINDS.get(layout.kind, ())
    if intent in meant and said in ("", *meant):
        return -0.05
    if said in _KIN.get(intent, {}):
        return _KIN[intent][said]
    if intent in ("title", "section"):
        return 0.3 if not said else 0.45
    if said in _ENDS:
        return 0.5
    if said in _OWN_LOOK:
        return _STRANGE
    return 0.05 if said and said != "bullets" else 0.0
