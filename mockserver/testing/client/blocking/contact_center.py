# Made of ../awaiting by tests/support/blocking.py: change it there.
"""What a contact centre keeps besides numbers and users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from mockserver.control.contact_center import (
    CampaignBody,
    CampaignList,
    ContactBody,
    ContactList,
    ContactView,
    DispositionBody,
    DispositionList,
    DispositionView,
    GroupBody,
    GroupList,
    GroupView,
    NamedView,
)
from mockserver.control.flow_bodies import AnyApplet, FlowBody
from mockserver.control.flow_views import FlowList, FlowView
from mockserver.testing.client.blocking.part import Part
from mockserver.testing.client.fields import ContactFields


class ContactCenter(Part):
    """Groups, flows, contacts, campaigns, dispositions. Without an `id`, a new one gets the next that is free."""

    def groups(self) -> list[GroupView]:
        return (self._ask(GroupList, "GET", "/groups")).groups

    def add_group(self, name: str, user_ids: Sequence[str] = (), *, id: int | None = None) -> GroupView:  # noqa: A002
        return self._ask(GroupView, "POST", "/groups", GroupBody(id=id, name=name, user_ids=list(user_ids)))

    def replace_group(self, group_id: int, name: str, user_ids: Sequence[str] = ()) -> GroupView:
        body = GroupBody(name=name, user_ids=list(user_ids))
        return self._ask(GroupView, "PUT", f"/groups/{group_id}", body)

    def delete_group(self, group_id: int) -> GroupView:
        return self._ask(GroupView, "DELETE", f"/groups/{group_id}")

    def flows(self) -> list[FlowView]:
        return (self._ask(FlowList, "GET", "/flows")).flows

    def add_flow(
        self,
        name: str,
        applets: Sequence[AnyApplet] = (),
        *,
        numbers: Sequence[str] = (),
        id: int | None = None,  # noqa: A002
    ) -> FlowView:
        """Add a flow; calls to the ExoPhones `numbers` come into it."""
        body = FlowBody(id=id, name=name, applets=list(applets), numbers=list(numbers))
        return self._ask(FlowView, "POST", "/flows", body)

    def replace_flow(
        self, flow_id: int, name: str, applets: Sequence[AnyApplet] = (), *, numbers: Sequence[str] = ()
    ) -> FlowView:
        body = FlowBody(name=name, applets=list(applets), numbers=list(numbers))
        return self._ask(FlowView, "PUT", f"/flows/{flow_id}", body)

    def delete_flow(self, flow_id: int) -> FlowView:
        return self._ask(FlowView, "DELETE", f"/flows/{flow_id}")

    def contacts(self) -> list[ContactView]:
        return (self._ask(ContactList, "GET", "/contacts")).contacts

    def add_contact(self, number: str, first_name: str, **fields: Unpack[ContactFields]) -> ContactView:
        body = ContactBody(number=number, first_name=first_name, **fields)
        return self._ask(ContactView, "POST", "/contacts", body)

    def replace_contact(
        self, contact_id: int, number: str, first_name: str, **fields: Unpack[ContactFields]
    ) -> ContactView:
        body = ContactBody(number=number, first_name=first_name, **fields)
        return self._ask(ContactView, "PUT", f"/contacts/{contact_id}", body)

    def delete_contact(self, contact_id: int) -> ContactView:
        return self._ask(ContactView, "DELETE", f"/contacts/{contact_id}")

    def campaigns(self) -> list[NamedView]:
        return (self._ask(CampaignList, "GET", "/campaigns")).campaigns

    def add_campaign(self, name: str, *, id: int | None = None) -> NamedView:  # noqa: A002
        return self._ask(NamedView, "POST", "/campaigns", CampaignBody(id=id, name=name))

    def replace_campaign(self, campaign_id: int, name: str) -> NamedView:
        return self._ask(NamedView, "PUT", f"/campaigns/{campaign_id}", CampaignBody(name=name))

    def delete_campaign(self, campaign_id: int) -> NamedView:
        return self._ask(NamedView, "DELETE", f"/campaigns/{campaign_id}")

    def dispositions(self) -> list[DispositionView]:
        return (self._ask(DispositionList, "GET", "/dispositions")).dispositions

    def add_disposition(self, code: str, *, id: int | None = None) -> DispositionView:  # noqa: A002
        return self._ask(DispositionView, "POST", "/dispositions", DispositionBody(id=id, code=code))

    def replace_disposition(self, disposition_id: int, code: str) -> DispositionView:
        return self._ask(DispositionView, "PUT", f"/dispositions/{disposition_id}", DispositionBody(code=code))

    def delete_disposition(self, disposition_id: int) -> DispositionView:
        return self._ask(DispositionView, "DELETE", f"/dispositions/{disposition_id}")
