package org.ckimg.dumper;

/** Whoever waits for a dump. */
public interface DumpWatcher {
  /** Nobody is interested. */
  DumpWatcher NOBODY =
      new DumpWatcher() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void copied(long bytes) {}
      };

  /** Asked now and then; true ends the dump, and the program runs on. */
  boolean isCancelled();

  /** Told that so many more bytes of memory were read. */
  void copied(long bytes);
}
