package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.ckimg.tools.cli.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  static Stream<String> commands() {
    return Ckimg.commandLine(Console.system()).getSubcommands().keySet().stream();
  }

  @Test
  void root() throws IOException {
    Cli.Result result = new Cli().run("--help");
    assertEquals(0, result.code());
    Snapshots.check("help/ckimg.txt", result.out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command(String name) throws IOException {
    Cli.Result result = new Cli().run(name, "--help");
    assertEquals(0, result.code());
    assertEquals("", result.err());
    Snapshots.check("help/ckimg-" + name + ".txt", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "show"})
  void commandOfKeys(String name) throws IOException {
    Cli.Result result = new Cli().run("key", name, "--help");
    assertEquals(0, result.code(), result.err());
    Snapshots.check("help/ckimg-key-" + name + ".txt", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "search", "strings", "extract"})
  void commandOfMemory(String name) throws IOException {
    Cli.Result result = new Cli().run("mem", "image", name, "--help");
    assertEquals(0, result.code(), result.err());
    Snapshots.check("help/ckimg-mem-" + name + ".txt", result.out());
  }

  @Test
  void commandOfPolicies() throws IOException {
    Cli.Result result = new Cli().run("policy", "explain", "--help");
    assertEquals(0, result.code(), result.err());
    Snapshots.check("help/ckimg-policy-explain.txt", result.out());
  }

  @Test
  void version() throws IOException {
    Cli.Result result = new Cli().run("--version");
    assertEquals(0, result.code());
    assertTrue(result.out().startsWith("ckimg " + Version.number() + "\n"), result.out());
    assertTrue(Version.number().matches("[0-9]+[.].*"), Version.number());
  }

  @Test
  void completionKnowsEveryCommandAndView() {
    Cli.Result result = new Cli().run("completion");
    assertEquals(0, result.code());
    assertTrue(commands().allMatch(name -> result.out().contains(name)), "all commands");
    assertTrue(result.out().contains("credentials"), "views");
  }
}
