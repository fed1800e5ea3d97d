/** A live process → Checkpoint → image. */
module org.ckimg.dumper {
  requires transitive org.ckimg.linux;
  requires transitive org.ckimg.writer;

  exports org.ckimg.dumper;
}
