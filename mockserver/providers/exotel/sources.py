"""Where Exotel's behaviour is known from; each operation, field and error names one of these."""

from __future__ import annotations

from mockserver.operations.provenance import assumed, documented, observed

V3_CONNECT = documented("Exotel developer portal, v3 (beta): outgoing call to connect two numbers")
V3_DETAILS = documented("Exotel developer portal, v3 (beta): call details")
V3_LEGS = documented("Exotel developer portal, v3 (beta): call legs")
V2_DETAILS = documented("Exotel developer portal, v2 (contact center): call details")
V2_CONNECT = documented("Exotel developer portal, v2 (contact center): connect an agent to a number")
V2_USERS = documented("Exotel developer portal, v2 (contact center): users and devices")
V1_BULK = documented("Exotel developer portal, v1: bulk call details")
V1_CONNECT = documented("Exotel developer portal, v1: connect two numbers, connect to a flow")
V1_DETAILS = documented("Exotel developer portal, v1: call details")
V1_CALLBACK = documented("Exotel developer portal, v1: status callback")
V1_NUMBERS = documented("Exotel developer portal, v1: number metadata")
V1_STATUS_CODES = documented("Exotel developer portal: HTTP status codes, rate limits")
EXOPHONES = documented("Exotel developer portal: ExoPhones")
PRESIGNED = documented("Exotel support: pre-signed recording URLs")
RECORDINGS = documented("Exotel support: recordings are private and need HTTP Basic")
PASSTHRU = documented("Exotel support: working with the passthru applet")
CONNECT_URL = documented("Exotel support: programmable connect, version 1.0")
CCM_CONNECT = documented("Exotel support: CCM programmable connect, version 1.1")
DIAL_WHOM = documented("Exotel support: working with the connect applet, dial whom")
POPUP = documented("Exotel support: connect applet, popup URL")
GREETING = documented("Exotel support: greeting with dynamic text or audio from a URL")
GATHER = documented("Exotel support: working with the gather applet")
CAUSE_CODES = documented("Exotel support: list of cause codes for calls")

STREAM = documented("Exotel AgentStream: Voicebot and Stream applets, events of the WebSocket")
STREAM_SESSION = documented(
    "Exotel AgentStream: advanced settings of the Voicebot applet, monitoring of WebSocket errors"
)

GENERIC_ERRORS = documented("Exotel trunk service reference: errors shared by its v2 and v3 services")
WEBSDK = documented("Exotel WebSDK CRM notes: errors of the v2 call API")

CLIENTS = observed("shipped clients and recorded exchanges")
APPLET_RECORDS = observed("recorded popup and passthru requests in the tests of a shipped client")

UNDOCUMENTED = assumed("no source found; our reading")
BY_ANALOGY = assumed("not documented for this operation; by analogy with its neighbours")
UNVERIFIED = assumed("the vendor's page could be read in part only; our reading")
