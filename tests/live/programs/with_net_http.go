package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const order = `{
	"from": {"contact_uri": "+919900000205"},
	"to": {"contact_uri": "+919900000310"},
	"virtual_number": "+912241499102"
}`

func ask(method, url, body string, answer any) {
	request, _ := http.NewRequest(method, url, strings.NewReader(body))
	request.SetBasicAuth("key", "token")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		panic(err)
	}
}

func main() {
	var account struct{ Account struct{ Status string } }
	var call struct {
		Response struct {
			CallDetails struct{ Sid string } `json:"call_details"`
		}
	}
	ask("GET", "https://api.exotel.com/v1/Accounts/mock.json", "", &account)
	ask("POST", "https://ccm-api.exotel.com/v3/accounts/mock/calls", order, &call)
	fmt.Println(account.Account.Status, call.Response.CallDetails.Sid)
}
