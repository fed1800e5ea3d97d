package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.tools.input.Subject;

/** What queues and deleted files hold, as length and digest. A page that is not there is zero. */
final class Contents {
  private static final int CHUNK_PAGES = 64;
  private static final String NOTHING = "0 bytes";

  private final Subject subject;
  private final Map<Integer, String> known = new HashMap<>();

  Contents(Subject subject) {
    this.subject = subject;
  }

  /** Of an object that is there when it holds something. */
  String of(OptionalInt object) throws IOException {
    return object.isPresent() ? of(object.getAsInt()) : NOTHING;
  }

  /** Of an object; of one that was cut away there is only its number. */
  String of(int object) throws IOException {
    if (object > subject.checkpoint().objects().size()) {
      return "object " + object;
    }
    String text = known.get(object);
    if (text == null) {
      text = describe(subject.checkpoint().object(object));
      known.put(object, text);
    }
    return text;
  }

  private String describe(MemoryObject object) throws IOException {
    return object.length() == 0
        ? NOTHING
        : "%d bytes, digest %s".formatted(object.length(), digest(object));
  }

  /** Pages that are there and how far each lies from the one before: holes take no time. */
  private String digest(MemoryObject object) throws IOException {
    Memory memory = subject.checkpoint().memory();
    int pageSize = subject.checkpoint().host().pageSize();
    byte[] chunk = new byte[CHUNK_PAGES * pageSize];
    byte[] zero = new byte[pageSize];
    MessageDigest sha = sha256();
    PageRuns runs = memory.pages(object.id());
    for (int run = 0; run < runs.size(); run++) {
      for (long page = runs.first(run); page < runs.end(run); page += CHUNK_PAGES) {
        int count = (int) Math.min(CHUNK_PAGES, runs.end(run) - page);
        memory.read(object.id(), page, count, MemorySegment.ofArray(chunk));
        for (int i = 0; i < count; i++) {
          update(sha, page + i, chunk, i * pageSize, zero);
        }
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void update(MessageDigest sha, long page, byte[] chunk, int at, byte[] zero) {
    int end = at + zero.length;
    if (!Arrays.equals(chunk, at, end, zero, 0, zero.length)) {
      sha.update(Long.toString(page).getBytes(StandardCharsets.US_ASCII));
      sha.update(chunk, at, zero.length);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
