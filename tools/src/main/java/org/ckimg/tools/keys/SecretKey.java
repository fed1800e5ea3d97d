package org.ckimg.tools.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.ckimg.spec.model.Bytes;
import org.ckimg.writer.ImageSigner;

/** A private Ed25519 key in a file: PEM of a PKCS #8 structure (RFC 8410, section 7). */
public final class SecretKey implements ImageSigner {
  static final String LABEL = "PRIVATE KEY";
  static final String ALGORITHM = "Ed25519";
  private static final Set<StandardOpenOption> NEW_FILE =
      EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private final PrivateKey secret;
  private final Bytes publicKey;

  private SecretKey(KeyPair keys) {
    this.secret = keys.getPrivate();
    this.publicKey = TrustedKey.raw(keys.getPublic());
  }

  /**
   * Makes a key: the private one in {@code file}, mode 0600, and the public one in {@code
   * publicFile}. When this fails there is neither.
   *
   * @throws java.nio.file.FileAlreadyExistsException when one of them is there
   */
  public static SecretKey generate(Path file, Path publicFile) throws IOException {
    KeyPair keys = keys(new SecureRandom());
    write(file, new Pem(LABEL, Bytes.of(keys.getPrivate().getEncoded())), "rw-------");
    try {
      Pem open = new Pem(TrustedKey.LABEL, Bytes.of(keys.getPublic().getEncoded()));
      write(publicFile, open, "rw-r--r--");
    } catch (IOException e) {
      Files.delete(file);
      throw e;
    }
    return new SecretKey(keys);
  }

  private static void write(Path file, Pem pem, String mode) throws IOException {
    FileAttribute<?> permissions =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    try (FileChannel channel = FileChannel.open(file, NEW_FILE, permissions)) {
      channel.write(ByteBuffer.wrap(pem.text().getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
  }

  /**
   * Reads one, as {@code openssl genpkey -algorithm ed25519} writes it.
   *
   * @throws KeyException when the file holds something else, or others may read or write it
   */
  public static SecretKey read(Path file) throws IOException {
    return of(file, Pem.read(file));
  }

  static SecretKey of(Path file, Pem pem) throws IOException {
    if (pem.label().equals(TrustedKey.LABEL)) {
      throw new KeyException(file, "is a public key; the private one is needed here");
    }
    if (!pem.label().equals(LABEL)) {
      throw new KeyException(
          file, "holds a %s; a %s without a password is needed".formatted(pem.label(), LABEL));
    }
    requirePrivate(file);
    try {
      PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pem.content().toArray());
      return new SecretKey(whole(KeyFactory.getInstance(ALGORITHM).generatePrivate(spec)));
    } catch (GeneralSecurityException e) {
      throw new KeyException(file, "holds no Ed25519 key");
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
    open.retainAll(OF_OTHERS);
    if (!open.isEmpty()) {
      throw new KeyException(file, "is a private key that others may use; chmod 600 helps");
    }
  }

  /**
   * A key pair of its private half. The platform has no call for that: its generator takes the
   * private key from the source of randomness as it comes, which is verified here.
   */
  private static KeyPair whole(PrivateKey secret) {
    byte[] seed = ((EdECPrivateKey) secret).getBytes().orElseThrow();
    KeyPair keys = keys(new Fixed(seed));
    byte[] taken = ((EdECPrivateKey) keys.getPrivate()).getBytes().orElseThrow();
    if (!Arrays.equals(seed, taken)) {
      throw new AssertionError("the key generator does not take its seed as the key");
    }
    return keys;
  }

  private static KeyPair keys(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Bytes publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives what it was made with. */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] given;

    Fixed(byte[] given) {
      this.given = given.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(given, 0, bytes, 0, bytes.length);
    }
  }
}
