package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import org.ckimg.spec.model.Bytes;

/**
 * A note of a core.
 *
 * @param owner its name without the zero byte
 * @param type NT_ number, which the owner gives
 * @param offset of the description in the file
 * @param content the description, in the byte order of the program; positions are the reader's own
 */
public record Note(Bytes owner, int type, long offset, ByteBuffer content) {
  static final int PRSTATUS = 1;
  static final int FPREGSET = 2;
  static final int PRPSINFO = 3;
  static final int AUXV = 6;
  static final int X86_XSTATE = 0x202;
  static final int X86_XSAVE_LAYOUT = 0x205;
  static final int SIGINFO = 0x53494749;
  static final int FILE = 0x46494c45;

  /** Who the notes belong to that every Unix has. */
  static final String CORE = "CORE";

  /** Who the notes belong to that only Linux has. */
  static final String LINUX = "LINUX";

  boolean isOf(String name, int number) {
    return type == number && isOf(name);
  }

  boolean isOf(String name) {
    return owner.length() == name.length() && owner.startsWith(name);
  }

  /** Size of the description. */
  int length() {
    return content.limit();
  }

  /** The whole description. */
  Bytes bytes() {
    return bytes(0, length());
  }

  /** A part of it. */
  Bytes bytes(int from, int to) {
    return Bytes.of(content.array(), from, to - from);
  }
}
