"""Texts of tests as the stages behind the encoder take them."""

from pipeline.catalog.indexes import Indexes
from pipeline.stages.encoding import EncodedJD, encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText


def encoded(text: str, title: str | None, indexes: Indexes) -> EncodedJD:
    """Return a text, however short, encoded; its title is the given one."""
    jd = JDText(text)
    parsed = parse_jd(jd, None).model_copy(update={"role": title, "JD_type": "pass"})
    return encode_jds([(jd, parsed)], indexes.encoder)[0]
