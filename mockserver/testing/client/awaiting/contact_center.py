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
from mockserver.testing.client.awaiting.part import AsyncPart
from mockserver.testing.client.fields import ContactFields


class AsyncContactCenter(AsyncPart):
    """Groups, flows, contacts, campaigns, dispositions. Without an `id`, a new one gets the next that is free."""

    async def groups(self) -> list[GroupView]:
        return (await self._ask(GroupList, "GET", "/groups")).groups

    async def add_group(self, name: str, user_ids: Sequence[str] = (), *, id: int | None = None) -> GroupView:  # noqa: A002
        return await self._ask(GroupView, "POST", "/groups", GroupBody(id=id, name=name, user_ids=list(user_ids)))

    async def replace_group(self, group_id: int, name: str, user_ids: Sequence[str] = ()) -> GroupView:
        body = GroupBody(name=name, user_ids=list(user_ids))
        return await self._ask(GroupView, "PUT", f"/groups/{group_id}", body)

    async def delete_group(self, group_id: int) -> GroupView:
        return await self._ask(GroupView, "DELETE", f"/groups/{group_id}")

    async def flows(self) -> list[FlowView]:
        return (await self._ask(FlowList, "GET", "/flows")).flows

    async def add_flow(
        self,
        name: str,
        applets: Sequence[AnyApplet] = (),
        *,
        numbers: Sequence[str] = (),
        id: int | None = None,  # noqa: A002
    ) -> FlowView:
        """Add a flow; calls to the ExoPhones `numbers` come into it."""
        body = FlowBody(id=id, name=name, applets=list(applets), numbers=list(numbers))
        return await self._ask(FlowView, "POST", "/flows", body)

    async def replace_flow(
        self, flow_id: int, name: str, applets: Sequence[AnyApplet] = (), *, numbers: Sequence[str] = ()
    ) -> FlowView:
        body = FlowBody(name=name, applets=list(applets), numbers=list(numbers))
        return await self._ask(FlowView, "PUT", f"/flows/{flow_id}", body)

    async def delete_flow(self, flow_id: int) -> FlowView:
        return await self._ask(FlowView, "DELETE", f"/flows/{flow_id}")

    async def contacts(self) -> list[ContactView]:
        return (await self._ask(ContactList, "GET", "/contacts")).contacts

    async def add_contact(self, number: str, first_name: str, **fields: Unpack[ContactFields]) -> ContactView:
        body = ContactBody(number=number, first_name=first_name, **fields)
        return await self._ask(ContactView, "POST", "/contacts", body)

    async def replace_contact(
        self, contact_id: int, number: str, first_name: str, **fields: Unpack[ContactFields]
    ) -> ContactView:
        body = ContactBody(number=number, first_name=first_name, **fields)
        return await self._ask(ContactView, "PUT", f"/contacts/{contact_id}", body)

    async def delete_contact(self, contact_id: int) -> ContactView:
        return await self._ask(ContactView, "DELETE", f"/contacts/{contact_id}")

    async def campaigns(self) -> list[NamedView]:
        return (await self._ask(CampaignList, "GET", "/campaigns")).campaigns

    async def add_campaign(self, name: str, *, id: int | None = None) -> NamedView:  # noqa: A002
        return await self._ask(NamedView, "POST", "/campaigns", CampaignBody(id=id, name=name))

    async def replace_campaign(self, campaign_id: int, name: str) -> NamedView:
        return await self._ask(NamedView, "PUT", f"/campaigns/{campaign_id}", CampaignBody(name=name))

    async def delete_campaign(self, campaign_id: int) -> NamedView:
        return await self._ask(NamedView, "DELETE", f"/campaigns/{campaign_id}")

    async def dispositions(self) -> list[DispositionView]:
        return (await self._ask(DispositionList, "GET", "/dispositions")).dispositions

    async def add_disposition(self, code: str, *, id: int | None = None) -> DispositionView:  # noqa: A002
        return await self._ask(DispositionView, "POST", "/dispositions", DispositionBody(id=id, code=code))

    async def replace_disposition(self, disposition_id: int, code: str) -> DispositionView:
        return await self._ask(DispositionView, "PUT", f"/dispositions/{disposition_id}", DispositionBody(code=code))

    async def delete_disposition(self, disposition_id: int) -> DispositionView:
        return await self._ask(DispositionView, "DELETE", f"/dispositions/{disposition_id}")
