package org.ckimg.tools.diff;

import org.ckimg.spec.model.Credentials;

/** Ids and rights. */
final class CredentialFacts {
  private CredentialFacts() {}

  static Facts of(Credentials credentials) {
    Facts facts = new Facts();
    Credentials.Ids ids = credentials.ids();
    id(facts, "uid", ids.uid());
    id(facts, "euid", ids.euid());
    id(facts, "suid", ids.suid());
    id(facts, "fsuid", ids.fsuid());
    id(facts, "gid", ids.gid());
    id(facts, "egid", ids.egid());
    id(facts, "sgid", ids.sgid());
    id(facts, "fsgid", ids.fsgid());
    facts.put("groups", credentials.groups());
    credentials
        .capabilities()
        .ifPresent(sets -> {
          set(facts, "capEffective", sets.effective());
          set(facts, "capPermitted", sets.permitted());
          set(facts, "capInheritable", sets.inheritable());
          set(facts, "capBounding", sets.bounding());
          set(facts, "capAmbient", sets.ambient());
        });
    facts.put("securebits", credentials.securebits(), "0x%x"::formatted);
    credentials
        .privileges()
        .ifPresent(given -> {
          facts.put("noNewPrivs", given.noNewPrivs());
          facts.put("seccompMode", given.seccompMode());
        });
    return facts;
  }

  private static void id(Facts facts, String name, int id) {
    facts.put(name, Integer.toUnsignedString(id));
  }

  private static void set(Facts facts, String name, long bits) {
    facts.put(name, "0x" + Long.toHexString(bits));
  }
}
