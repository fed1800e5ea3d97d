package org.ckimg.interop.criu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.CredsEntry;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Credentials;

/** Ids and rights of a thread. */
final class CredentialsDecoder {
  private static final int MAX_WORDS = 2;

  private CredentialsDecoder() {}

  /**
   * Credentials of a thread.
   *
   * @param seccompKnown true when the set has a table of filters
   */
  static Credentials decode(Entry<ThreadCore> core, boolean seccompKnown)
      throws MalformedImageException {
    CredsEntry creds = core.message().getCreds();
    return new Credentials(
        new Credentials.Ids(
            creds.getUid(),
            creds.getEuid(),
            creds.getSuid(),
            creds.getFsuid(),
            creds.getGid(),
            creds.getEgid(),
            creds.getSgid(),
            creds.getFsgid()),
        creds.getGroupsList().stream().sorted(Integer::compareUnsigned).distinct().toList(),
        Optional.of(
            new Credentials.Capabilities(
                capabilities(core, creds.getCapEffList()),
                capabilities(core, creds.getCapPrmList()),
                capabilities(core, creds.getCapInhList()),
                capabilities(core, creds.getCapBndList()),
                capabilities(core, creds.getCapAmbList()))),
        creds.hasSecbits() ? OptionalInt.of(creds.getSecbits()) : OptionalInt.empty(),
        privileges(core.message(), seccompKnown));
  }

  /** A set that has a table of filters leaves out what is not set. */
  private static Optional<Credentials.Privileges> privileges(ThreadCore core, boolean allKnown) {
    return allKnown || core.hasSeccompMode()
        ? Optional.of(
            new Credentials.Privileges(core.getCreds().getNoNewPrivs() != 0, core.getSeccompMode()))
        : Optional.empty();
  }

  private static long capabilities(Entry<?> core, List<Integer> words)
      throws MalformedImageException {
    core.check(words.size() <= MAX_WORDS, words.size() + " words of capabilities");
    long set = 0;
    for (int i = 0; i < words.size(); i++) {
      set |= Integer.toUnsignedLong(words.get(i)) << i * Integer.SIZE;
    }
    return set;
  }
}
