package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands over images that continue others. */
class ChainTest {
  @TempDir Path folder;
  private Path parent;
  private String image;

  @BeforeEach
  void writeChain() {
    parent = Cli.write(folder, "one", Cli.sample("one-object"));
    Cli.write(folder, "two", Cli.sample("child"));
    image = Cli.write(folder, "three", Cli.sample("grandchild")).toString();
  }

  @Test
  void checkJudgesEveryImage() {
    Cli.Result result = new Cli().run("check", image);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("three.ckimg, parent 2: sound, identity "), result.out());
    result = new Cli().run("check", "--json", image);
    assertTrue(result.out().contains("\"parents\""), result.out());
  }

  @Test
  void aMissingParentIsNamedWithTheFolder() throws IOException {
    Files.delete(parent);
    for (String command : new String[] {"check", "restore", "squash"}) {
      Cli.Result result =
          command.equals("squash")
              ? new Cli().run(command, image, "-o", folder.resolve("new").toString())
              : new Cli().run(command, image);
      assertEquals(3, result.code(), result.out());
      String all = result.out() + result.err();
      assertTrue(all.contains("CK-CHN-01: header+0x28: "), all);
      assertTrue(all.contains(folder + "; --parents names another folder"), all);
    }
    assertEquals(2, Files.list(folder).count());
  }

  /** inspect shows an image without its parents too, and says what it does not have. */
  @Test
  void inspectFindsParents() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("inspected"));
    Files.move(parent, elsewhere.resolve("x"));
    Files.move(folder.resolve("two.ckimg"), elsewhere.resolve("y"));
    Cli.Result alone = new Cli().run("inspect", image);
    assertEquals(0, alone.code(), alone.err());
    assertTrue(alone.out().contains("some pages may be in the parent image"), alone.out());
    Cli.Result with = new Cli().run("inspect", image, "--parents", elsewhere.toString());
    assertEquals(0, with.code(), with.err());
    assertFalse(with.out().contains("some pages may be in"), with.out());
  }

  @Test
  void parentsMayLieElsewhere() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.move(parent, elsewhere.resolve("x"));
    Files.move(folder.resolve("two.ckimg"), elsewhere.resolve("y"));
    Cli.Result result = new Cli().run("check", image, "--parents", elsewhere.toString());
    assertEquals(0, result.code(), result.out());
  }

  @Test
  void squashedIsOneImage() throws IOException {
    Path one = folder.resolve("squashed");
    Cli.Result result = new Cli().run("squash", image, "-o", one.toString());
    assertEquals(0, result.code(), result.err());
    Path alone = Files.createDirectory(folder.resolve("alone")).resolve("image");
    Files.move(one, alone);
    result = new Cli().run("check", alone.toString());
    assertEquals(0, result.code(), result.out());
    assertEquals(1, result.out().lines().count());
    String pages = new Cli().run("inspect", alone.toString(), "pages").out();
    assertTrue(pages.contains("3"), pages);
  }

  @Test
  void aParentMustBeAnImage() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "x".repeat(1000));
    String pid = Long.toString(ProcessHandle.current().pid());
    Cli.Result result = new Cli().run("dump", pid, "--parent", text.toString());
    assertEquals(3, result.code(), result.err());
  }
}
