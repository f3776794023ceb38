"""Where NectarDesk's behaviour is known from; each operation, field and error names one of these."""

from __future__ import annotations

from mockserver.operations.provenance import assumed, documented, observed

REST = documented("NectarDesk API docs: fetch call data by id")
WEBHOOK = documented("NectarDesk API docs: webhook, call ended")
RECEIVER = observed("a public receiver of the webhook")
CAUSES = documented("FreeSWITCH: table of hang-up causes")
UNDOCUMENTED = assumed("the vendor documents nothing here; our reading")
