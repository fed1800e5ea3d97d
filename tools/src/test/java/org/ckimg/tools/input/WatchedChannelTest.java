package org.ckimg.tools.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchedChannelTest {
  @Test
  void readsAreCountedAndNothingIsWritten() throws IOException {
    FileChannel spool = Input.spool(new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5}));
    AtomicLong done = new AtomicLong();
    try (FileChannel file = new WatchedChannel(spool, done::set)) {
      ByteBuffer buffer = ByteBuffer.allocate(3);
      assertEquals(3, file.read(buffer, 1));
      assertArrayEquals(new byte[] {2, 3, 4}, buffer.array());
      assertEquals(3, done.get());
      assertEquals(-1, file.read(buffer.clear(), 5));
      assertEquals(3, done.get());
      assertThrows(NonWritableChannelException.class, () -> file.write(buffer));
    }
    assertFalse(spool.isOpen());
  }
}
