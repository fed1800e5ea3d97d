import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server on the port that is its argument: it counts, and hashes what it has counted. */
public final class Answers {
  public static void main(String[] arguments) throws Exception {
    AtomicInteger count = new AtomicInteger();
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = answer(count.incrementAndGet()).getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private static String answer(int number) {
    try {
      byte[] value = {(byte) number};
      for (int i = 0; i < 100; i++) {
        value = MessageDigest.getInstance("SHA-256").digest(value);
      }
      return number + " " + HexFormat.of().formatHex(value);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
