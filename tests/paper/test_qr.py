"""A drawn code is read back by a camera's reader as the same text."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tongban.paper import qr

PIXELS = 4


def drawn(svg: str) -> Image.Image:
    """Draw the strokes of segno's path: moves and horizontal lines of one module's width."""
    root = ElementTree.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side * PIXELS, side * PIXELS), 255)
    pen = ImageDraw.Draw(image)
    path = root[-1].attrib["d"]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        match command:
            case "M":
                x, y = values
            case "m":
                x, y = x + values[0], y + values[1]
            case "h":
                left, top = x * PIXELS, (y - 0.5) * PIXELS
                pen.rectangle((left, top, left + values[0] * PIXELS - 1, top + PIXELS - 1), fill=0)
                x += values[0]
    return image


@pytest.mark.parametrize(
    "text",
    [
        "https://tongban.example/verify/1.2.156.3005.2.11130200MA0TB0011Q003.11130200MA0TB0011Q."
        "13020920260302000001A0001.001.L/?d=0123456789abcdef",
        "渤远一号 <&> \"'",
    ],
)
def test_a_code_is_read_back(text):
    assert [found.text for found in zxingcpp.read_barcodes(drawn(qr.svg(text)))] == [text]


@given(st.text("abcXYZ019.:/-?=&海事", min_size=1, max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_text_is_read_back(text):
    assert [found.text for found in zxingcpp.read_barcodes(drawn(qr.svg(text)))] == [text]


def test_the_drawing_holds_shapes_and_no_text():
    root = ElementTree.fromstring(qr.svg("</path><script>"))

    assert {element.tag for element in root.iter()} == {"svg", "path"}
    assert {name for each in root.iter() for name in each.attrib} == {"class", "viewBox", "d", "fill", "stroke"}
    assert "".join(root.itertext()).strip() == ""


def test_a_text_that_no_code_holds_is_refused():
    with pytest.raises(qr.TooLong, match="二维码放不下"):
        qr.svg("长" * 3000)
