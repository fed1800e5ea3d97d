/** Reads checkpoint images: a file to a {@code Checkpoint}, and the answer whether it is sound. */
module org.ckimg.reader {
  requires transitive org.ckimg.spec;
  requires aircompressor.v3;

  exports org.ckimg.reader;
  exports org.ckimg.reader.verify;
}
