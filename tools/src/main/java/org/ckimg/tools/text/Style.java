package org.ckimg.tools.text;

/** Colours of a terminal, or none. */
public enum Style {
  /** Text alone. */
  PLAIN(false),
  /** ECMA-48 attributes around it. */
  COLOUR(true);

  private final boolean colour;

  Style(boolean colour) {
    this.colour = colour;
  }

  /** A title. */
  public String heading(String text) {
    return paint("1", text);
  }

  /** Something in order. */
  public String good(String text) {
    return paint("32", text);
  }

  /** Something to notice. */
  public String warning(String text) {
    return paint("33", text);
  }

  /** Something broken. */
  public String bad(String text) {
    return paint("31", text);
  }

  /** The name of a value. */
  public String label(String text) {
    return paint("2", text);
  }

  private String paint(String attribute, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + attribute + "m" + text + "\u001b[0m" : text;
  }
}
