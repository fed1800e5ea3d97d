/** Checkpoint to image file: streaming, parallel, canonical. */
module org.ckimg.writer {
  requires transitive org.ckimg.spec;

  exports org.ckimg.writer;
}
