package org.ckimg.tools.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyWatchTest {
  private final StringBuilder seen = new StringBuilder();

  private final KeyWatch watch =
      new KeyWatch(
          Key.parse("^E"),
          new KeyWatch.Typed() {
            @Override
            public void pass(MemorySegment bytes) {
              byte[] text = bytes.toArray(ValueLayout.JAVA_BYTE);
              seen.append(new String(text, StandardCharsets.ISO_8859_1).replace('\5', 'E'));
            }

            @Override
            public void ask() {
              seen.append('!');
            }
          });

  /** E is the key, a dot is a pause; what comes out has an exclamation mark for each request. */
  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "E., !",
    "EE, E",
    "EE., E",
    "E.E., !!",
    "aEb, a!b",
    "aEEb, aEb",
    "EEE., E!",
    "EEEE, EE",
    "E.a, !a",
    "aE.Eb, a!!b"
  })
  void theKeyIsTakenOut(String typed, String expected) throws Exception {
    for (int split = 0; split <= typed.length(); split++) {
      seen.setLength(0);
      type(typed.substring(0, split));
      type(typed.substring(split));
      assertEquals(expected, seen.toString(), "split at " + split);
    }
  }

  private void type(String text) throws Exception {
    String[] parts = text.split("[.]", -1);
    for (int i = 0; i < parts.length; i++) {
      byte[] bytes = parts[i].replace('E', '\5').getBytes(StandardCharsets.ISO_8859_1);
      watch.type(MemorySegment.ofArray(bytes));
      if (i + 1 < parts.length && watch.isPending()) {
        watch.expire();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"^E, 5", "^e, 5", "^@, 0", "^[, 27", "^_, 31"})
  void keys(String text, byte code) {
    assertEquals(code, Key.parse(text).code());
    assertEquals(text.toUpperCase(java.util.Locale.ROOT), Key.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "E", "^", "^5", "^EE", "E^"})
  void noKeys(String text) {
    assertThrows(IllegalArgumentException.class, () -> Key.parse(text));
  }

  @Test
  void nothingIsPendingAtFirst() {
    assertEquals(false, watch.isPending());
  }
}
