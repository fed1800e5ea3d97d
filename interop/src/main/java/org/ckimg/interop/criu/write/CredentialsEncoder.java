package org.ckimg.interop.criu.write;

import java.util.List;
import org.ckimg.interop.criu.proto.CredsEntry;
import org.ckimg.spec.model.Credentials;

/** Ids and rights of a thread. */
final class CredentialsEncoder {
  private CredentialsEncoder() {}

  /** Of credentials with capabilities and securebits. */
  static CredsEntry encode(Credentials credentials) {
    Credentials.Ids ids = credentials.ids();
    Credentials.Capabilities caps = credentials.capabilities().orElseThrow();
    boolean noNewPrivs =
        credentials.privileges().map(Credentials.Privileges::noNewPrivs).orElse(false);
    CredsEntry.Builder entry =
        CredsEntry.newBuilder()
            .setUid(ids.uid())
            .setGid(ids.gid())
            .setEuid(ids.euid())
            .setEgid(ids.egid())
            .setSuid(ids.suid())
            .setSgid(ids.sgid())
            .setFsuid(ids.fsuid())
            .setFsgid(ids.fsgid())
            .addAllCapInh(words(caps.inheritable()))
            .addAllCapPrm(words(caps.permitted()))
            .addAllCapEff(words(caps.effective()))
            .addAllCapBnd(words(caps.bounding()))
            .addAllCapAmb(words(caps.ambient()))
            .setSecbits(credentials.securebits().orElseThrow())
            .addAllGroups(credentials.groups());
    return noNewPrivs ? entry.setNoNewPrivs(1).build() : entry.build();
  }

  /** The low word first. */
  private static List<Integer> words(long set) {
    return List.of((int) set, (int) (set >>> Integer.SIZE));
  }
}
