"""A line between two nodes that delays both ways, counts bytes and knows when it was opened."""

import queue
import socket
import threading
import time


class DelayedLine:
    def __init__(self, target, delay_seconds=0.0):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.delay = delay_seconds
        self.bytes = 0
        self.opened = None
        self.is_down = False
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def take_down(self):
        self.is_down = True
        for each in self.sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []

    def bring_up(self, delay_seconds):
        self.delay = delay_seconds
        self.bytes = 0
        self.opened = None
        self.is_down = False

    def _accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_down:
                near.close()
                continue
            if self.opened is None:
                self.opened = time.monotonic()
            far = socket.create_connection(self.target)
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                waiting = queue.SimpleQueue()
                threading.Thread(target=self._read, args=(source, waiting), daemon=True).start()
                threading.Thread(target=self._write, args=(sink, waiting), daemon=True).start()

    def _read(self, source, waiting):
        data = b"."
        while data:
            try:
                data = source.recv(1 << 18)
            except OSError:
                data = b""
            self.bytes += len(data)
            waiting.put((time.monotonic() + self.delay, data))

    def _write(self, sink, waiting):
        while True:
            due, data = waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
            except OSError:
                return
