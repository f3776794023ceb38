const axios = require("axios");

const auth = { username: "key", password: "token" };
const order = {
  from: { contact_uri: "+919900000205" },
  to: { contact_uri: "+919900000310" },
  virtual_number: "+912241499102",
};

async function main() {
  const account = await axios.get("https://api.exotel.com/v1/Accounts/mock.json", { auth });
  const call = await axios.post("https://ccm-api.exotel.com/v3/accounts/mock/calls", order, { auth });
  console.log(account.data.Account.Status, call.data.response.call_details.sid);
}

main();
