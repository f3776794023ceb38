"""A small application that dials over Exotel v3: as it should be (`desk`), and with a bug each (`broken`)."""
