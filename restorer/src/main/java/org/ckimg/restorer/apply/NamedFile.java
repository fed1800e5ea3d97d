package org.ckimg.restorer.apply;

import java.security.SecureRandom;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;

/**
 * A name in a folder, which others may give to another file at any time. No call acts on a file
 * only if it is a certain one: so a file is moved to a name that nobody can guess, and looked at
 * there.
 *
 * @param folder an open one
 * @param name in it
 */
record NamedFile(int folder, Bytes name) {
  private static final String ASIDE = ".ckimg-replaced-";

  /** Another name beside it, to move it to. */
  NamedFile aside() {
    String random = Long.toHexString(new SecureRandom().nextLong());
    return new NamedFile(folder, name.plus(Bytes.utf8(ASIDE + random)));
  }

  /** What has the name now. */
  Optional<FileStatus> status() throws SyscallException {
    try {
      return Optional.of(FileCalls.statusIn(folder, name.toArray()));
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** True when this very file has the name. */
  boolean is(FileStatus file) throws SyscallException {
    return status().filter(file::isSameFile).isPresent();
  }

  /** Gives its file another name, unless something has that. */
  void moveTo(NamedFile other) throws SyscallException {
    FileCalls.rename(folder, name.toArray(), other.name.toArray());
  }

  /** Removes this very file; another one keeps the name. */
  void remove(FileStatus file) throws SyscallException {
    if (!is(file)) {
      return;
    }
    NamedFile aside = aside();
    moveTo(aside);
    if (aside.is(file)) {
      FileCalls.unlink(folder, aside.name.toArray());
    } else {
      aside.moveTo(this);
    }
  }
}
