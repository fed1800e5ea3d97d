package org.ckimg.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test that shows what becomes of something, for the table of {@code spec/SUPPORTED.md}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Shows {
  /** What becomes of something. */
  enum Fate {
    /** It comes back as it was. */
    KEPT("Supported"),
    /** It comes back otherwise, which is said. */
    CHANGED("Comes back changed, or is lost"),
    /** It is not captured, or not brought back, and it is said why. */
    REFUSED("Refused by name");

    private final String title;

    Fate(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What becomes of it. */
  Fate fate();

  /** What it is. */
  String what();
}
