package org.ckimg.interop.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.Container;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.ForeignImages;
import org.ckimg.interop.criu.Sample;
import org.ckimg.testkit.archive.ContainerArchives;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives of all engines, however they are packed, are what is in their folder, and more. */
class ArchiveTest {
  private static final Map<String, UnaryOperator<Map<String, byte[]>>> ENGINES =
      Map.of(
          "podman", ContainerArchives::podman,
          "cri-o", ContainerArchives::crio,
          "containerd", ContainerArchives::containerd);

  @TempDir private Path folder;

  static Stream<Arguments> archives() {
    return ENGINES.keySet().stream()
        .flatMap(engine -> Stream.of(Packing.values()).map(p -> Arguments.of(engine, p)));
  }

  @ParameterizedTest
  @MethodSource("archives")
  void anArchiveIsItsFolder(String engine, Packing packing) throws IOException {
    Map<String, byte[]> images = Archives.images("s11_tree");
    byte[] archive = packing.pack(ContainerArchives.tar(ENGINES.get(engine).apply(images)));
    try (ForeignImage opened = Archives.open(archive);
        ForeignImage plain = sample("s11_tree")) {
      Archives.assertSame(plain.checkpoint(), opened.checkpoint());
      assertEquals("criu", opened.format());
      assertEquals(archive.length, opened.lengthBytes());
      assertTrue(opened.complete());
      assertEquals(List.of(), opened.findings());
      assertEquals(plain.warnings(), opened.warnings());
      assertEquals(plain.annexes(), opened.annexes().subList(0, plain.annexes().size()));
      assertEquals(Optional.of(container(engine)), opened.container());
    }
  }

  private ForeignImage sample(String name) throws IOException {
    Path images = Files.createDirectory(folder.resolve(name));
    for (Map.Entry<String, byte[]> file : Archives.images(name).entrySet()) {
      Files.write(images.resolve(file.getKey()), file.getValue());
    }
    return ForeignImages.open(name, images).orElseThrow();
  }

  private static Container container(String engine) {
    boolean podman = engine.equals("podman");
    return new Container(
        Optional.of(engine.equals("cri-o") ? "k8s_web_pod_default_0" : "web"),
        Optional.of(ContainerArchives.ID),
        Optional.of(podman ? "localhost/web:1" : "docker.io/library/web:1"),
        Optional.of(engine),
        Optional.of(podman ? "2026-11-22T09:44:54.824434251Z" : "2026-11-22T09:44:54Z"),
        Optional.of(engine.equals("cri-o") ? "2026-11-22T09:50:00.500Z" : "2026-11-22T09:50:00Z"));
  }

  @Test
  void whatPodmanSaysIsInTables() throws IOException {
    try (ForeignImage image = Archives.open(Archives.podman())) {
      assertEquals(
          "[{host-name=web-1, user=101, group=102, directory=/srv, command=/usr/bin/serve --port 80,"
              + " root=/var/lib/rootfs, root-read-only=true, runtime=crun, image-id=e8c39d99}]",
          Annexes.rows(image, "container").toString());
      assertEquals(
          "[{at=/proc, type=proc, source=proc, options=nosuid noexec},"
              + " {at=/data, type=bind, source=/srv/volumes/data, options=rbind rw}]",
          Annexes.rows(image, "container-mounts").toString());
      assertEquals(
          "[{network=podman, interface=eth0, mac=52:54:00:12:34:56, address=10.88.0.7/16,"
              + " gateway=10.88.0.1, address-1=fd00::7/64}]",
          Annexes.rows(image, "network").toString());
      assertEquals(
          "[{change=written, path=/tmp, kind=directory, mode=0755, uid=1000, gid=1001},"
              + " {change=written, path=/tmp/new, kind=file, bytes=5, mode=0644, uid=1000, gid=1001},"
              + " {change=written, path=/tmp/latest, kind=symbolic link, mode=0644, uid=1000,"
              + " gid=1001, target=/tmp/new},"
              + " {change=deleted, path=/etc/motd}, {change=deleted, path=/var/cache/old}]",
          Annexes.rows(image, "root-changes").toString());
      assertEquals(2, Annexes.rows(image, "shm-files").size());
      assertEquals(
          "[{file=ctr.log, line=first line}, {file=ctr.log, line=second line}]",
          Annexes.rows(image, "logs").toString());
      assertEquals(
          "[{name=io.container.manager, value=libpod}]",
          Annexes.rows(image, "container-annotations").toString());
    }
  }

  @Test
  void whatOtherEnginesSayIsInTables() throws IOException {
    byte[] crio = ContainerArchives.tar(ContainerArchives.crio(Archives.images("s03_pipe")));
    try (ForeignImage image = Archives.open(crio)) {
      assertEquals(
          "[{at=/run/secrets, source=/var/run/secrets, kind=directory, permissions=420}]",
          Annexes.rows(image, "container-binds").toString());
      assertEquals(
          "[dump.log, dump.log, web_0.log]",
          Annexes.rows(image, "logs").stream().map(row -> row.get("file")).toList().toString());
    }
    byte[] other = ContainerArchives.tar(ContainerArchives.containerd(Archives.images("s03_pipe")));
    try (ForeignImage image = Archives.open(other)) {
      assertEquals(
          "[{file=status.dump, name=CreatedAt, value=1763804694},"
              + " {file=status.dump, name=Resources.linux.cpu, value=2},"
              + " {file=status, name=Pid, value=4711}, {file=status, name=Unknown, value=false}]",
          Annexes.rows(image, "container-status").toString());
      assertEquals(3, Annexes.rows(image, "root-changes").size());
    }
  }

  @Test
  void anArchiveThatPodmanMadeIsItsImages() throws IOException {
    byte[] archive;
    try (InputStream in = ArchiveTest.class.getResourceAsStream("/archive/podman.tar.gz")) {
      archive = in.readAllBytes();
    }
    try (ForeignImage image = Archives.open(archive);
        ForeignImage plain = sample("s12_podman")) {
      assertEquals(plain.checkpoint().processes(), image.checkpoint().processes());
      assertEquals(plain.warnings(), image.warnings());
      assertEquals(
          Optional.of(
              new Container(
                  Optional.of("c1"),
                  Optional.of("a0d4ac3e036ecb5b72e3976f88d3f1a0616169681acf070a2067b4358bd8e617"),
                  Optional.of("localhost/bb:1"),
                  Optional.of("podman"),
                  Optional.of("2026-11-22T09:44:54.824434251Z"),
                  Optional.empty())),
          image.container());
      // What CRIU counted lies beside its images.
      assertEquals("48", Annexes.rows(image, "statistics").getFirst().get("pages-scanned"));
      assertEquals(List.of(), Annexes.rows(image, "archive-files"));
      assertEquals(
          "[{change=written, path=/tmp/n, kind=file, bytes=2, mode=0644, uid=0, gid=0}]",
          Annexes.rows(image, "root-changes").toString());
    }
  }

  @Test
  void anUnpackedArchiveIsTheSame() throws IOException {
    Map<String, byte[]> files = ContainerArchives.podman(Archives.images("s03_pipe"));
    files.put("unknown.bin", new byte[7]);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    try (ForeignImage unpacked = ForeignImages.open("unpacked", folder).orElseThrow();
        ForeignImage packed = Archives.open(ContainerArchives.tar(files))) {
      Archives.assertSame(packed.checkpoint(), unpacked.checkpoint());
      assertEquals(packed.container(), unpacked.container());
      assertEquals(packed.annexes(), unpacked.annexes());
    }
  }

  @Test
  void imagesAloneMayLieAnywhere() throws IOException {
    Map<String, byte[]> images = Archives.images("s03_pipe");
    for (String place : List.of("", "img/", "./a/b/")) {
      TarBuilder tar = new TarBuilder();
      images.forEach((name, bytes) -> tar.file(place + name, bytes));
      try (ForeignImage image = Archives.open(Packing.GZIP.pack(tar.build()))) {
        assertEquals(3, image.checkpoint().processes().size());
        assertEquals(Optional.empty(), image.container());
      }
    }
  }

  @Test
  void aParentInTheArchiveIsFollowed() throws IOException {
    Map<String, byte[]> child = new HashMap<>(Sample.of("pair").images("B"));
    TarBuilder tar = new TarBuilder();
    child.forEach((name, bytes) -> tar.file("checkpoint/" + name, bytes));
    tar.link("checkpoint/parent", "../pre-checkpoint");
    Sample.of("pair")
        .images("A")
        .forEach((name, bytes) -> tar.file("pre-checkpoint/" + name, bytes));
    try (ForeignImage image = Archives.open(tar.build())) {
      assertEquals(List.of(), image.findings());
      assertTrue(image.complete());
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void anOciLayoutLeadsToItsLayer(Packing packing) throws IOException {
    byte[] layer = packing.pack(Archives.podman());
    Map<String, byte[]> files =
        ContainerArchives.layout(layer, "application/vnd.oci.image.layer.v1.tar");
    byte[] tar = ContainerArchives.tar(files);
    for (byte[] archive : List.of(tar, Packing.GZIP.pack(tar))) {
      try (ForeignImage image = Archives.open(archive);
          ForeignImage plain = Archives.open(Archives.podman())) {
        Archives.assertSame(plain.checkpoint(), image.checkpoint());
        assertEquals(plain.container(), image.container());
        assertEquals(archive.length, image.lengthBytes());
        assertEquals(
            "[{name=org.opencontainers.image.ref.name, value=latest},"
                + " {name=org.criu.checkpoint.container.name, value=web},"
                + " {name=org.criu.checkpoint.engine.name, value=podman}]",
            Annexes.rows(image, "oci-annotations").toString());
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    try (ForeignImage image = ForeignImages.open("layout", folder).orElseThrow()) {
      assertEquals(Optional.of("web"), image.container().orElseThrow().name());
      assertEquals(layer.length, image.lengthBytes());
    }
  }
}
