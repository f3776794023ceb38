"""What the vendor leaves open, as choices of a world."""

from __future__ import annotations

from mockserver.providers.nectardesk import sources
from mockserver.providers.provider import Reading

UNSET_OBJECT = Reading(
    "nectardesk.unset-object",
    ("null", "{}", "[]", "absent"),
    "campaign, ring_group, ivr, disposition, contact and original_call_id of a call that has none",
    sources.UNDOCUMENTED,
)
UNKNOWN_CONTACT = Reading(
    "nectardesk.unknown-contact",
    ("made", "unset"),
    "the contact of a number that is not in the address book: one made from the number, or none",
    sources.UNDOCUMENTED,
)
OUTCOMES = Reading(
    "nectardesk.outcomes",
    ("worded", "null"),
    "type of a call that was not answered: missed, abandoned and voicemail, which are our words, or null",
    sources.UNDOCUMENTED,
)
LIVE_DURATION = Reading(
    "nectardesk.live-duration",
    ("running", "zero"),
    "duration and talk_time before the end",
    sources.UNDOCUMENTED,
)
UNANSWERED_SLA = Reading(
    "nectardesk.unanswered-sla",
    ("false", "null"),
    "is_answered_within_sla of a call that was not answered",
    sources.UNDOCUMENTED,
)
EXTERNAL_NUMBERS = Reading(
    "nectardesk.external-numbers",
    ("others", "contact"),
    "external_numbers: phones that took an agent's part (as in webhooks), or the contact's (as in the one example)",
    sources.UNDOCUMENTED,
)
LEG_CAUSE = Reading(
    "nectardesk.leg-cause",
    ("contact", "agent"),
    "hangup_reason of the agent in an unanswered outbound call: why the contact was not reached, or the agent's own",
    sources.UNDOCUMENTED,
)
RECORDING_URL = Reading(
    "nectardesk.recording-url",
    ("own", "plivo"),
    "recordings: on this server, or in the form of the vendor's example, which leads nowhere",
    sources.UNDOCUMENTED,
)
BAD_ID = Reading(
    "nectardesk.bad-id", ("404", "400"), "the status for a call id that is not a number", sources.UNDOCUMENTED
)
READINGS = (
    UNSET_OBJECT,
    UNKNOWN_CONTACT,
    OUTCOMES,
    LIVE_DURATION,
    UNANSWERED_SLA,
    EXTERNAL_NUMBERS,
    LEG_CAUSE,
    RECORDING_URL,
    BAD_ID,
)
