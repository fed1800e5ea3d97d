package org.ckimg.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@EnabledIfSystemProperty(named = "ckimg.big", matches = "true")
class BigImageTest {
  @Test
  void footerKnowsItsPlace(@TempDir Path dir) throws IOException {
    Path path = dir.resolve("big.ckimg");
    BigImage.write(path);
    try (FileChannel file = FileChannel.open(path)) {
      assertTrue(file.size() > 1L << 32);
      ByteBuffer footer = ByteBuffer.allocate(256);
      file.read(footer, file.size() - 256);
      assertEquals(file.size(), Numbers.get(footer.array(), 16, 8));
    }
  }
}
