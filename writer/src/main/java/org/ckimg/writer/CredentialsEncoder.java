package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;

/** CREDENTIALS: each different set once, in the order of the first thread that has it. */
final class CredentialsEncoder implements TableEncoder {
  private static final Credentials.Capabilities NO_CAPABILITIES =
      new Credentials.Capabilities(0, 0, 0, 0, 0);
  private static final Credentials.Privileges NO_PRIVILEGES = new Credentials.Privileges(false, 0);

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    for (Credentials credentials : context.credentialIds().keySet()) {
      int id = table.total() + 1;
      Bits present =
          new Bits()
              .set(credentials.capabilities(), Presence.Credentials.CAPABILITIES)
              .set(credentials.securebits(), Presence.Credentials.SECUREBITS)
              .set(credentials.privileges(), Presence.Credentials.NO_NEW_PRIVS_AND_SECCOMP);
      table
          .begin("credentials " + id)
          .require(isAscending(credentials.groups()), Rule.CRD_03, "groups are not ascending")
          .u4("id", id, 1, ProcessEncoder.MAX_ID)
          .u4(present.value());
      ids(table, credentials.ids());
      rights(table.blob(groups(credentials.groups())), credentials);
      table.end();
    }
  }

  private static void ids(TableWriter table, Credentials.Ids ids) {
    table
        .u4(ids.uid())
        .u4(ids.euid())
        .u4(ids.suid())
        .u4(ids.fsuid())
        .u4(ids.gid())
        .u4(ids.egid())
        .u4(ids.sgid())
        .u4(ids.fsgid());
  }

  private static void rights(TableWriter table, Credentials credentials) {
    Credentials.Capabilities capabilities = credentials.capabilities().orElse(NO_CAPABILITIES);
    Credentials.Privileges privileges = credentials.privileges().orElse(NO_PRIVILEGES);
    table
        .u8(capabilities.effective())
        .u8(capabilities.permitted())
        .u8(capabilities.inheritable())
        .u8(capabilities.bounding())
        .u8(capabilities.ambient())
        .u4(credentials.securebits())
        .u1("no_new_privs", privileges.noNewPrivs() ? 1 : 0, 0, 1)
        .u1("seccomp_mode", privileges.seccompMode(), 0, 2);
  }

  /** The kernel keeps a group that was given twice, so equal neighbours are allowed. */
  private static boolean isAscending(List<Integer> groups) {
    for (int i = 1; i < groups.size(); i++) {
      if (Integer.compareUnsigned(groups.get(i - 1), groups.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Bytes groups(List<Integer> groups) {
    ByteBuffer bytes =
        ByteBuffer.allocate(groups.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    groups.forEach(bytes::putInt);
    return Bytes.of(bytes.array());
  }
}
