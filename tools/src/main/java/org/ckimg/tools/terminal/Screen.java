package org.ckimg.tools.terminal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is known of a terminal by what a program prints: whether it is in the middle of a control
 * sequence, at the start of a line, or on the alternate screen, which programs draw that use all of
 * it. ECMA-48, and xterm's private modes 47, 1047 and 1049.
 */
final class Screen {
  private static final int ESC = 0x1b;
  private static final int BEL = 7;
  private static final int CAN = 0x18;
  private static final int SUB = 0x1a;
  private static final int MOST = 1 << 16;

  private enum State {
    TEXT,
    ESCAPE,
    SEQUENCE,
    STRING,
    STRING_ESCAPE
  }

  private State state = State.TEXT;
  private boolean lineStart = true;
  private boolean alternate;
  private boolean privateMode;
  private boolean switches;
  private int number;

  /** Bytes that the last character still lacks, in UTF-8. */
  private int missing;

  /** This was printed. */
  void print(MemorySegment bytes) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      print(bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff);
    }
  }

  private void print(int c) {
    switch (state) {
      case TEXT -> text(c);
      case ESCAPE -> escape(c);
      case SEQUENCE -> sequence(c);
      case STRING -> string(c);
      case STRING_ESCAPE -> state = c == '\\' ? State.TEXT : State.STRING;
    }
  }

  private void text(int c) {
    missing = c < 0x80 ? 0 : c < 0xc0 ? Math.max(0, missing - 1) : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (c == ESC) {
      state = State.ESCAPE;
    } else if (c == '\n') {
      lineStart = true;
    } else if (c != '\r') {
      lineStart = false;
    }
  }

  private void escape(int c) {
    state =
        switch (c) {
          case '[' -> State.SEQUENCE;
          // DCS, SOS, OSC, PM, APC
          case 'P', 'X', ']', '^', '_' -> State.STRING;
          case ESC -> State.ESCAPE;
          default -> c < 0x30 && c >= 0x20 ? State.ESCAPE : State.TEXT;
        };
    privateMode = false;
    switches = false;
    number = 0;
  }

  private void sequence(int c) {
    if (c >= '0' && c <= '9') {
      number = Math.min(number * 10 + c - '0', MOST);
    } else if (c == '?') {
      privateMode = true;
    } else if (c == ';') {
      noteMode();
    } else if (c == ESC) {
      state = State.ESCAPE;
    } else if (c == CAN || c == SUB) {
      state = State.TEXT;
    } else if (c >= '@') {
      noteMode();
      if (privateMode && switches && (c == 'h' || c == 'l')) {
        alternate = c == 'h';
      }
      state = State.TEXT;
      lineStart = false;
    }
  }

  private void noteMode() {
    switches |= number == 47 || number == 1047 || number == 1049;
    number = 0;
  }

  private void string(int c) {
    if (c == ESC) {
      state = State.STRING_ESCAPE;
    } else if (c == BEL || c == CAN || c == SUB) {
      state = State.TEXT;
    }
  }

  /** True where something else can be printed. */
  boolean isBetweenSequences() {
    return state == State.TEXT && missing == 0;
  }

  /** True when nothing was printed behind the last line. */
  boolean isAtLineStart() {
    return lineStart;
  }

  /** True on the alternate screen. */
  boolean isAlternate() {
    return alternate;
  }
}
