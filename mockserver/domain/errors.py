"""Everything that the domain and the engine refuse, without a word about HTTP.

    MockserverError
    ├── BadInput
    │   ├── BadContact          neither a phone number nor a SIP URI
    │   └── BadStory            a story that contradicts itself
    ├── NotFound
    │   ├── UnknownWorld, UnknownExophone, UnknownCall, UnknownDelivery, UnknownFault, UnknownRule,
    │   ├── UnknownExchange, UnknownSnapshot, UnknownScenario, UnknownFixture, UnknownStream,
    │   ├── NoAuthority
    │   ├── UnknownUser, UnknownDevice, UserHasNoDevice, UnknownEntry
    │   └── NoLegs              the call exists, nobody has been dialled yet
    ├── Conflict
    │   ├── IllegalInput        the state table has no row for it
    │   ├── ContactBusy, DeviceOff, DeviceUnverified
    │   ├── AlreadyExists
    │   └── ClockBusy, ClockNotManual
    ├── NotAllowed              the account may not do this (VoIP is off)
    ├── RateLimited             a quota of the world is used up
    ├── Exhausted               a bound of the world is reached
    └── NotSettled              the clock could not come to rest in real time

Each provider and the control API has a table from these classes to its own status, code and text.
"""

from __future__ import annotations


class MockserverError(Exception):
    """Base of all refusals. `hint` says what to do about it."""

    hint: str = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0])


class BadInput(MockserverError):
    """A value that cannot be understood."""

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message, hint=hint)
        self.where = where


class BadContact(BadInput):
    hint = "Use E.164 (+919900000530), the national form (09900000530), ten bare digits, or a sip: URI."


class BadStory(BadInput):
    pass


class NotFound(MockserverError):
    pass


class UnknownWorld(NotFound):
    hint = "GET /_mock/v1/worlds lists the worlds of this server."


class UnknownExophone(NotFound):
    hint = "Add it: POST /_mock/v1/worlds/{account_sid}/numbers, or start the server with --exophone."


class UnknownCall(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/calls lists the calls of this world."


class UnknownDelivery(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/deliveries lists the deliveries of this world."


class UnknownFault(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/faults lists the fault rules of this world."


class UnknownExchange(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/requests lists the requests that are still in the journal."


class UnknownSnapshot(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/snapshots lists the snapshots of this world."


class UnknownScenario(NotFound):
    hint = "GET /_mock/v1/scenarios lists the named scenarios of this server."


class UnknownStream(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/streams lists the streams of this world."


class UnknownFixture(NotFound):
    hint = "GET /_mock/v1/fixtures lists them, as `mockserver fixtures list` does."


class NoAuthority(NotFound):
    hint = "Start the server with --tls: then it has one."


class UnknownRule(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/scenarios lists the scenario rules of this world."


class UnknownUser(NotFound):
    hint = "Add one: POST /_mock/v1/worlds/{account_sid}/users."


class UnknownEntry(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid} and its groups, flows, contacts, campaigns, dispositions list them."


class UnknownDevice(NotFound):
    hint = "GET /_mock/v1/worlds/{account_sid}/users shows each user's devices."


class UserHasNoDevice(NotFound):
    hint = "Give the user a device: PATCH /_mock/v1/worlds/{account_sid}/users/{user_id}."


class NoLegs(NotFound):
    hint = "Nobody has been dialled yet: move the clock, or read the legs a second later."


class Conflict(MockserverError):
    pass


class IllegalInput(Conflict):
    hint = "The state diagram in .github/ARCHITECTURE.md shows what is possible in which state."


class ContactBusy(Conflict):
    hint = "End the call that holds the contact, or move the clock past its end."


class DeviceOff(Conflict):
    hint = "Switch it on: PATCH /_mock/v1/worlds/{account_sid}/users/{user_id}/devices/{device_id}."


class DeviceUnverified(Conflict):
    hint = "Verify it: PATCH /_mock/v1/worlds/{account_sid}/users/{user_id}/devices/{device_id}."


class AlreadyExists(Conflict):
    pass


class ClockBusy(Conflict):
    hint = "Wait for the running advance to answer; a callback handler cannot move the clock that waits for it."


class ClockNotManual(Conflict):
    hint = 'Set the mode first: PATCH .../clock with {"mode": "manual"}.'


class NotAllowed(MockserverError):
    hint = 'Allow it: PATCH /_mock/v1/worlds/{account_sid} with {"voip": true}.'


class RateLimited(MockserverError):
    hint = "Move the clock, or change the quota: PUT or DELETE /_mock/v1/worlds/{account_sid}/quotas."


class Exhausted(MockserverError):
    hint = "Let calls end, reset the world, or raise the bound with --max-calls."


class NotSettled(MockserverError):
    hint = "A callback receiver is slower than the cap; answer faster, or send a larger cap_seconds."
