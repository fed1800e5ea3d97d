package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program comes back from coded frames. */
@Timeout(120)
@Tag("quick")
class CompressTest {
  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd", "zstd:19"})
  void comesBack(String codec) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "mappings", "all")) {
      Path image = victim.dump("--kill", "--compress", codec);
      victim.awaitStatus();
      Tool.run(Account.SELF, "check", image).assertExit(0);
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }
}
