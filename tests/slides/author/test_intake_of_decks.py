"""What a user names becomes a brief and its material; what cannot be used is one sentence."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.support.answers import answering

from copydesk.errors import CopydeskError, UsageProblem
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.intake import Given, Taken, take
from copydesk.slides.author.make import Maker
from copydesk.slides.deck import ChartSlide, TableSlide
from copydesk.slides.master.master import open_master

SALES = "month,online,shop\nJan,120,840\nFeb,150,830\nMar,210,790\n"
REPORT = (
    "# Roof survey\n\nThe survey found 71 species on roofs.\n\n## Costs\n\nA roof costs € 21,000.\n"
)


def taken(text: str, **more: Any) -> Taken:
    return take(Given(text, **more))


def test_a_word_is_a_brief() -> None:
    assert taken("Bees").brief.topic == "Bees"


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_an_empty_brief_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="empty"):
        taken(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [("لماذا تحتاج المدن إلى النحل", "Arabic"), ("Зачем городу пчёлы", "Cyrillic")],
)
def test_a_brief_in_another_script_is_told_what_is_written(text: str, script: str) -> None:
    with pytest.raises(UsageProblem, match=f"{script} script.*English and Chinese") as caught:
        taken(text)
    assert "--language" in caught.value.hint
    assert taken(text, language="en").brief.language == "en"


def test_a_report_is_a_brief_and_its_source(tmp_path: Path) -> None:
    report = tmp_path / "survey.html"
    report.write_text("<h1>Roof survey</h1><p>It found 71 species.</p>", encoding="utf-8")
    found = taken(str(report), audience="Councillors")
    assert "Roof survey" in found.brief.topic
    assert found.brief.audience == "Councillors"
    assert "71 species" in found.material.documents[0].text


def test_a_table_of_data_gives_charts_of_its_columns_and_says_what_they_show(
    tmp_path: Path,
) -> None:
    data = tmp_path / "bread-sales.csv"
    data.write_text(SALES, encoding="utf-8")
    found = taken(str(data))
    assert "Bread sales" in found.brief.topic
    charts = [v.slide for v in found.material.views if isinstance(v.slide, ChartSlide)]
    assert {chart.series[0].values for chart in charts} == {(120, 150, 210), (840, 830, 790)}
    assert {chart.source for chart in charts} == {"bread-sales.csv"}
    (table,) = [v.slide for v in found.material.views if isinstance(v.slide, TableSlide)]
    assert table.rows[0] == ("Jan", "120", "840")
    said = [line for view in found.material.views for line in view.readings]
    assert "Online rose from 120 in Jan to 210 in Mar" in said
    assert "Shop always above online" in said
    assert "Online bottomed out at 120 in Jan" in said


def test_chinese_data_are_read_in_chinese(tmp_path: Path) -> None:
    data = tmp_path / "销售.csv"
    data.write_text("季度,线上\n一季度,320\n二季度,410\n三季度,560\n", encoding="utf-8")
    found = taken(str(data))
    assert found.brief.language == "zh"
    assert "线上从一季度的 320 升到三季度的 560" in found.material.views[0].readings


def test_ten_thousand_rows_are_charted_as_far_as_they_go_and_the_rest_is_said(
    tmp_path: Path,
) -> None:
    data = tmp_path / "long.csv"
    rows = "".join(f"{i},{i * 7 % 90}\n" for i in range(10_000))
    data.write_text(f"reading,value\n{rows}", encoding="utf-8")
    found = taken("What the sensor says", sources=(str(data),))
    assert found.material.views
    assert "10,000" in " ".join(finding.message for finding in found.findings)


def test_a_brief_file_brings_its_sources(tmp_path: Path) -> None:
    (tmp_path / "survey.md").write_text(REPORT, encoding="utf-8")
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    brief = "topic: Roofs\naudience: Councillors\nsources: [survey.md, sales.csv]\n"
    (tmp_path / "brief.yaml").write_text(brief, encoding="utf-8")
    found = taken(str(tmp_path / "brief.yaml"))
    assert (found.brief.topic, found.brief.audience) == ("Roofs", "Councillors")
    assert [d.name for d in found.material.documents] == ["survey.md"]
    assert found.material.views


def test_the_heading_of_a_brief_is_the_title_of_its_deck(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_text("# Keep the night ferry\n\nFor the harbour council.\n", encoding="utf-8")
    found = taken(str(path))
    assert found.material.title == "Keep the night ferry"
    assert "#" not in found.brief.topic
    maker = Maker(found.brief, Scripted(answering(1)), open_master(), 3, found.material)
    assert maker.deck().title == "Keep the night ferry"


def test_a_long_brief_is_a_source_as_well() -> None:
    found = taken("Bees in the city.\n" + "The roofs are warm and the walls are old.\n" * 60)
    assert [d.name for d in found.material.documents] == ["the brief"]


def test_pictures_are_named_after_their_files_and_what_is_none_is_said(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "old-town_bridge.png")
    (tmp_path / "fake.jpg").write_text("no picture", encoding="utf-8")
    found = taken("Bridges", pictures=tmp_path)
    assert [picture.name for picture in found.material.pictures] == ["Old town bridge"]
    assert [finding.place for finding in found.findings] == ["fake.jpg"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"pictures": Path("nowhere")}, "no folder of pictures"),
        ({"sources": ("nowhere.pdf",)}, "nowhere.pdf"),
        ({"sources": ("nowhere.csv",)}, "nowhere.csv"),
        ({"style": "nostyle"}, "nostyle"),
    ],
)
def test_what_is_not_there_is_one_sentence(more: dict[str, Any], said: str) -> None:
    with pytest.raises(CopydeskError, match=said) as caught:
        taken("Bees", **more)
    assert caught.value.hint
