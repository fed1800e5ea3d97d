package org.ckimg.testkit.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that engines put into an archive beside CRIU's images, in the order in which they pack
 * them. The values are invented; the fields are theirs.
 */
public final class ContainerArchives {
  /** Id of all containers here. */
  public static final String ID =
      "5f3a9c17d2e84b60a1c9f7e0432b8d6c5f3a9c17d2e84b60a1c9f7e0432b8d6c";

  private static final String SPEC =
      """
      {"ociVersion":"1.2.0","process":{"user":{"uid":101,"gid":102},"args":["/usr/bin/serve","--port","80"],
       "env":["PATH=/bin"],"cwd":"/srv"},"root":{"path":"/var/lib/rootfs","readonly":true},"hostname":"web-1",
       "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec"]},
        {"destination":"/data","type":"bind","source":"/srv/volumes/data","options":["rbind","rw"]}],
       "annotations":{%s}}
      """;

  private ContainerArchives() {}

  /** As {@code podman container checkpoint --export} makes it. */
  public static Map<String, byte[]> podman(Map<String, byte[]> images) {
    Map<String, byte[]> files = images(images);
    put(
        files,
        "config.dump",
        """
        {"id":"%s","name":"web","rootfsImageID":"e8c39d99","rootfsImageName":"localhost/web:1",
         "createdTime":"2026-11-22T10:44:54.824434251+01:00","checkpointedTime":"2026-11-22T09:50:00Z",
         "restoredTime":"0001-01-01T00:00:00Z","runtime":"crun"}
        """
            .formatted(ID));
    put(files, "spec.dump", SPEC.formatted("\"io.container.manager\":\"libpod\""));
    put(
        files,
        "network.status",
        """
        {"podman":{"interfaces":{"eth0":{"subnets":[{"ipnet":"10.88.0.7/16","gateway":"10.88.0.1"},
         {"ipnet":"fd00::7/64"}],"mac_address":"52:54:00:12:34:56"}}}}
        """);
    files.put("rootfs-diff.tar", rootChanges());
    put(files, "deleted.files", "[\"/etc/motd\",\"/var/cache/old\"]");
    files.put(
        "devshm-checkpoint.tar",
        new TarBuilder().folder(".").file("./sem.lock", new byte[32]).build());
    put(files, "ctr.log", "first line\nsecond line\n");
    return files;
  }

  /** As CRI-O makes it for Kubernetes. */
  public static Map<String, byte[]> crio(Map<String, byte[]> images) {
    Map<String, byte[]> files = images(images);
    put(
        files,
        "config.dump",
        """
        {"id":"%s","name":"k8s_web_pod_default_0","rootfsImageRef":"sha256:77af","rootfsImageName":"docker.io/library/web:1",
         "runtime":"runc","createdTime":"2026-11-22T09:44:54Z","checkpointedTime":"2026-11-22T09:50:00.5Z",
         "restoredTime":"0001-01-01T00:00:00Z","restored":false}
        """
            .formatted(ID));
    put(
        files,
        "spec.dump",
        SPEC.formatted(
            "\"io.container.manager\":\"cri-o\",\"io.kubernetes.cri-o.ContainerName\":\"web\""));
    put(
        files,
        "bind.mounts",
        """
        [{"source":"/var/run/secrets","destination":"/run/secrets","file_type":"directory","permissions":420}]
        """);
    files.put("rootfs-diff.tar", rootChanges());
    put(files, "dump.log", "(00.000001) Version: 4.2\n(00.900000) Dumping finished successfully\n");
    put(files, "web_0.log", "2026-11-22T09:45:00Z stdout F hello\n");
    return files;
  }

  /** As containerd makes it for Kubernetes. */
  public static Map<String, byte[]> containerd(Map<String, byte[]> images) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    put(
        files,
        "config.dump",
        """
        {"id":"%s","name":"web","rootfsImageRef":"sha256:77af","rootfsImageName":"docker.io/library/web:1",
         "runtime":"io.containerd.runc.v2","createdTime":"2026-11-22T09:44:54Z",
         "checkpointedTime":"2026-11-22T09:50:00Z","restoredTime":"0001-01-01T00:00:00Z","restored":false}
        """
            .formatted(ID));
    put(files, "spec.dump", SPEC.formatted("\"io.kubernetes.cri.container-name\":\"web\""));
    put(files, "status.dump", "{\"CreatedAt\":1763804694,\"Resources\":{\"linux\":{\"cpu\":2}}}");
    put(files, "status", "{\"Pid\":4711,\"Unknown\":false,\"Reason\":\"\"}");
    put(files, "container.log", "2026-11-22T09:45:00Z stdout F hello\n");
    files.put("rootfs-diff.tar", Packing.GZIP.pack(rootChanges()));
    files.putAll(images(images));
    return files;
  }

  private static Map<String, byte[]> images(Map<String, byte[]> images) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    images.forEach((name, bytes) -> files.put("checkpoint/" + name, bytes));
    return files;
  }

  private static byte[] rootChanges() {
    return new TarBuilder()
        .folder("tmp")
        .file("tmp/new", "hello".getBytes(StandardCharsets.US_ASCII))
        .link("tmp/latest", "/tmp/new")
        .build();
  }

  private static void put(Map<String, byte[]> files, String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A tar of files, and of the folders that they are in. */
  public static byte[] tar(Map<String, byte[]> files) {
    TarBuilder tar = new TarBuilder();
    tar.folder("checkpoint");
    files.forEach(tar::file);
    return tar.build();
  }

  /**
   * An OCI image layout with an archive as its layer, file by file.
   *
   * @param layer the archive
   * @param mediaType of the layer
   */
  public static Map<String, byte[]> layout(byte[] layer, String mediaType) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    String config =
        blob(
            files,
            "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8));
    String archive = blob(files, layer);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},
         "layers":[{"mediaType":"%s","digest":"sha256:%s","size":%d}],
         "annotations":{"org.criu.checkpoint.container.name":"web","org.criu.checkpoint.engine.name":"podman"}}
        """
            .formatted(config, size(files, config), mediaType, archive, layer.length);
    String digest = blob(files, manifest.getBytes(StandardCharsets.UTF_8));
    put(files, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    put(
        files,
        "index.json",
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "digest":"sha256:%s","size":%d,"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}
        """
            .formatted(digest, size(files, digest)));
    return files;
  }

  private static String blob(Map<String, byte[]> files, byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      String name = HexFormat.of().formatHex(digest);
      files.put("blobs/sha256/" + name, content);
      return name;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static int size(Map<String, byte[]> files, String digest) {
    return files.get("blobs/sha256/" + digest).length;
  }
}
