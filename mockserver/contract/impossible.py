"""Points of schemas that no server of ours can come to, with the reason."""

from __future__ import annotations

from fnmatch import fnmatchcase

_MANDATORY = "mandatory: without it the request is refused, see errors"
_JUST_PLACED = "a call that was just placed is active, and nobody has been dialled"
_NOT_ASKED = "there only where a query of another operation asks for it"
_PLACED = "calls that are placed go out, connect two numbers, and are told of when they are answered or over"
_NEVER_EMPTY = "null, absent or at least one"
_UNKNOWN = "the vendor documents the field; no source says what fills it, so it stays unset"

# (operation, kind, point, reason); `*` stands for anything. The first row that fits counts.
REASONS: tuple[tuple[str, str, str, str], ...] = (
    ("exotel-v[23].create-call", "requests", "from*", _MANDATORY),
    ("exotel-v[23].create-call", "requests", "to*", _MANDATORY),
    ("exotel-v[23].create-call", "requests", "virtual_number*", _MANDATORY),
    ("exotel-v[23].create-call", "requests", "status_callback*url*", _MANDATORY),
    ("exotel-v2.create-user", "requests", "*_name: *", _MANDATORY),
    ("exotel-v2.set-*", "requests", "password: *", _MANDATORY),
    ("exotel-v3.create-call", "responses", "response.call_details.*", _JUST_PLACED),
    ("exotel-v2.create-call", "responses", "response.data.customer_details.status = *", _JUST_PLACED),
    ("exotel-v2.create-call", "*", "*.user_*: null", "the agent of a call that is placed is a user of the account"),
    ("exotel-v3.*", "responses", "response.error_data.code: null", "no row of this operation is without a code"),
    ("exotel-v[23].*", "*", "*recordings: empty", _NEVER_EMPTY),
    ("exotel-v[23].create-call", "callbacks", "*direction = *", _PLACED),
    ("exotel-v3.create-call", "callbacks", "call_details.app_*", "v3 places no calls into flows"),
    ("exotel-v3.*", "*", "*end_time: null", "null in the answer to POST alone; the epoch until the end is known"),
    ("exotel-v3.get-legs", "responses", "*from: empty", "the first party is the first to have a leg"),
    ("exotel-v1.*", "callbacks", "Legs: empty", "both legs are always told of"),
    ("exotel-v1.*", "responses", "*CallerName: *", _UNKNOWN),
    ("exotel-v1.*", "responses", "*ForwardedFrom: *", _UNKNOWN),
    ("exotel-v1.*", "responses", "*ParentCallSid: *", _UNKNOWN),
    ("exotel-v1.*", "responses", "*.To: null", "empty text where nobody was called"),
    ("exotel-v1.*", "responses", "*Details.Legs: empty", "both legs are always shown"),
    ("exotel-v1.list-calls", "responses", "*: null", "unset is empty text in lists"),
    ("exotel-v1.list-calls", "responses", "*AnsweredBy = null", "unset is empty text in lists"),
    ("exotel-v1.list-calls", "responses", '*Status = "in-progress"', "calls that are not over are not listed"),
    ("exotel-v1.*", "responses", "*SubResourceUris: present", "in the answer to a call that is only a stream"),
    ("exotel-v1.get-call", "responses", '*AnsweredBy = ""', "unset is null outside lists"),
    ("exotel-v1.get-call", "responses", "*CustomField: present", "in lists alone"),
    ("exotel-v1.get-call", "responses", "*PhoneNumber: present", "in lists alone"),
    ("exotel-v1.c*", "responses", "Call.*", _JUST_PLACED),
    ("exotel-v2.[cu]*-user", "responses", "*date_*: null", "this API has just touched the user"),
    ("exotel-v2.*-user*", "responses", "*email_verified = true", "nobody opens a mail here"),
    ("exotel-v2.create-user", "responses", "*devices*", "the first device of a new user is off, and its number is new"),
    ("exotel-v2.*-user", "responses", "*devices: absent", "devices are always shown here"),
    ("exotel-v2.[cu]*-user", "responses", "*active_call*", _NOT_ASKED),
    ("exotel-v2.[cu]*-user", "responses", "*last_login: present", _NOT_ASKED),
    ("exotel-v2-beta.*", "responses", "*voice = false", "every ExoPhone takes calls"),
    ("exotel-v2-beta.list-countries", "responses", "countries: empty", "there is one country"),
    (
        "nectardesk.*",
        "responses",
        "calls.answered_agents*hangup_reason = *",
        "an agent who has answered did not fail to",
    ),
    ("nectardesk.*", "callbacks", "agents: empty", _NEVER_EMPTY),
    ("nectardesk.*", "callbacks", "number.*: absent", "every call has an ExoPhone"),
)


def reason(operation_id: str, kind: str, point: str) -> str | None:
    """Why a point cannot occur; None for one that can."""
    for operations, kinds, points, why in REASONS:
        if fnmatchcase(operation_id, operations) and fnmatchcase(kind, kinds) and fnmatchcase(point, points):
            return why
    return None
