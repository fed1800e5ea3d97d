package org.ckimg.reader.internal.table;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;

final class CredentialsDecoder {
  private CredentialsDecoder() {}

  static Credentials decode(Row<CkimgImage.Credentials> row) {
    CkimgImage.Credentials r = row.value();
    Optionals p = new Optionals(r.present());
    return new Credentials(
        ids(r),
        groups(row.bytes(r.groups())),
        p.value(Presence.Credentials.CAPABILITIES, () -> capabilities(r)),
        p.number(Presence.Credentials.SECUREBITS, r.securebits()),
        p.value(
            Presence.Credentials.NO_NEW_PRIVS_AND_SECCOMP,
            () -> new Credentials.Privileges(r.noNewPrivs() != 0, r.seccompMode())));
  }

  private static Credentials.Ids ids(CkimgImage.Credentials r) {
    return new Credentials.Ids(
        (int) r.uid(),
        (int) r.euid(),
        (int) r.suid(),
        (int) r.fsuid(),
        (int) r.gid(),
        (int) r.egid(),
        (int) r.sgid(),
        (int) r.fsgid());
  }

  private static Credentials.Capabilities capabilities(CkimgImage.Credentials r) {
    return new Credentials.Capabilities(
        r.capEffective(), r.capPermitted(), r.capInheritable(), r.capBounding(), r.capAmbient());
  }

  private static List<Integer> groups(Bytes bytes) {
    List<Integer> groups = new ArrayList<>();
    for (int i = 0; i < bytes.length(); i += Integer.BYTES) {
      groups.add(group(bytes, i));
    }
    return groups;
  }

  /** The group at byte {@code at}, little-endian. */
  static int group(Bytes bytes, int at) {
    int group = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      group = group << Byte.SIZE | bytes.at(at + i) & 0xff;
    }
    return group;
  }
}
