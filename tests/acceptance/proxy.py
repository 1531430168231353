"""A line between two nodes that counts what passes and is cut where a test says so."""

import socket
import threading


class Proxy:
    """Passes bytes on between its own address and `target`, counts them, cuts where told to."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.lock = threading.Lock()
        self.pairs = []
        self.first_frames = []  # what each connection's dialler sent first
        self.up = 0             # bytes from the dialler to the target
        self.down = 0
        self.connections = 0
        self.cuts = 0
        self.cut_sizes = []     # bytes that a connection had passed on when it was cut
        self.budget = None      # bytes both ways until the next cut
        self.is_down = False    # nothing passes at all
        self.tape = None        # a bytearray keeps what passes
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        self.cut_now()

    def reset(self):
        with self.lock:
            self.up = self.down = self.connections = 0

    def total(self):
        with self.lock:
            return self.up + self.down

    def cut_after(self, count):
        """Ends every connection once `count` more bytes have passed; None: never."""
        with self.lock:
            self.budget = count

    def take_down(self):
        """Ends every connection and lets no new one pass until `bring_up`."""
        with self.lock:
            self.is_down = True
        self.cut_now()

    def bring_up(self):
        with self.lock:
            self.is_down = False

    def cut_now(self):
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            pair.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            pair = Pair(near, far)
            with self.lock:
                is_refused = self.is_down
                if not is_refused:
                    self.connections += 1
                    self.pairs.append(pair)
            if is_refused:
                pair.close()
                continue
            for ends in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pump, args=(pair, *ends), daemon=True).start()

    def _pump(self, pair, source, sink, is_up):
        is_first = is_up
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if is_first:
                    self.first_frames.append(data)
                    is_first = False
                data, is_cut = self._allow(pair, data, is_up)
                sink.sendall(data)
                if is_cut:
                    self.cut_now()
                    return
        except OSError:
            pass
        pair.close()

    def _allow(self, pair, data, is_up):
        """What of `data` may pass, and whether the line is cut behind it."""
        with self.lock:
            is_cut = self.budget is not None and len(data) >= self.budget
            if is_cut:
                data = data[:self.budget]
                self.budget = None
                self.cuts += 1
                self.cut_sizes.append(pair.passed + len(data))
            elif self.budget is not None:
                self.budget -= len(data)
            pair.passed += len(data)
            if self.tape is not None:
                self.tape += data
            if is_up:
                self.up += len(data)
            else:
                self.down += len(data)
            return data, is_cut


class Pair:
    """The two sockets of one connection through a proxy."""

    def __init__(self, near, far):
        self.sockets = (near, far)
        self.passed = 0

    def close(self):
        for each in self.sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()
