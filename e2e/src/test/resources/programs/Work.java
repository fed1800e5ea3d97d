import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Four threads hash, make garbage and write lines, each to a file of its own; ends with status 6. */
public final class Work {
  private static final int THREADS = 4;
  private static final int STEPS = 700;

  public static void main(String[] arguments) throws Exception {
    List<Future<String>> results = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        results.add(pool.submit(() -> work(number)));
      }
    }
    for (Future<String> result : results) {
      System.out.println(result.get());
    }
    System.exit(6);
  }

  private static String work(int number) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] value = {(byte) number};
    try (BufferedWriter out = Files.newBufferedWriter(Path.of("lines-" + number))) {
      for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < 9500; i++) {
          byte[] padded = new byte[256 + i % 100];
          System.arraycopy(value, 0, padded, 0, value.length);
          value = digest.digest(padded);
        }
        out.write(step + " " + HexFormat.of().formatHex(value) + "\n");
        out.flush();
      }
    }
    return number + " " + HexFormat.of().formatHex(value);
  }
}
