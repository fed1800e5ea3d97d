package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SalvageTest {
  @TempDir Path directory;

  private ImageReader cutAt(Image image, String field) throws IOException {
    byte[] cut = Corruptions.cut(image.bytes(), image.offset(field));
    return ImageReader.salvage(Images.write(directory, cut));
  }

  @Test
  void tablesBehindTheCutAreAbsent() throws IOException {
    try (ImageReader reader = cutAt(Samples.tables().build(), "SIGNALS/0/number")) {
      List<String> names = reader.sections().stream().map(SectionInfo::name).toList();
      assertEquals(List.of("SYSTEM", "PROCESSES", "THREADS", "REGISTERS"), names);
      ProcessState process = reader.checkpoint().processes().getFirst();
      assertEquals(2, process.threads().size());
      assertEquals(Optional.empty(), process.actions());
      assertEquals(Optional.empty(), process.pending());
      assertEquals(Optional.empty(), process.leader().pending());
      assertEquals(Optional.empty(), process.leader().credentials());
      assertFalse(process.exe().isPresent());
      assertEquals(List.of(), process.vmas());
    }
  }

  @Test
  void objectsBehindTheCutAreAbsent() throws IOException {
    try (ImageReader reader = cutAt(Samples.tables().build(), "OBJECTS/0/id")) {
      Checkpoint checkpoint = reader.checkpoint();
      ProcessState process = checkpoint.processes().getFirst();
      assertEquals(12, process.vmas().size());
      process.vmas().forEach(vma -> assertFalse(vma.object().isPresent()));
      assertFalse(checkpoint.file(4).content().isPresent());
    }
  }

  @Test
  void framesBeforeTheCutAreProven() throws IOException {
    Image image = Samples.coded().build();
    try (ImageReader reader = cutAt(image, "directory/SYSTEM/type")) {
      assertEquals(129, reader.totals(1).stored());
      assertEquals((byte) 129, Images.read(reader.checkpoint(), 1, 0x10 + 128, 1)[0]);
    }
    Image pages = Samples.oneObject().build();
    int end = pages.offset("PAGES/data/0") + 4096;
    byte[] cut = Corruptions.cut(pages.bytes(), end);
    try (ImageReader reader = ImageReader.salvage(Images.write(directory, cut))) {
      Checkpoint checkpoint = reader.checkpoint();
      assertEquals(4, checkpoint.memory().pages(1).numPages());
      assertThrows(TruncatedImageException.class, () -> Images.read(checkpoint, 1, 0x10, 1));
    }
  }

  @Test
  void damageEndsTheWalk() throws IOException {
    Image image = Samples.tables().build();
    byte[] bytes = image.bytes();
    bytes[image.offset("LIMITS/0/soft")] ^= 1;
    try (ImageReader reader = ImageReader.salvage(Images.write(directory, bytes))) {
      assertEquals("TIMERS", reader.sections().getLast().name());
      assertEquals(List.of(), reader.checkpoint().processes().getFirst().limits());
    }
  }
}
