const headers = {
  Authorization: "Basic " + Buffer.from("key:token").toString("base64"),
  "Content-Type": "application/json",
};
const order = {
  from: { contact_uri: "+919900000205" },
  to: { contact_uri: "+919900000310" },
  virtual_number: "+912241499102",
};

async function main() {
  const account = await (await fetch("https://api.exotel.com/v1/Accounts/mock.json", { headers })).json();
  const call = await fetch("https://ccm-api.exotel.com/v3/accounts/mock/calls", {
    method: "POST",
    headers,
    body: JSON.stringify(order),
  });
  console.log(account.Account.Status, (await call.json()).response.call_details.sid);
}

main();
