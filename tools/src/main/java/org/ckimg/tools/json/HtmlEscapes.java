package org.ckimg.tools.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;

/** Writes the characters with which HTML could end a script or start anything else as numbers. */
final class HtmlEscapes extends CharacterEscapes {
  static final HtmlEscapes INSTANCE = new HtmlEscapes();
  private static final long serialVersionUID = 1;

  private final int[] escapes;

  private HtmlEscapes() {
    escapes = standardAsciiEscapesForJSON();
    for (char c : "<>&'".toCharArray()) {
      escapes[c] = ESCAPE_STANDARD;
    }
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return escapes.clone();
  }

  @Override
  public SerializableString getEscapeSequence(int character) {
    return null;
  }
}
