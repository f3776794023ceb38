require "json"
require "net/http"

ORDER = {
  from: { contact_uri: "+919900000205" },
  to: { contact_uri: "+919900000310" },
  virtual_number: "+912241499102",
}

def ask(request)
  request.basic_auth("key", "token")
  uri = request.uri
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |http| http.request(request) }
  JSON.parse(answer.body)
end

account = ask(Net::HTTP::Get.new(URI("https://api.exotel.com/v1/Accounts/mock.json")))
place = Net::HTTP::Post.new(URI("https://ccm-api.exotel.com/v3/accounts/mock/calls"), "Content-Type" => "application/json")
place.body = ORDER.to_json
puts "#{account["Account"]["Status"]} #{ask(place)["response"]["call_details"]["sid"]}"
