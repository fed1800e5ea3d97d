package org.ckimg.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttacksTest {
  @Test
  void theDocumentHasThemAll() throws IOException {
    String document = Files.readString(Path.of("../spec/AUDIT.md"));
    assertEquals(AttacksMain.with(document), document, "run AttacksMain");
  }

  @Test
  void noNameIsUsedTwice() {
    List<String> names =
        Attacks.all("/var/tmp/ckimg-hostile-000002").stream().map(Attack::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
  }
}
