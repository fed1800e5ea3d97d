package org.ckimg.tools.mem;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is looked for, in bytes that are taken for Latin-1 text: one character is one byte. */
public sealed interface Needle {
  /** Longest match that is sure to be found across borders: the smallest page. */
  int MAX_BYTES = 4096;

  /** Longest match that is found wherever it starts, bytes. */
  int reach();

  /** Takes matches: their start and end. */
  @FunctionalInterface
  interface Sink {
    /** Takes one. */
    void accept(int start, int end);
  }

  /** Finds all matches that start below {@code limit}; they do not overlap. */
  void find(String text, int limit, Sink sink);

  /** Bytes as they are. */
  record Literal(String bytes) implements Needle {
    /** Of these bytes, at least one. */
    public static Literal of(byte[] bytes) {
      return new Literal(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public int reach() {
      return bytes.length();
    }

    @Override
    public void find(String text, int limit, Sink sink) {
      int at = text.indexOf(bytes);
      while (at >= 0 && at < limit) {
        sink.accept(at, at + bytes.length());
        at = text.indexOf(bytes, at + bytes.length());
      }
    }
  }

  /** A regular expression; a match that is empty is none. */
  record Expression(Pattern pattern) implements Needle {
    @Override
    public int reach() {
      return MAX_BYTES;
    }

    @Override
    public void find(String text, int limit, Sink sink) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find() && matcher.start() < limit) {
        if (matcher.end() > matcher.start()) {
          sink.accept(matcher.start(), matcher.end());
        }
      }
    }
  }

  /**
   * Expressions that each begin with letters of their own, tried only where these are; matches come
   * expression by expression.
   *
   * @param expressions by the letters that they begin with
   */
  record Anchored(Map<String, Pattern> expressions) implements Needle {
    /** Copies the map; its order is kept. */
    public Anchored {
      expressions = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
    }

    @Override
    public int reach() {
      return MAX_BYTES;
    }

    @Override
    public void find(String text, int limit, Sink sink) {
      for (Map.Entry<String, Pattern> expression : expressions.entrySet()) {
        // What stands in front of a match may be asked for too.
        Matcher matcher = expression.getValue().matcher(text).useTransparentBounds(true);
        int at = text.indexOf(expression.getKey());
        while (at >= 0 && at < limit) {
          matcher.region(at, Math.min(text.length(), at + MAX_BYTES));
          boolean found = matcher.lookingAt();
          if (found) {
            sink.accept(at, matcher.end());
          }
          at = text.indexOf(expression.getKey(), found ? matcher.end() : at + 1);
        }
      }
    }
  }
}
