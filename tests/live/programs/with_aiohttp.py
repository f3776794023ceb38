import asyncio

import aiohttp

ORDER = {
    "from": {"contact_uri": "+919900000205"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
}


async def main():
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("key", "token")) as session:
        async with session.get("https://api.exotel.com/v1/Accounts/mock.json") as answer:
            account = await answer.json()
        async with session.post("https://ccm-api.exotel.com/v3/accounts/mock/calls", json=ORDER) as answer:
            call = await answer.json()
    print(account["Account"]["Status"], call["response"]["call_details"]["sid"])


asyncio.run(main())
