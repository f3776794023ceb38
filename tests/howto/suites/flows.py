"""How to test the application behind a flow: a customer dials in, and your answers say who rings."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from mockserver.testing import ConnectBody, GatherBody, PartyBody, VoicemailBody

ON_DUTY = {"1": "+919833330001"}


async def whom(request):
    """Your own code: who is to be dialled for the key that was pressed."""
    number = ON_DUTY[request.query_params["digits"].strip('"')]
    return JSONResponse({"destination": [{"contact_uri": number}], "max_ringing_duration": 20})


def test_who_presses_1_talks_to_a_doctor(mockserver):
    mockserver.route("http://app.test", Starlette(routes=[Route("/whom", whom)]))
    menu = GatherBody(text="For a doctor press 1", branches={"1": "doctor"}, otherwise="message")
    doctor = ConnectBody(id="doctor", url="http://app.test/whom", nobody="message", next=None)
    mockserver.add_flow("Clinic", [menu, doctor, VoicemailBody(id="message")], numbers=["+912241499102"])

    mockserver.tell_next(from_=PartyBody(digits="1"), talk=31)
    call = mockserver.incoming("+912241499102", "+919812345678").call
    mockserver.advance(minutes=5)

    mockserver.assert_outcome(call.sid, "completed")
    assert [leg.contact for leg in mockserver.get_call(call.sid).legs] == ["+919812345678", "+919833330001"]
