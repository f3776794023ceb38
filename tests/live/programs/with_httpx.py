import httpx

KEY = ("key", "token")
account = httpx.get("https://api.exotel.com/v1/Accounts/mock.json", auth=KEY)
order = {
    "from": {"contact_uri": "+919900000205"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102",
}
call = httpx.post("https://ccm-api.exotel.com/v3/accounts/mock/calls", auth=KEY, json=order)
print(account.json()["Account"]["Status"], call.json()["response"]["call_details"]["sid"])
