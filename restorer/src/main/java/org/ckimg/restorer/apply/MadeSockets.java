package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.sys.FileCalls.FileStatus;

/** Files of sockets: what was made, and what was moved out of the way for that. */
final class MadeSockets implements AutoCloseable {
  private final List<Moved> moved = new ArrayList<>();
  private final Map<Integer, HeldFile> made = new LinkedHashMap<>();

  /** A file that has another name until the program runs. */
  private record Moved(NamedFile usual, NamedFile aside, FileStatus file) {}

  /** A part of the way back. */
  @FunctionalInterface
  private interface Part {
    void undo() throws IOException;
  }

  /**
   * Notes what was moved out of the way.
   *
   * @param file that was meant; anything else that was caught is put back all the same
   */
  void moved(NamedFile usual, NamedFile aside, FileStatus file) {
    moved.add(new Moved(usual, aside, file));
  }

  /**
   * Takes over what was made, which goes when the program does not come back.
   *
   * @param id of the description of its socket
   */
  void made(int id, HeldFile file) {
    made.put(id, file);
  }

  /** What a socket was bound to. */
  HeldFile of(int id) {
    return made.get(id);
  }

  /** Puts everything back; what cannot be put back is told with {@code cause}. */
  void undo(Throwable cause) {
    for (HeldFile one : made.values()) {
      attempt(one::remove, cause);
    }
    for (Moved one : moved) {
      attempt(() -> one.aside.moveTo(one.usual), cause);
    }
  }

  private static void attempt(Part part, Throwable cause) {
    try {
      part.undo();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The program runs: what it has replaced goes. */
  void keep() {
    for (Moved one : moved) {
      try {
        one.aside.remove(one.file);
      } catch (IOException e) {
        // The program runs; a file that leads nowhere is left under a name of ours.
        continue;
      }
    }
  }

  @Override
  public void close() {
    made.values().forEach(HeldFile::close);
  }
}
