package org.ckimg.reader.internal.table;

import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;

final class CredentialsVerifier extends Verifier<CkimgImage.Credentials> {
  private static final int ID_BYTES = 4;
  private static final int GROUPS_AT = 40;
  private static final int GROUPS_END = 48;

  private final Set<Digest> sets = new HashSet<>();

  CredentialsVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Credentials> row) throws ImageException {
    CkimgImage.Credentials r = row.value();
    numbered(row, SectionType.CREDENTIALS, Rule.CRD_02, r.id());
    zeroUnless(
        row,
        has(r, Presence.Credentials.CAPABILITIES),
        "cap_effective to cap_ambient",
        r.capEffective(),
        r.capPermitted(),
        r.capInheritable(),
        r.capBounding(),
        r.capAmbient());
    zeroUnless(row, has(r, Presence.Credentials.SECUREBITS), "securebits", r.securebits());
    zeroUnless(
        row,
        has(r, Presence.Credentials.NO_NEW_PRIVS_AND_SECCOMP),
        "no_new_privs, seccomp_mode",
        r.noNewPrivs(),
        r.seccompMode());
    Bytes groups = row.bytes(r.groups());
    checkGroups(row, groups);
    if (!sets.add(content(row, groups))) {
      broken(row, Rule.CRD_02, "set %d equals one before it", r.id());
    }
  }

  private static boolean has(CkimgImage.Credentials r, int bit) {
    return (r.present() & bit) != 0;
  }

  private void checkGroups(Row<CkimgImage.Credentials> row, Bytes groups) throws ImageException {
    if (groups.length() % Integer.BYTES != 0) {
      broken(row, Rule.CRD_03, "groups has %d bytes", groups.length());
      return;
    }
    for (int i = Integer.BYTES; i < groups.length(); i += Integer.BYTES) {
      int before = CredentialsDecoder.group(groups, i - Integer.BYTES);
      if (Integer.compareUnsigned(before, CredentialsDecoder.group(groups, i)) > 0) {
        broken(row, Rule.CRD_03, "group %d is less than the one before", i / Integer.BYTES);
        return;
      }
    }
  }

  /** Everything but the id and the place of the groups. */
  private static Digest content(Row<CkimgImage.Credentials> row, Bytes groups) {
    MessageDigest digest = Hashes.sha256();
    digest.update(row.record(ID_BYTES, GROUPS_AT - ID_BYTES).toArray());
    int size = SectionType.CREDENTIALS.recordBytes();
    digest.update(row.record(GROUPS_END, size - GROUPS_END).toArray());
    digest.update(groups.toArray());
    return Digest.of(digest.digest());
  }
}
