package org.ckimg.tools.mem;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is looked for. Expressions take bytes for Latin-1 text: one character is one byte. */
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

  /**
   * Finds all matches that start below {@code limit}; they do not overlap.
   *
   * @param length bytes that are looked at
   */
  void find(byte[] bytes, int length, int limit, Sink sink);

  /** Bytes as they are. */
  record Literal(ByteFinder bytes) implements Needle {
    /** Of these bytes, at least one. */
    public static Literal of(byte[] bytes) {
      return new Literal(new ByteFinder(bytes));
    }

    @Override
    public int reach() {
      return bytes.length();
    }

    @Override
    public void find(byte[] in, int length, int limit, Sink sink) {
      int at = bytes.indexOf(in, length, 0);
      while (at >= 0 && at < limit) {
        sink.accept(at, at + bytes.length());
        at = bytes.indexOf(in, length, at + bytes.length());
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
    public void find(byte[] bytes, int length, int limit, Sink sink) {
      Matcher matcher = pattern.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
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
   * @param expressions by what finds the letters that they begin with
   */
  record Anchored(Map<ByteFinder, Pattern> expressions) implements Needle {
    /** What stands before and behind a match may be asked for too. */
    private static final int AROUND = 64;

    /** Copies the map; its order is kept. */
    public Anchored {
      expressions = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
    }

    /** By the letters that they begin with. */
    public static Anchored of(Map<String, Pattern> expressions) {
      Map<ByteFinder, Pattern> finders = new LinkedHashMap<>();
      expressions.forEach((letters, expression) ->
          finders.put(new ByteFinder(letters.getBytes(StandardCharsets.ISO_8859_1)), expression));
      return new Anchored(finders);
    }

    @Override
    public int reach() {
      return MAX_BYTES;
    }

    @Override
    public void find(byte[] bytes, int length, int limit, Sink sink) {
      for (Map.Entry<ByteFinder, Pattern> expression : expressions.entrySet()) {
        ByteFinder letters = expression.getKey();
        int at = letters.indexOf(bytes, length, 0);
        while (at >= 0 && at < limit) {
          int end = match(expression.getValue(), bytes, length, at);
          if (end >= 0) {
            sink.accept(at, end);
          }
          at = letters.indexOf(bytes, length, end >= 0 ? end : at + 1);
        }
      }
    }

    /** The end of the match at a place, or -1. */
    private static int match(Pattern expression, byte[] bytes, int length, int at) {
      int start = Math.max(0, at - AROUND);
      int end = Math.min(length, at + MAX_BYTES);
      int stop = Math.min(length, end + AROUND);
      String text = new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1);
      Matcher matcher = expression.matcher(text).useTransparentBounds(true);
      return matcher.region(at - start, end - start).lookingAt() ? start + matcher.end() : -1;
    }
  }
}
