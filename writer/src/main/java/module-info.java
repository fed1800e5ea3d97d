/** Checkpoint to image file: streaming, parallel, canonical. */
module org.ckimg.writer {
  requires transitive org.ckimg.spec;
  requires aircompressor.v3;

  exports org.ckimg.writer;
}
