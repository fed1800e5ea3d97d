package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.testkit.Signer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signature of FORMAT.md, section 9, with the first key of RFC 8032, section 7.1. */
class SignatureTest {
  private static final byte[] SEED =
      HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  private static final byte[] KEY =
      HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  private static final WriterSettings SIGNED =
      Samples.ONE.signedBy(Optional.of(signer(Bytes.of(KEY))));

  @TempDir Path folder;

  private static ImageSigner signer(Bytes key) {
    return new ImageSigner() {
      @Override
      public Bytes publicKey() {
        return key;
      }

      @Override
      public byte[] sign(byte[] message) {
        try {
          EdECPrivateKeySpec spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, SEED);
          PrivateKey secret = KeyFactory.getInstance("Ed25519").generatePrivate(spec);
          Signature signature = Signature.getInstance("Ed25519");
          signature.initSign(secret);
          signature.update(message);
          return signature.sign();
        } catch (GeneralSecurityException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private static byte[] footer(byte[] image, int from, int to) {
    int start = image.length - 256;
    return Arrays.copyOfRange(image, start + from, start + to);
  }

  @Test
  void theSlotHoldsAlgorithmKeyAndSignatureOfTheRoot() throws Exception {
    byte[] image = Samples.write(Samples.full(), SIGNED);
    RawImage raw = new RawImage(image);
    assertArrayEquals(new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, footer(image, 64, 72));
    assertArrayEquals(KEY, footer(image, 72, 104));
    assertArrayEquals(new Signer().sign(raw.root), footer(image, 104, 168));
  }

  @Test
  void onlyTheSlotAndTheChecksumOfTheFooterDiffer() throws Exception {
    byte[] plain = Samples.write(Samples.full());
    byte[] signed = Samples.write(Samples.full(), SIGNED);
    int start = plain.length - 256;
    System.arraycopy(signed, start + 64, plain, start + 64, 104);
    System.arraycopy(signed, start + 240, plain, start + 240, 4);
    assertArrayEquals(plain, signed);
  }

  @Test
  void signingLaterGivesTheSameBytes() throws Exception {
    byte[] signed = Samples.write(Samples.full(), SIGNED);
    assertArrayEquals(signed, signedLater(Samples.write(Samples.full())));
    assertArrayEquals(signed, signedLater(signed));
  }

  @Test
  void onlyTheVerifiedIdentityIsSigned() throws Exception {
    byte[] image = Samples.write(Samples.full());
    image[image.length - 256 + 32] ^= 1;
    byte[] root = Samples.write(Samples.full());
    Digest verified = Digest.of(footer(root, 32, 64));
    assertThrows(IOException.class, () -> signedLater(image, verified));
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    WriterSettings settings = Samples.ONE.signedBy(Optional.of(signer(Bytes.EMPTY)));
    assertEquals(
        "a key of 0 and a signature of 64 bytes, not 32 and 64",
        assertThrows(IllegalArgumentException.class, () -> Samples.write(Samples.empty(), settings))
            .getMessage());
  }

  private byte[] signedLater(byte[] image) throws Exception {
    return signedLater(image, Digest.of(footer(image, 32, 64)));
  }

  private byte[] signedLater(byte[] image, Digest identity) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FileChannel file = FileChannel.open(Files.write(folder.resolve("image"), image))) {
      SignedCopy.write(file, identity, Channels.newChannel(out), signer(Bytes.of(KEY)));
    }
    return out.toByteArray();
  }
}
