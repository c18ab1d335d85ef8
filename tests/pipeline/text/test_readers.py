"""The readers of the view, one kind of paste mark after the other."""

import pytest

from pipeline.text import JDText


def seen(raw: str) -> str:
    return JDText(raw).view


def lines(raw: str) -> list[str]:
    return [line.strip() for line in seen(raw).split("\n") if line.strip()]


def marked(raw: str) -> list[tuple[str, str]]:
    jd = JDText(raw)
    return [(jd.view[m.start : m.end], m.kind) for m in jd.marks]


def test_blocks_of_html_are_lines_and_items_have_bullets() -> None:
    raw = "<div><h2>Tasks</h2><ul>\n<li>\n<p>Sail</p>\n</li>\n<li>Row<br/>Swim</li></ul>Done</div>"
    assert lines(raw) == ["Tasks", "• Sail", "• Row", "Swim", "Done"]
    assert marked(raw) == [("Tasks", "heading")]


def test_cells_of_html_are_set_apart() -> None:
    assert lines("<table><tr><th>Tool</th><th>Level</th></tr><tr><td>Go</td><td>good</td></tr></table>") == [
        "Tool | Level",
        "Go | good",
    ]


def test_what_a_page_hides_is_not_seen() -> None:
    raw = (
        '<head><title>t</title></head><p>Kept<!-- not kept --></p><script>var a = "<p>x</p>"</script>'
        '<div style="color:red; display: none">gone<div>gone too</div></div><span hidden>gone</span><img alt="no > no">ok'
    )
    assert lines(raw) == ["Kept", "ok"]


def test_a_text_that_speaks_of_a_tag_is_not_cut_there() -> None:
    assert "defer the rest" in seen("Know how to load a <script> tag and defer the rest")
    assert "the end" in seen("Broken <!-- comment up to the end")


def test_line_ends_in_the_source_of_a_page_are_blanks() -> None:
    assert lines("<div>\n<p>You keep the\n   lights on</p>\n<p>and warm</p>\n</div>") == [
        "You keep the lights on",
        "and warm",
    ]


def test_labels_that_a_page_sets_apart_do_not_run_together() -> None:
    assert seen("<span>Leeds</span><span>Remote</span>") == "Leeds Remote"
    assert seen("<b>Java</b>Script") == "JavaScript"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("R&amp;D", "R&D"),
        ("R&amp;amp;D", "R&D"),
        ("5&nbsp;years", "5 years"),
        ("5&amp;nbsp;years", "5 years"),
        ("R &amp D", "R & D"),
        ("&#8226; Java &#x2013; SQL", "• Java – SQL"),
        ("&nonsense; stays", "&nonsense; stays"),
    ],
)
def test_entities_are_read_however_often_they_were_escaped(raw: str, expected: str) -> None:
    assert seen(raw) == expected


def test_markup_that_was_escaped_is_markup() -> None:
    assert lines("&lt;p&gt;Sail &amp;amp; row&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Go&lt;/li&gt;&lt;/ul&gt;") == [
        "Sail & row",
        "• Go",
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("**Tasks** and __more__", "Tasks and more"),
        ("*sail* or _row_", "sail or row"),
        ("Expect*ations* here", "Expectations here"),
        ("* Sail\n* Row", "* Sail\n* Row"),
        ("C\\# and \\.NET, C\\+\\+, CI\\/CD", "C# and .NET, C++, CI/CD"),
        ("[the docs](https://docs.example/a_(b)) now", "the docs now"),
        ("![logo](a.png)Sail", "Sail"),
        ("`kubectl` and ~~old~~", "kubectl and old"),
        ("> quoted\n> 5 years", "quoted\n> 5 years"),
        ("a\n---\nb", "a\n\nb"),
        ("## Tasks ##\nSail", "Tasks\nSail"),
        ("Tags: #react #digital-nomad (#java)", "Tags: react digital-nomad (java)"),
        ("| Tool | Level |\n|:--|--:|\n| Go | good |", "Tool | Level\n\nGo | good"),
    ],
)
def test_marks_of_markdown_are_taken_away(raw: str, expected: str) -> None:
    assert seen(raw) == expected


def test_headings_and_strong_words_of_markdown_are_known() -> None:
    assert marked("# Sailor\n**Tasks**\n- **row** well") == [
        ("Sailor", "heading"),
        ("Tasks", "strong"),
        ("row", "strong"),
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Airﬂow and 𝗣𝗼𝘀𝘁𝗴𝗿𝗲𝘀", "Airflow and Postgres"),
        ("Ｊａｖａ（８）", "Java(8)"),
        ("Node․js, PL∕SQL, T‑SQL", "Node.js, PL/SQL, T-SQL"),
        ("soft\u00adware zero\u200bwidth \u202aleft\u202c", "software zerowidth left"),
        ("Caf\u0065\u0301", "Caf\u00e9"),
        ("5\u00a0years,\u2009now", "5 years, now"),
        ("a\r\nb\rc\x0bd\u2028e\x85f", "a\nb\nc\nd\ne\nf"),
        ("\uf0b7 Sail\n① Row\n✅ Swim\n2\ufe0f\u20e3 Dive", "• Sail\n• Row\n• Swim\n• Dive"),
        ("Java \ud83d now", "Java   now"),
        ("1½ years, x², ™", "1½ years, x², ™"),
    ],
)
def test_characters_become_plain(raw: str, expected: str) -> None:
    assert seen(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("5 yearsâ€™ pay of Â£60,000 â€“ Â£70,000", "5 years’ pay of £60,000 – £70,000"),
        ("SÃ£o Paulo, MÃ¼nchen", "São Paulo, München"),
        ("Youâ\x80\x99ll see", "You’ll see"),
        ("don\ufffdt", "don't"),
        ("São Paulo, naïve, 5 €", "São Paulo, naïve, 5 €"),
    ],
)
def test_letters_in_a_wrong_encoding_are_mended(raw: str, expected: str) -> None:
    assert seen(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("D U T I E S\nSail", "DUTIES\nSail"),
        ("K E Y S K I L L S: Go", "KEY SKILLS: Go"),
        ("Y O U R  T A S K S", "YOUR TASKS"),
        ("C, R, D and A B C D", "C, R, D and A B C D"),
        ("develop-\nment, cross-\nfunctional, Kuber-\n  netes", "development, cross-functional, Kubernetes"),
        ("2019-\nnow", "2019-\nnow"),
    ],
)
def test_words_that_a_layout_took_apart_are_whole(raw: str, expected: str) -> None:
    assert seen(raw) == expected


def test_many_empty_lines_are_one() -> None:
    assert seen("a\n\n \n\n\nb\n\nc") == "a\n\nb\n\nc"


def test_a_drawn_line_is_as_long_as_it_need_be() -> None:
    assert seen("a " + "." * 900 + " 5" + " " * 500 + "b") == "a " + "." * 24 + " 5" + " " * 24 + "b"
    assert seen("a" + " -+" * 90 + "b") == "a" + " -+" * 20 + "b"


def test_escaped_line_breaks_are_line_breaks() -> None:
    assert lines("Tasks:\\n\\n• Sail\\n• Row \\u0026 swim") == ["Tasks:", "• Sail", "• Row & swim"]


def test_a_json_object_reads_as_lines_with_the_words_of_its_keys() -> None:
    raw = '{"@type": "JobPosting", "jobTitle": "Sailor", "place": {"city": "Linz"}, "pay": 5000, "text": "<p>Row &amp; swim</p>"}'
    assert lines(raw) == ["JobPosting", "Job title: Sailor", "Place:", "City: Linz", "Pay: 5000", "Text:", "Row & swim"]
    jd = JDText(raw)
    start = jd.view.index("Sailor")
    assert jd.raw_span(start, start + 6) == (raw.index("Sailor"), raw.index("Sailor") + 6)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("You steer the boat through the harbour and\nkeep the crew in a good mood.", None),
        ("* Steer the boat and\n  the crew\n* Scrub it", "* Steer the boat and the crew\n* Scrub it"),
        ("- Scrub\n- Steer the boat into the narrow harbour of Old\nCork every day.", None),
        ("We seek somebody with a\nlicence", None),
        ("you can sail in any weather\nand you like it", None),
        ("Duties\nsteer the boat\nscrub the deck\ncook for the crew", "same"),
        ("- Steer the boat\n- Scrub the deck\nWhat you get\n- Rum", "same"),
        ("Sailor, Cork\nLocation: at sea", "same"),
        ("You steer the boat.\nand scrub", "same"),
    ],
)
def test_lines_that_a_layout_has_broken_are_one(raw: str, expected: str | None) -> None:
    assert seen(raw) == (
        raw if expected == "same" else expected or raw.replace("\n", " ").replace("Scrub - ", "Scrub\n- ")
    )
