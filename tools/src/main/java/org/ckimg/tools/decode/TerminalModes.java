package org.ckimg.tools.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.model.Terminal;

/** The local modes of a terminal, termios(3): those that a person at the keyboard notices. */
public final class TerminalModes {
  private static final int LOCAL_FLAGS_OFFSET = 12;
  private static final int ISIG = 1;
  private static final int ICANON = 2;
  private static final int ECHO = 8;

  private TerminalModes() {}

  /** Names, with a minus in front of those that are off, as stty(1) shows them. */
  public static List<String> of(Terminal terminal) {
    int flags =
        ByteBuffer.wrap(terminal.modes().toArray())
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt(LOCAL_FLAGS_OFFSET);
    List<String> names = new ArrayList<>();
    names.add(name("isig", flags & ISIG));
    names.add(name("icanon", flags & ICANON));
    names.add(name("echo", flags & ECHO));
    return names;
  }

  private static String name(String name, int set) {
    return set != 0 ? name : "-" + name;
  }
}
