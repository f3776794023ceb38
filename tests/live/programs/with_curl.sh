set -e
status=$(curl --silent --show-error --user key:token https://api.exotel.com/v1/Accounts/mock.json |
  sed 's/.*"Status":"\([a-z]*\)".*/\1/')
sid=$(curl --silent --show-error --user key:token https://ccm-api.exotel.com/v3/accounts/mock/calls \
  --header 'Content-Type: application/json' --data '{
    "from": {"contact_uri": "+919900000205"},
    "to": {"contact_uri": "+919900000310"},
    "virtual_number": "+912241499102"
  }' | sed 's/.*"call_details":{"sid":"\([a-z0-9]*\)".*/\1/')
echo "$status $sid"
