"""What was said on a stream, kept as long as there is room."""

from __future__ import annotations

from mockserver.streams.setup import BYTES_A_SAMPLE, MICROS


class Tape:
    """Both parties' audio at the stream's rate, at most `most` bytes of each; 0: nothing is kept."""

    def __init__(self, rate: int, most: int) -> None:
        self.rate = rate
        self._most = most
        self._caller = bytearray()
        self._bot = bytearray()
        self.is_cut = False

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self._caller) + len(self._bot)

    @property
    def seconds(self) -> float:
        return max(len(self._caller), len(self._bot)) / (BYTES_A_SAMPLE * self.rate)

    def caller(self, start: int, audio: bytes) -> None:
        self._put(self._caller, start, audio)

    def bot(self, start: int, audio: bytes) -> None:
        self._put(self._bot, start, audio)

    def take_back(self, at: int) -> None:
        """The bot's audio from a moment on was never heard."""
        del self._bot[self._offset(at) :]

    def sides(self) -> tuple[bytes, bytes]:
        """Caller and bot."""
        return bytes(self._caller), bytes(self._bot)

    def forget(self) -> None:
        """Give the room back, and keep nothing more."""
        self.is_cut = self.is_cut or bool(self.size)
        self._most = 0
        self._caller.clear()
        self._bot.clear()

    def _put(self, side: bytearray, start: int, audio: bytes) -> None:
        audio = audio[: len(audio) // BYTES_A_SAMPLE * BYTES_A_SAMPLE]
        offset = self._offset(start)
        if offset + len(audio) > self._most:
            self.is_cut = True
            return
        side.extend(bytes(max(0, offset - len(side))))
        side[offset : offset + len(audio)] = audio

    def _offset(self, at: int) -> int:
        return at * self.rate // MICROS * BYTES_A_SAMPLE
