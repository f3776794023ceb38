"""v1's two formats, which are those of v2_beta's errors, too."""

from mockserver.providers.exotel.formats import JSON, XML, answer, answers_json, xml_document

__all__ = ["JSON", "XML", "answer", "answers_json", "xml_document"]
