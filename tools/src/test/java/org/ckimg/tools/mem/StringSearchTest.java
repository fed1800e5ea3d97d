package org.ckimg.tools.mem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.junit.jupiter.api.Test;

class StringSearchTest {
  private static final int PAGE = TestProcess.PAGE;
  private static final long START = 0x10000;

  private final TestProcess process =
      new TestProcess().map(START, 3 * PAGE, Vma.READ | Vma.WRITE).put(START + 2 * PAGE, (byte) 0);

  private List<String> strings(boolean wide) throws IOException {
    List<String> found = new ArrayList<>();
    StringSearch.run(
        process.subject(),
        6,
        wide,
        Areas.of(process.subject().checkpoint(), MemoryFilter.ALL),
        _ -> {},
        (places, text) ->
            found.add("%x %s".formatted(places.getFirst().address().getAsLong(), text)));
    return found;
  }

  private void put(long address, String text) {
    process.put(address, text.getBytes(StandardCharsets.UTF_16LE));
  }

  @Test
  void wideStringsAreFoundAcrossPages() throws IOException {
    put(START + PAGE - 8, "over a border");
    put(START + 2 * PAGE + 100, "short");
    put(START + 2 * PAGE + 201, "at an odd address");
    put(START + 2 * PAGE + 400, "a letter that is none: \u0416, and more");
    assertEquals(
        List.of("10ff8 over a border", "12190 a letter that is none: ", "121c0 , and more"),
        strings(true));
    assertEquals(List.of(), strings(false));
  }

  @Test
  void narrowStringsAreNotWide() throws IOException {
    process.put(START + PAGE - 4, "one byte each".getBytes(StandardCharsets.US_ASCII));
    assertEquals(List.of("10ffc one byte each"), strings(false));
    assertEquals(List.of(), strings(true));
  }
}
