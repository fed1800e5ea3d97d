package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ckimg.testkit.Samples;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
  private static final Path SCHEMAS = Path.of("../spec/schema");

  static Set<String> samples() {
    return Samples.all().keySet();
  }

  static JsonSchema schema(String name) throws IOException {
    return JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory -> factory.schemaLoaders(loaders -> loaders.schemas(JsonTest::text)))
        .getSchema(text("urn:ckimg:schema:" + name));
  }

  /** A schema by its id, which is how others refer to it. */
  private static String text(String id) {
    String name = id.substring(id.lastIndexOf(':') + 1);
    try {
      return Files.readString(SCHEMAS.resolve(name + ".schema.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode document(byte[] image, int code, String command) throws IOException {
    Cli.Result result = new Cli(image, Style.PLAIN).run(command, "-", "--json");
    assertEquals(code, result.code(), result.err());
    JsonNode document = new ObjectMapper().readTree(result.out());
    String name = document.get("schema").asText().replace('/', '-');
    JsonSchema schema = schema(name);
    assertEquals(Set.of(), schema.validate(document), result.out());
    return document;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void inspectFollowsItsSchema(String sample) throws IOException {
    JsonNode document = document(Cli.sample(sample), 0, "inspect");
    assertTrue(document.at("/image/complete").asBoolean());
    assertEquals(64, document.at("/image/identity").asText().length());
  }

  @Test
  void everyCutFollowsTheSchema() throws IOException {
    for (String sample : List.of("process", "sockets")) {
      byte[] image = Cli.sample(sample);
      for (int length = 128; length < image.length; length += 1511) {
        JsonNode document = document(Arrays.copyOf(image, length), 0, "inspect");
        assertFalse(document.at("/image/complete").asBoolean());
        assertTrue(document.at("/image/identity").isMissingNode());
        document(Arrays.copyOf(image, length), 3, "check");
      }
    }
  }

  @Test
  void inspectOfAProcess() throws IOException {
    JsonNode document = document(Cli.sample("process"), 0, "inspect");
    assertEquals("2025-06-15T15:06:40Z", document.at("/image/created").asText());
    assertEquals("x86_64", document.at("/host/arch").asText());
    JsonNode process = document.at("/processes/0");
    assertEquals("[\"demo\",\"--slow\"]", process.get("argv").toString());
    assertEquals("0022", process.get("umask").asText());
    assertEquals("0x8786858483828180", process.at("/threads/0/registers/rip").asText());
    assertEquals("0x706050403020100", process.at("/threads/0/registers/r15").asText());
    assertEquals("[\"SIGALRM\"]", process.at("/threads/0/blocked").toString());
    assertEquals("ignore", process.at("/signals/actions/0/handler").asText());
    assertEquals(
        "[\"SA_RESTORER\",\"SA_RESTART\"]", process.at("/signals/actions/1/flags").toString());
    assertEquals("SIGTERM", process.at("/signals/pending/0/signal").asText());
    assertEquals("SIGRTMIN", process.at("/timers/1/signal").asText());
    assertEquals("unlimited", process.at("/limits/0/hard").asText());
    assertEquals(4096, process.at("/limits/1/hard").asInt());
    assertEquals("0xffffffffff601000", process.at("/vmas/11/end").asText());
    assertEquals("/usr/bin/demo", process.at("/vmas/1/path").asText());
    assertEquals(0x2000, process.at("/vmas/1/offset").asInt());
    assertEquals(2, process.at("/vmas/2/storedPages").asInt());
    assertEquals(3, process.at("/vmas/2/zeroPages").asInt());
    assertEquals("[\"O_RDWR\",\"O_APPEND\"]", process.at("/fds/0/flags").toString());
    assertEquals(process.at("/fds/0/description"), process.at("/fds/1/description"));
    assertTrue(process.at("/fds/7/deleted").asBoolean());
    assertEquals(3, process.at("/fds/3/counter").asInt());
    assertEquals("[\"SIGINT\",\"SIGTERM\"]", process.at("/fds/4/signals").toString());
    assertEquals(5, process.at("/fds/5/expirations").asInt());
    assertEquals(9, process.at("/fds/6/watches/1/fd").asInt());
    assertEquals(27 * 4096, process.at("/memory/mappedBytes").asInt());
  }

  @Test
  void inspectOfSockets() throws IOException {
    JsonNode fds = document(Cli.sample("sockets"), 0, "inspect").at("/processes/0/fds");
    assertEquals(
        "{\"family\":\"inet\",\"kind\":\"stream\",\"protocol\":\"tcp\",\"state\":\"listen\","
            + "\"local\":\"127.0.0.1:8080\",\"backlog\":5,\"shutdown\":[],\"queuedBytes\":0,"
            + "\"messages\":0,\"options\":[{\"level\":\"SOL_SOCKET\",\"name\":\"SO_REUSEADDR\","
            + "\"value\":\"01000000\"},{\"level\":\"SOL_TCP\",\"name\":\"TCP_DEFER_ACCEPT\","
            + "\"value\":\"03000000\"}]}",
        fds.at("/0/socket").toString());
    assertEquals("192.0.2.7:40000", fds.at("/1/socket/remote").asText());
    assertEquals(5, fds.at("/1/socket/queuedBytes").asInt());
    assertEquals(0x80000001L, fds.at("/1/socket/tcp/receiveSequence").asLong());
    assertEquals(7, fds.at("/1/socket/tcp/sendQueueBytes").asInt());
    assertTrue(fds.at("/2/socket/tcp/window").isMissingNode());
    assertEquals("[\"send\"]", fds.at("/2/socket/shutdown").toString());
    assertEquals("/run/demo.sock", fds.at("/3/socket/node").asText());
    assertEquals("@demo", fds.at("/4/socket/local").asText());
    assertEquals(6, fds.at("/4/socket/peer").asInt());
    assertEquals(3, fds.at("/4/socket/messages").asInt());
    assertEquals("/srv/inbox", fds.at("/10/watches/0/path").asText());
    assertEquals("[\"CREATE\",\"ONESHOT\"]", fds.at("/10/watches/0/mask").toString());
    assertEquals(61, fds.at("/12/pid").asInt());
    assertFalse(fds.get(13).has("pid"));
    assertEquals(4, fds.at("/14/index").asInt());
    assertEquals("[3,8]", fds.at("/15/packets").toString());
    assertEquals(11, fds.at("/15/queuedBytes").asInt());
    assertEquals(
        "[\"F_SEAL_SEAL\",\"F_SEAL_GROW\",\"F_SEAL_WRITE\"]", fds.at("/18/seals").toString());
  }

  @Test
  void whatTheSourceDoesNotKnowIsAbsent() throws IOException {
    JsonNode process = document(Cli.sample("tree"), 0, "inspect").at("/processes/0");
    for (String name : new String[] {"comm", "argv", "umask", "credentials", "exe", "pgid"}) {
      assertFalse(process.has(name), name);
    }
    assertFalse(process.get("threads").get(0).has("registers"));
    assertFalse(process.get("signals").has("actions"));
  }

  @Test
  void pidSelectsOneProcess() throws IOException {
    Cli.Result result =
        new Cli(Cli.sample("tree"), Style.PLAIN).run("inspect", "-", "--json", "--pid", "52");
    JsonNode processes = new ObjectMapper().readTree(result.out()).get("processes");
    assertEquals(1, processes.size());
    assertEquals("zombie", processes.get(0).get("state").asText());
    assertEquals(1, processes.get(0).get("exitCode").asInt());
  }

  @Test
  void partialImagesSaySo() throws IOException {
    JsonNode document = document(Cli.sample("partial"), 0, "inspect");
    assertTrue(document.at("/image/partial").asBoolean());
    assertFalse(document.at("/processes/0/fds/2/captured").asBoolean());
    assertTrue(document.get("warnings").size() >= 2);
  }

  @Test
  void unknownSectionsAreListed() throws IOException {
    JsonNode document = document(Cli.sample("unknown-optional"), 0, "inspect");
    assertTrue(document.get("warnings").toString().contains("0x9000"), "a warning");
    assertTrue(document.get("sections").toString().contains("0x9000"), "a section");
  }

  @Test
  void checkOfSignedAndDamaged() throws IOException {
    byte[] signed = Cli.sample("signed");
    JsonNode sound = document(signed, 0, "check");
    assertTrue(sound.at("/sound").asBoolean());
    assertTrue(sound.at("/signature/valid").asBoolean());
    signed[200] ^= 1;
    JsonNode damaged = document(signed, 3, "check");
    assertFalse(damaged.at("/sound").asBoolean());
    assertTrue(damaged.at("/findings/0/rule").asText().startsWith("CK-"));
  }

  @Test
  void theAuditSchemaIsAsStrictAsTheContract() throws IOException {
    JsonSchema schema = schema("ckimg.audit-1");
    ObjectMapper mapper = new ObjectMapper();
    String refusal =
        """
        {"schema":"ckimg.audit/1","verdict":"refuse","findings":[{"rule":"AU-FD-03","severity":"high",
        "effect":"refuse","pid":1,"subject":"fd 5","text":"gone","evidence":{"path":"/x"}}],
        "authority":[{"pid":1,"kind":"file","what":"open /x","effect":"refuse"}]}
        """;
    assertEquals(Set.of(), schema.validate(mapper.readTree(refusal)));
    String vague = refusal.replace("\"high\"", "\"bad\"");
    assertEquals(1, schema.validate(mapper.readTree(vague)).size());
  }
}
