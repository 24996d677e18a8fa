"""Texts that the exporters are tried on: a full one, a Chinese one, and hostile ones."""

# ruff: noqa: E501 - samples, a line each

FULL = """# Bees & <us>

They **nest** in *warm* walls & <script>alert(1)</script>.[^1] See ~~this~~ [report](https://example.org/a?b=1&c=2)
or [that](javascript:alert(1)).[^two] Again.[^1] ![A hive](http://example.org/hive.png)

## Warm walls

- ivy
  1. deep
     - deeper
- thyme

  goes on

1. Dig
2. Wait

Between.

3. Third

> Plant it.
>
> > Now.

| Place | Hives |
|:------|------:|
| Old *Town* | 214 |
| 港区 | 97 |

### Under it

`code` <https://example.org/>

```python
fence <b>
\tindented
```

***

הדבורים חיות בקירות חמים.

In Chinese: 城市养蜂“好”。

[^1]: *Beekeeping*, p. 12. <https://example.org/b>

    Another paragraph.
[^two]: # Not a heading
[^never]: Nobody refers to this.
"""

CHINESE = """# 城市里的蜜蜂

**“温暖”**的墙，
漫长的夏天。[^1]

## 第一章

- 椴树
- 常春藤

## 第二章

> 一份承诺。

[^1]: 《城市养蜂》，第12页。
"""

HOSTILE = {
    "empty": "",
    "blank": " \n\n\t\n",
    "controls": "bell \x07 escape \x1b[31m nul \x00 &#xC; &#x1; &#xFFFF; emoji 🐝 rtl \u202e wide 𠀀",
    "surrogates": "# \ud800\n\n\udfff text [a](http://e.org/\ud800)",
    "raw HTML": "<b onclick=x>\n<!-- -- -->\n<![CDATA[ ]]>\n\n<p>&lt;</p> &nbsp; &copy;",
    "one long paragraph": "word " * 200_000,
    "one long word": "x" * 200_000,
    "deep lists": "\n".join(f"{'  ' * n}- level {n}" for n in range(150)),
    "deep quotes": f"{'>' * 500} quoted",
    "brackets": "[" * 3_000,
    "links": "\n".join(
        f"[x]({address})"
        for address in (
            "javascript:alert(1)", "JAVASCRIPT:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x",
            "file:///etc/passwd", "vbscript:x", "//example.org", "relative.html", "#part1", "http://",
            "http://[", "http://[::1]/", "http://a b", "http://1.2.3.999/", "http://a:99999/",
            "http://xn--/", "http://a..b/", "http://%zz/", "https://e.org/%zz", "https://e.org/\"'<>",
            "https://u:p@e.org/", "http://例子.中国/路径", "mailto:a@b", "mailto:a@b.org", "tel:+1-2",
            "https://e.org/#a#b", "http://e.org:/", "http://e.org/" + "a" * 3_000, "<http://e.org/a b>",
        )
    ),
    "pictures": "![](http://e.org/x.png) ![a](x.png) [![b](http://e.org/y.png)](http://e.org) ![[^1]](/x)",
    "odd notes": "[^1]: a [^1] [^2]\n[^2]: \n[^3]: [^3]\n\nx[^1][^2][^2][^4] [^] [^a b]\n\n[^4]:\n    code\n",
    "note in a title": "# T[^1]\n\n## C [a](http://e.org)[^1]\n\nx[^1]\n\n[^1]: - list\n    - | a |\n      |---|\n",
    "headings": "# \n\n## \n\n# \u200b\n\n###### six\n\n- # in a list\n\n> ## in a quote",
    "lists": "- \n- - - a\n- ```\n  code\n  ```\n\n0. zero\n\n999999999. many\n\n1) other\n\n* | a |\n  |---|\n",
    "wide table": f"{'|a' * 200}|\n{'|-' * 200}|\n{'|b' * 200}|",
    "two tables": "|a|\n|-|\n|1|\n\n|b|c|\n|-|-|\n|||\n|x|",
    "right to left": "# مرحبا\n\n- **قائمة** [رابط](http://e.org)[^1]\n\n> اقتباس `x`\n\n| א |\n|--|\n| ב |\n\n[^1]: هامش",
    "rules": "***\n\n***\n\n---",
    "braces": "{body} {0} {} %s {{ x }} ${y}",
    "css": "</style></title><script>",
}  # fmt: skip
