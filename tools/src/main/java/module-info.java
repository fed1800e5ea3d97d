/** The ckimg command line. */
module org.ckimg.tools {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.toml;
  requires info.picocli;
  requires org.ckimg.dumper;
  requires org.ckimg.interop;
  requires org.ckimg.linux;
  requires org.ckimg.reader;
  requires org.ckimg.restorer;

  opens org.ckimg.tools to
      info.picocli;
  opens org.ckimg.tools.cli to
      info.picocli;
  opens org.ckimg.tools.policy to
      info.picocli;
}
