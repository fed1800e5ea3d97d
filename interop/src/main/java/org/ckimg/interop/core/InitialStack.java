package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;

/**
 * Arguments and environment of a program, where the kernel has put them: at the low end of the
 * initial stack are argc, the pointers of argv and envp, each list ended by a zero word, and the
 * auxiliary vector; above lie the strings in the same order, then the name of the executable.
 *
 * <p>A program may write there. So nothing is given that is not proven: the auxiliary vector must
 * be found as the core has it, argc must count the pointers in front of it, and the strings must
 * lie end to end.
 *
 * @param arguments each ended by a zero byte
 * @param environment likewise; absent when the program has changed it
 */
record InitialStack(Bytes arguments, Optional<Bytes> environment) {
  /** The vector lies below the random bytes, with the name of the platform and padding between. */
  private static final int SEARCH_BYTES = 4096;

  /** What the kernel allows: a quarter of a stack of 24 MiB, pointers included. */
  private static final int MAX_BYTES = 6 << 20;

  private static final int WORD = Long.BYTES;

  /** Looks for it; empty when it is not there or not what it was. */
  static Optional<InitialStack> find(SegmentMemory memory, AuxVector auxv) throws IOException {
    OptionalLong random = auxv.value(AuxVector.RANDOM);
    OptionalLong name = auxv.value(AuxVector.EXECFN);
    if (random.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong vector = vector(memory, auxv, random.getAsLong());
    return vector.isEmpty()
        ? Optional.empty()
        : new Search(memory, auxv.order(), vector.getAsLong(), name.getAsLong()).find();
  }

  /** Address of the auxiliary vector. */
  private static OptionalLong vector(SegmentMemory memory, AuxVector auxv, long random)
      throws IOException {
    byte[] wanted = auxv.pairs().toArray();
    int length = wanted.length + SEARCH_BYTES;
    long start = (random & -WORD) - length;
    Optional<ByteBuffer> found =
        wanted.length == 0 ? Optional.empty() : memory.bytes(start, length);
    if (found.isPresent()) {
      for (int at = SEARCH_BYTES; at >= 0; at -= WORD) {
        byte[] there = new byte[wanted.length];
        found.get().get(at, there);
        if (Arrays.equals(there, wanted)) {
          return OptionalLong.of(start + at);
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Walks down from the vector.
   *
   * @param end where strings end: the name of the executable
   */
  private record Search(SegmentMemory memory, ByteOrder order, long vector, long end) {
    Optional<InitialStack> find() throws IOException {
      long at = vector - WORD;
      while (isWord(at, 0)) {
        at -= WORD;
      }
      long environment = firstPointer(at);
      if (at == vector - WORD || !isWord(environment - WORD, 0)) {
        return Optional.empty();
      }
      long lastArgument = environment - 2 * WORD;
      long arguments = firstPointer(lastArgument);
      long count = (lastArgument - arguments) / WORD + 1;
      if (count == 0 || !isWord(arguments - WORD, count)) {
        return Optional.empty();
      }
      boolean hasEnvironment = environment <= at;
      return strings(
          word(arguments).orElseThrow(),
          word(lastArgument).orElseThrow(),
          hasEnvironment ? word(environment).orElseThrow() : end);
    }

    /** Lowest of the pointers to strings that go down from {@code from}, which may be none. */
    private long firstPointer(long from) throws IOException {
      long at = from;
      while (isString(word(at)) && from - at < MAX_BYTES) {
        at -= WORD;
      }
      return at + WORD;
    }

    private boolean isString(OptionalLong pointer) {
      return pointer.isPresent()
          && Long.compareUnsigned(pointer.getAsLong(), vector) > 0
          && Long.compareUnsigned(pointer.getAsLong(), end) < 0;
    }

    private boolean isWord(long address, long value) throws IOException {
      OptionalLong word = word(address);
      return word.isPresent() && word.getAsLong() == value;
    }

    private OptionalLong word(long address) throws IOException {
      Optional<ByteBuffer> bytes = memory.bytes(address, WORD);
      return bytes.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(bytes.get().order(order).getLong());
    }

    private Optional<InitialStack> strings(long first, long last, long environment)
        throws IOException {
      long length = end - first;
      if (length <= 0 || length > MAX_BYTES || last < first || environment <= last) {
        return Optional.empty();
      }
      Optional<ByteBuffer> all = memory.bytes(first, (int) length);
      if (all.isEmpty()) {
        return Optional.empty();
      }
      byte[] bytes = new byte[(int) length];
      all.get().get(bytes);
      int behind = behindZero(bytes, (int) (last - first));
      if (behind < 0) {
        return Optional.empty();
      }
      boolean unchanged = behind == environment - first && bytes[bytes.length - 1] == 0;
      return Optional.of(
          new InitialStack(
              Bytes.of(bytes, 0, behind),
              unchanged
                  ? Optional.of(Bytes.of(bytes, behind, bytes.length - behind))
                  : Optional.empty()));
    }

    private static int behindZero(byte[] bytes, int from) {
      for (int at = from; at < bytes.length; at++) {
        if (bytes[at] == 0) {
          return at + 1;
        }
      }
      return -1;
    }
  }
}
