package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.tools.policy.PolicyValue;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.tools.policy.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Policies as a user meets them: `policy explain`, and `restore` under one. */
@EnabledOnOs(OS.LINUX)
class PolicyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path file(String name, String toml) throws IOException {
    return Files.writeString(folder.resolve(name), toml);
  }

  private static Cli.Result explain(SystemPolicy system, String... arguments) {
    return new Cli().run(console -> PolicyCommand.of(console, system), "explain", arguments);
  }

  private static Cli.Result restore(SystemPolicy system, String... arguments) {
    return new Cli()
        .run(console -> new CommandLine(new RestoreCommand(console, system)), "", arguments);
  }

  private static JsonNode document(Cli.Result result, String schema) throws IOException {
    JsonNode document = JSON.readTree(result.out());
    assertEquals(Set.of(), JsonTest.schema(schema).validate(document), result.out());
    return document;
  }

  private static Map<String, String> values(JsonNode document, String field) {
    Map<String, String> values = new TreeMap<>();
    document.get("values").forEach(v -> values.put(v.get("key").asText(), v.get(field).toString()));
    return values;
  }

  @Test
  void whatIsExplainedIsAPolicyFile() throws IOException {
    Path mine =
        file(
            "mine.toml",
            """
            profile = "strict"
            files.read = ["/data", "/usr", "/a \\"b\\" \\u00e9\\u202e"]
            identity.capabilities = ["CAP_CHOWN"]
            """);
    SystemPolicy none = TestSystem.at(folder);
    for (String policy : List.of("strict", "default", "forensic", mine.toString())) {
      JsonNode first = document(explain(none, "--policy", policy, "--json"), "ckimg.policy-1");
      Cli.Result text = explain(none, "--policy", policy);
      assertEquals(0, text.code(), text.err());
      Path again = file("again.toml", text.out());
      JsonNode second =
          document(explain(none, "--policy", again.toString(), "--json"), "ckimg.policy-1");
      assertEquals(values(first, "value"), values(second, "value"));
      assertEquals(first.get("restores"), second.get("restores"));
    }
  }

  @Test
  void whereEachValueComesFrom() throws IOException {
    SystemPolicy system =
        TestSystem.with(
            folder.resolve("root"),
            """
            [files]
            read = ["/data", "/usr"]
            [memory]
            max-bytes = 1000
            [who]
            users = ["alice"]
            """);
    String theirs = TestSystem.file(folder.resolve("root")).toString();
    String mine =
        file("mine.toml", "profile = \"strict\"\nfiles.read = [\"/data/x\", \"/home\"]\n")
            .toString();
    Cli.Result result = explain(system, "--policy", mine, "--json");
    JsonNode document = document(result, "ckimg.policy-1");
    assertEquals(theirs, document.get("system").asText());
    assertEquals("[\"alice\"]", document.at("/who/users").toString());
    Map<String, String> from = values(document, "from");
    assertEquals("[\"" + theirs + "\"]", from.get("memory.max-bytes"));
    assertEquals("[\"profile strict in " + mine + "\"]", from.get("identity.old-pid"));
    assertEquals("[\"" + theirs + "\",\"" + mine + "\"]", from.get("files.read"));
    assertEquals(
        "[\"profile default in " + theirs + "\",\"profile strict in " + mine + "\"]",
        from.get("files.drift"));
    assertEquals("[\"/data/x\"]", values(document, "value").get("files.read"));
    Cli.Result text = explain(system, "--policy", mine);
    assertTrue(text.out().contains("\nmax-bytes = 1000  # " + theirs + "\n"), text.out());
    assertTrue(text.out().contains("users [alice], groups []"), text.out());
  }

  @Test
  void theSchemaHasEveryKeyAndNoOther() throws IOException {
    JsonNode schema =
        JSON.readTree(Path.of("../spec/schema/ckimg.policy-file-1.schema.json").toFile());
    Set<String> keys = new TreeSet<>();
    schema.get("properties").properties().stream()
        .filter(table -> !Set.of("profile", "who").contains(table.getKey()))
        .forEach(table ->
            table
                .getValue()
                .get("properties")
                .fieldNames()
                .forEachRemaining(key -> keys.add(table.getKey() + "." + key)));
    assertEquals(
        PolicyValue.of(Profile.DEFAULT.policy()).stream()
            .map(PolicyValue::key)
            .collect(Collectors.toCollection(TreeSet::new)),
        keys);
  }

  @Test
  void theDocumentHasTheValuesOfEachProfile() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../spec/POLICY.md")).stream()
            .filter(line -> line.matches("[|] `(files|memory|signals|sockets|identity|trust)[.].*"))
            .toList();
    List<PolicyValue> strict = PolicyValue.of(Profile.STRICT.policy());
    List<PolicyValue> normal = PolicyValue.of(Profile.DEFAULT.policy());
    List<PolicyValue> forensic = PolicyValue.of(Profile.FORENSIC.policy());
    assertEquals(strict.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      String row = rows.get(i);
      assertTrue(row.startsWith("| `" + strict.get(i).key() + "` | "), row);
      String values =
          " | `%s` | `%s` | `%s` |"
              .formatted(strict.get(i).toml(), normal.get(i).toml(), forensic.get(i).toml());
      assertTrue(row.endsWith(values), row + " is not" + values);
    }
  }

  @Test
  void theSchemaTakesWhatIsReadAndNothingElse() throws IOException {
    Cli.Result strict = explain(TestSystem.at(folder), "--policy", "strict");
    JsonNode tree = new TomlMapper().readTree(strict.out());
    assertEquals(Set.of(), JsonTest.schema("ckimg.policy-file-1").validate(tree));
    for (String table : List.of("files", "memory", "signals", "identity", "trust", "who")) {
      ObjectNode wrong = tree.deepCopy();
      wrong.withObjectProperty(table).put("nothing", 1);
      assertEquals(1, JsonTest.schema("ckimg.policy-file-1").validate(wrong).size(), table);
      Path file = file("wrong.toml", "[" + table + "]\nnothing = 1\n");
      assertEquals(2, explain(TestSystem.at(folder), "--policy", file.toString()).code(), table);
    }
  }

  @Test
  void oneClearErrorForAFileThatIsNoPolicy() throws IOException {
    String broken = file("broken.toml", "[files]\ndrif = \"warn\"\n").toString();
    Cli.Result result = explain(TestSystem.at(folder), "--policy", broken);
    assertEquals(2, result.code());
    assertEquals(
        "policy explain: policy " + broken + ": files.drif: is not a key of a policy\n",
        result.err());
    String missing = folder.resolve("missing.toml").toString();
    Cli.Result none = explain(TestSystem.at(folder), "--policy", missing);
    assertEquals(4, none.code());
    assertEquals("policy explain: policy " + missing + ": there is no such file\n", none.err());
  }

  private String sample() {
    return Cli.write(folder, "process", Cli.sample("process")).toString();
  }

  /** Rule and effect of each finding. */
  private static List<String> findings(Cli.Result result) throws IOException {
    List<String> findings = new ArrayList<>();
    document(result, "ckimg.audit-1")
        .get("findings")
        .forEach(f -> findings.add(f.get("rule").asText() + " " + f.get("effect").asText()));
    return findings;
  }

  private List<String> audit(SystemPolicy system, String policy) throws IOException {
    Cli.Result result = restore(system, "--verify", "--json", "--policy", policy, sample());
    assertEquals(1, result.code(), result.err());
    return findings(result);
  }

  @Test
  void profilesRefuseWhatTheyShould() throws IOException {
    SystemPolicy none = TestSystem.at(folder);
    List<String> normal = audit(none, "default");
    assertTrue(normal.contains("AU-SIG-06 warn"), normal.toString());
    assertFalse(normal.contains("AU-CRD-06 refuse") || normal.contains("AU-POL-01 refuse"));
    List<String> strict = audit(none, "strict");
    assertTrue(strict.contains("AU-SIG-06 refuse"), strict.toString());
    assertTrue(strict.contains("AU-PID-03 adjust"), strict.toString());
    assertFalse(strict.contains("AU-POL-01 refuse"), strict.toString());
    List<String> forensic = audit(none, "forensic");
    assertTrue(forensic.contains("AU-POL-01 refuse"), forensic.toString());
  }

  @Test
  void theCallerCannotWidenTheSystems() throws IOException {
    SystemPolicy forensic = TestSystem.with(folder.resolve("a"), "profile = \"forensic\"\n");
    assertTrue(audit(forensic, "default").contains("AU-POL-01 refuse"));
    SystemPolicy narrow =
        TestSystem.with(folder.resolve("b"), "signals.foreign-senders = \"refuse\"\n");
    String wide = file("wide.toml", "signals.foreign-senders = \"allow\"\n").toString();
    assertTrue(audit(narrow, wide).contains("AU-SIG-06 refuse"));
  }

  @Test
  void aSystemPolicyThatCannotCountEndsTheCommand() throws IOException {
    SystemPolicy broken = TestSystem.with(folder.resolve("root"), "nothing = 1\n");
    Cli.Result result = restore(broken, "--verify", sample());
    assertEquals(4, result.code());
    assertTrue(result.err().contains("policy.toml: nothing: is not a key"), result.err());
    Cli.Result dump =
        new Cli().run(console -> new CommandLine(new DumpCommand(console, broken)), "", "1");
    assertEquals(4, dump.code());
    assertTrue(dump.err().contains("root must repair it"), dump.err());
    Cli.Result run =
        new Cli().run(console -> new CommandLine(new RunCommand(console, broken)), "", "true");
    assertEquals(4, run.code());
    assertTrue(run.err().contains("root must repair it"), run.err());
  }

  @Test
  void plainRestoreIsSilentAboutWhatThePolicyAllows() throws IOException {
    Cli.Result result = restore(TestSystem.at(folder), sample());
    assertEquals(1, result.code());
    assertFalse(result.err().contains("AU-SIG-06"), result.err());
    assertTrue(result.err().contains("AU-CRD-05 refuse"), result.err());
  }
}
