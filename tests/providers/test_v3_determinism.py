"""Same seed, same requests: same answers to the last byte; and nothing shared between accounts."""

from __future__ import annotations

import pytest


def story_of(account, order):
    """The bytes of many answers, good and bad, in the course of several calls."""
    texts = []

    def say(response):
        texts.append((response.status_code, response.text))
        return response

    sids = []
    for number in range(5):
        fields = {"status_callback": [{"url": "http://8.8.8.8/"}], "custom_field": str(number)}
        body = say(account.post(order(f"+91981111{number:04}", **fields))).json()
        sids.append(body["response"]["call_details"]["sid"])
    say(account.post(order("+919810000003")))
    say(account.post({}))
    say(account.v3("POST", content="x", auth=None))
    for _ in range(4):
        texts.append(account.advance(9)["events"])
        for sid in sids:
            say(account.v3("GET", f"/{sid}"))
            say(account.v3("GET", f"/{sid}/legs"))
    texts.append([delivery["body"] for delivery in account.control("GET", "/deliveries")["deliveries"]])
    texts.append(account.control("GET", "/users"))
    return texts


@pytest.mark.parametrize("outcomes", ["story", "random"])
def test_two_worlds_of_one_seed_answer_alike(new_account, order, outcomes):
    """A second world of the same name and seed gives the same bytes: ids of requests, sids, names, times, receipts."""
    spec = {"account_sid": "twin", "api_token": "t", "seed": 7, "outcomes": outcomes}
    runs = []
    for _ in range(2):
        account = new_account(**spec)
        runs.append(story_of(account, order))
        account.control("DELETE")

    assert runs[0] == runs[1]


def test_another_seed_makes_other_ids(new_account, order):
    """Worlds of different seeds have different sids, request ids and names."""
    runs = []
    for seed in (1, 2):
        account = new_account(account_sid="twin", seed=seed)
        response = account.post(order()).json()
        users = account.control("GET", "/users")["users"]
        runs.append((response["request_id"], response["response"]["call_details"]["sid"], users[0]["email"]))
        account.control("DELETE")

    assert [True, True, True] == [one != other for one, other in zip(*runs, strict=True)]


def test_ids_are_unique(account, order):
    """No two requests of an account have the same request id, and no two calls the same sid."""
    answers = [account.post(order()).json() for _ in range(100)]

    assert 100 == len({answer["request_id"] for answer in answers})
    assert 100 == len({answer["response"]["call_details"]["sid"] for answer in answers})


def test_random_outcomes_come_from_the_seed(new_account):
    """With random outcomes calls end differently from each other, and equally in every run of the same seed."""
    runs = []
    for _ in range(2):
        account = new_account(account_sid="dice", seed=3, outcomes="random")
        sids = [account.place()["sid"] for _ in range(60)]
        account.advance(4000)
        runs.append([(account.get(sid)["status"], account.get(sid)["total_talk_time"]) for sid in sids])
        account.control("DELETE")

    assert runs[0] == runs[1]
    assert 2 < len({status for status, _ in runs[0]})


def test_accounts_do_not_see_each_others_calls(new_account, refused):
    """A call is unknown to every account but its own."""
    one, other = new_account(seed=1), new_account(seed=2)
    call = one.place()

    for path in (f"/{call['sid']}", f"/{call['sid']}/legs"):
        refused(other.v3("GET", path), 404, 10744, "Call not found", "Call not found")
    assert (1, 0) == (one.control("GET", "/calls")["total"], other.control("GET", "/calls")["total"])


def test_twins_of_one_seed_do_not_share_calls(new_account):
    """Two accounts of one seed have calls of the same sid, and each moves by its own clock."""
    one, other = new_account(seed=1), new_account(seed=1)
    first, second = one.place(), other.place()
    one.advance(60)

    assert first["sid"] == second["sid"]
    assert ("terminal", "active") == (one.get(first["sid"])["state"], other.get(second["sid"])["state"])


def test_faults_and_stories_stay_in_their_account(new_account, order):
    """What one account is told to do wrong does not happen in another."""
    one, other = new_account(), new_account()
    one.control("POST", "/faults", {"status": 500, "code": 1100, "times": None})
    one.control("POST", "/scenarios/next", {"from": {"reaction": "busy"}})
    call = other.place()
    other.advance(60)

    assert 500 == one.post(order()).status_code
    assert "completed" == other.get(call["sid"])["status"]
