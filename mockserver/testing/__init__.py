"""What test suites import."""

from mockserver.testing.sink import Answer, CallbackSink, Received, SinkTimeoutError

__all__ = ["Answer", "CallbackSink", "Received", "SinkTimeoutError"]
