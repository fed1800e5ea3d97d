package org.ckimg.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The other end of a connection of the victim {@code connection}. It reads nothing until it is
 * told: what the victim sends is in flight until then.
 */
final class TcpPeer implements AutoCloseable {
  private static final int FIRST_BYTES = 40_000;
  private static final int REST_BYTES = 2_000_000;

  private final ServerSocket listener;
  private final boolean ipv6;
  private Socket socket;

  private TcpPeer(ServerSocket listener, boolean ipv6) {
    this.listener = listener;
    this.ipv6 = ipv6;
  }

  static TcpPeer listening(boolean ipv6) throws IOException {
    InetAddress loopback = InetAddress.getByName(ipv6 ? "::1" : "127.0.0.1");
    return new TcpPeer(new ServerSocket(0, 1, loopback), ipv6);
  }

  /** Starts the victim and sends it some bytes, and their end where it has left. */
  Victim connect(String ended) throws Exception {
    String mode = "%s-%s-%d".formatted(ended, ipv6 ? "6" : "4", listener.getLocalPort());
    Victim victim = Victim.program(Account.SELF, "connection", mode);
    listener.setSoTimeout((int) Await.LIMIT.toMillis());
    socket = listener.accept();
    socket.setSoTimeout((int) Await.LIMIT.toMillis());
    send(0, FIRST_BYTES);
    if (ended.equals("left")) {
      socket.shutdownOutput();
    }
    // On the loopback it has arrived when it was sent; and it is acknowledged at last.
    Thread.sleep(100);
    return victim;
  }

  private static byte pattern(long n) {
    return (byte) (n * 7 + n / 251);
  }

  private void send(int from, int end) throws IOException {
    byte[] bytes = new byte[end - from];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = pattern(from + i);
    }
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
  }

  /** Sends the rest and its end, unless it has left already. */
  void sendRest() throws IOException {
    if (!socket.isOutputShutdown()) {
      send(FIRST_BYTES, FIRST_BYTES + REST_BYTES);
      socket.shutdownOutput();
    }
  }

  /** Reads to the end; how many bytes came, all of which were right. */
  long readAll() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[1 << 16];
    long done = 0;
    for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
      for (int i = 0; i < length; i++, done++) {
        if (bytes[i] != pattern(done)) {
          throw new AssertionError("byte %d is %d".formatted(done, bytes[i]));
        }
      }
    }
    return done;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    if (socket != null) {
      socket.close();
    }
  }
}
