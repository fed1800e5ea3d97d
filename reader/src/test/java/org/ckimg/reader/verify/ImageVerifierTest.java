package org.ckimg.reader.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.Images;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.RuleId;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.Signer;
import org.ckimg.testkit.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageVerifierTest {
  @TempDir Path directory;

  private Verdict verify(byte[] image) throws IOException {
    return ImageVerifier.verify(Images.write(directory, image), Depth.FULL);
  }

  private static List<RuleId> rules(Verdict verdict) {
    return verdict.findings().stream().map(Finding::rule).toList();
  }

  @Test
  void oneFaultDoesNotHideAnother() throws IOException {
    Image image = Samples.tables().build();
    image.set("PROCESSES/0/umask", 0x200);
    image.set("VMAS/1/protection", 8);
    image.set("VMAS/3/kind", 99);
    image.set("VMAS/5/object_page", 7);
    image.set("FDS/2/description", 77);
    image.set("FILES/0/content", 1);
    image.set("ORIGIN/head/reserved1", 1);
    byte[] bytes = image.bytes();
    bytes[image.offset("LIMITS/0/soft")] ^= 1;
    Verdict verdict = verify(bytes);
    assertEquals(
        List.of(
            Rule.PRC_01,
            Rule.SEC_08,
            Rule.VMA_01,
            Rule.VMA_01,
            Rule.VMA_03,
            Rule.FDS_02,
            Rule.FIL_03,
            Rule.SEC_06),
        rules(verdict));
    assertEquals(image.offset("VMAS/3/kind"), verdict.findings().get(3).offset());
    assertTrue(verdict.complete());
    assertEquals(Optional.of(Digest.of(image.identity())), verdict.identity());
  }

  @Test
  void brokenHeadDoesNotHideWhatFollows() throws IOException {
    Image image = Samples.process().build();
    image.set("PAGES/head/magic", 0);
    image.set("PAGES#3/frame/0/crc", 1);
    image.set("LOCKS/0/mode", 9);
    assertEquals(List.of(Rule.LCK_01, Rule.SEC_02, Rule.PAG_09), rules(verify(image.bytes())));
  }

  @Test
  void withoutDirectoryTheHeadsAreWalked() throws IOException {
    Image image = Samples.process().build();
    image.set("DIRECTORY/head/magic", 0);
    image.set("PAGES#3/frame/0/crc", 1);
    image.set("LOCKS/0/mode", 9);
    Verdict verdict = verify(image.bytes());
    assertEquals(List.of(Rule.LCK_01, Rule.PAG_09, Rule.SEC_02), rules(verdict));
    assertEquals(Optional.empty(), verdict.identity());
  }

  @Test
  void brokenHeaderFieldDoesNotHideTheRest() throws IOException {
    Image image = Samples.tables().build();
    image.set("header/system", 9);
    image.set("LOCKS/0/mode", 9);
    assertEquals(List.of(Rule.HDR_05, Rule.LCK_01), rules(verify(image.bytes())));
  }

  @Test
  void metadataDoesNotReadPages() throws IOException {
    Image image = Samples.oneObject().build();
    image.set("PAGES/data/0", 7);
    byte[] bytes = image.bytes();
    bytes[image.offset("PAGES/data/0") + 10] ^= 1;
    Path file = Images.write(directory, bytes);
    assertTrue(ImageVerifier.verify(file, Depth.METADATA).sound());
    assertFalse(ImageVerifier.verify(file, Depth.FULL).sound());
  }

  @Test
  void signatureIsTold() throws IOException {
    Bytes key = Bytes.of(new Signer().publicKey());
    Image image = Samples.signed().build();
    Optional<Bytes> signer = Optional.of(key);
    assertEquals(new SignatureState(true, true, signer), verify(image.bytes()).signature());
    image.set("footer/signature", 1);
    Verdict forged = verify(image.bytes());
    assertEquals(new SignatureState(true, false, signer), forged.signature());
    assertEquals(List.of(Rule.FTR_09), rules(forged));
    assertEquals(SignatureState.NONE, verify(Samples.minimal().build().bytes()).signature());
  }

  @Test
  void findingsAreBounded() throws IOException {
    ImageBuilder image = Samples.minimal();
    image.table(Table.PROCESSES).add("pid", 1, "state", 4);
    for (int i = 0; i < 3000; i++) {
      image.table(Table.LIMITS).add("process", 0, "resource", 40);
    }
    Verdict verdict = verify(image.build().bytes());
    assertEquals(1001, verdict.findings().size());
    assertTrue(verdict.findings().getLast().text().endsWith("(and 1999 more places)"));
  }
}
