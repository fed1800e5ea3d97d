# Sourced by ./ckimg and ./verify: sets JDK25 to the home of a JDK 25, or to nothing.

is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

find_jdk25() {
  local home on_path
  on_path=$(command -v javac || true)
  for home in "${JAVA_HOME:-}" "${JDK25_HOME:-}" "${on_path:+$(readlink -f "$on_path" | sed 's,/bin/javac$,,')}" \
    /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if [ -n "$home" ] && is_jdk25 "$home"; then
      JDK25=$home
      return 0
    fi
  done
  JDK25=
  echo "$(basename "$0"): no JDK 25 found. Install one (for example Eclipse Temurin 25) below /usr/lib/jvm, or set JDK25_HOME to it." >&2
  return 1
}
