"""What Exotel's applets ask and tell while a call goes through a flow, and what they understand of the answers."""
