package org.ckimg.tools.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedJsonTest {
  /** Writes fields. */
  private interface Fields {
    void write(Json json) throws IOException;
  }

  private static String embed(long mostBytes, Fields fields) throws IOException {
    StringWriter text = new StringWriter();
    try (Json json = Json.embedded(new PrintWriter(text), mostBytes)) {
      json.object(() -> fields.write(json));
    }
    return text.toString();
  }

  private static JsonNode parse(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void nothingInItIsMarkup() throws IOException {
    String hostile = "</script><!--<script>&amp;'\"\\\u2028\u2029\ud83d\ude00\u0000";
    String text = embed(10_000, json -> json.text(hostile, hostile));
    assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'), text);
    assertTrue(text.chars().noneMatch(c -> "<>&'".indexOf(c) >= 0), text);
    assertEquals(hostile, parse(text).get(hostile).asText());
    assertEquals("{}", parse(text).get("leftOut").toString());
  }

  @Test
  void aLongTextIsCut() throws IOException {
    String text = embed(100_000, json -> json.text("long", "x".repeat(10_000)));
    assertEquals("x".repeat(4096) + "… (5904 characters more)", parse(text).get("long").asText());
  }

  @Test
  void arraysEndWhenTheRoomDoes() throws IOException {
    List<String> many = Collections.nCopies(10_000, "0123456789");
    String text =
        embed(
            20_000,
            json ->
                json.objects(
                    "processes",
                    List.of(1, 2, 3),
                    pid -> {
                      json.number("pid", pid);
                      json.strings("environment", many);
                      json.objects("fds", many, fd -> json.strings("flags", List.of(fd)));
                      json.number("last", pid);
                    }));
    assertTrue(text.length() < 22_000, text.length() + " bytes");
    JsonNode document = parse(text);
    int kept = 0;
    int fds = 0;
    for (JsonNode process : document.get("processes")) {
      kept += process.get("environment").size();
      fds += process.get("fds").size();
      assertTrue(process.has("last"), "what is no array is there");
    }
    assertEquals(3, document.get("processes").size());
    assertTrue(fds > 50, "one array leaves room for the next: " + fds);
    assertEquals(30_000 - kept, document.at("/leftOut/processes.environment").asInt());
    assertEquals(30_000 - fds, document.at("/leftOut/processes.fds").asInt());
  }
}
