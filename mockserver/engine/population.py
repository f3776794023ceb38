"""The sample directory that a world begins with: three ExoPhones, four users, one group, one flow."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Directory, Exophone, Flow, Group, User
from mockserver.engine.world import WorldSpec

if TYPE_CHECKING:
    from faker import Faker

# The first two are the virtual numbers of the v3 portal's examples, which therefore work as they are printed.
SAMPLE_EXOPHONES = ("+912241499102", "+911414941199", "+918047112345")

# (user id, devices): contact, is on, is verified.
_SAMPLE_USERS: tuple[tuple[str, tuple[tuple[str, bool, bool], ...]], ...] = (
    ("u1001", (("+919810000001", True, True), ("sip:agent1001", False, True))),
    ("u1002", (("sip:agent1002", True, True), ("+919810000002", False, True))),
    ("u1003", (("+919810000003", False, True),)),
    ("u1004", (("+919810000004", True, False),)),
)
_FAKING = threading.Lock()
_SAMPLE_GROUP = (123456, "Support")
_SAMPLE_FLOW = ("501", "Greeting and connect")


def populate(directory: Directory, spec: WorldSpec) -> None:
    """Fill a new world's directory. Names depend on the seed, everything else is the same in every world."""
    # One generator for all worlds: seeding it anew is a matter of microseconds, making one is not.
    with _FAKING:
        faker = _faker()
        faker.seed_instance(spec.seed)
        users = [_user(faker, directory, user_id, devices) for user_id, devices in _SAMPLE_USERS]
    for exophone in _sample_exophones():
        directory.add_exophone(exophone)
    for contact in spec.exophones:
        directory.put_exophone(Exophone(contact, contact.local))
    for user in users:
        directory.add_user(user)
    group_id, group_name = _SAMPLE_GROUP
    directory.groups[group_id] = Group(group_id, group_name, tuple(user_id for user_id, _ in _SAMPLE_USERS))
    flow_id, flow_name = _SAMPLE_FLOW
    directory.flows[flow_id] = Flow(flow_id, flow_name)


def _sample_exophones() -> list[Exophone]:
    contacts = [Contact(number) for number in SAMPLE_EXOPHONES]
    return [Exophone(contact, contact.local) for contact in contacts]


def _user(faker: Faker, directory: Directory, user_id: str, devices: tuple[tuple[str, bool, bool], ...]) -> User:
    first_name, last_name = faker.first_name(), faker.last_name()
    return User(
        id=user_id,
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}@example.com".lower(),
        devices=tuple(
            Device(directory.new_device_id(), Contact(contact), "Phone", is_on, is_verified)
            for contact, is_on, is_verified in devices
        ),
    )


@cache
def _faker() -> Faker:
    # Imported here because it takes longer than the server takes to start, and only names need it.
    from faker import Faker  # noqa: PLC0415

    return Faker("en_IN")
