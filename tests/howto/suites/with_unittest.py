"""How to use a world in a unittest class."""

import unittest

import pytest
from app import create_app, dial


@pytest.mark.usefixtures("mockserver")
class TestCalls(unittest.TestCase):
    def setUp(self):
        self.app = create_app()
        self.mockserver.route("http://app.test", self.app)

    def test_a_talk(self):
        sid = dial("+919876543210")
        self.mockserver.advance(minutes=5)

        self.assertEqual({sid: "completed"}, self.app.state.calls)
