# Sourced by fuzz/run and fuzz/table: targets lists every fuzz target, one CLASS#METHOD a line.

targets() {
  awk '
    FNR == 1 { name = FILENAME; sub(/.*\//, "", name); sub(/[.]java$/, "", name) }
    /@FuzzTest/ { wanted = 1 }
    wanted && match($0, /void [a-zA-Z]+\(/) {
      print name "#" substr($0, RSTART + 5, RLENGTH - 6)
      wanted = 0
    }' fuzz/src/test/java/org/ckimg/fuzz/*FuzzTest.java
}
