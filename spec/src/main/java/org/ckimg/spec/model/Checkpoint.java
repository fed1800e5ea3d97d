package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;

/**
 * A frozen program: an immutable tree of records and bounded access to its memory. Whatever the
 * source (an image file, a live process), a view, audit or diff sees only this. What a source does
 * not know is absent, never zero.
 *
 * @param host the machine that the program ran on
 * @param parent the image that inherited pages are taken from
 * @param partial true when something was present that could not be captured; never restored
 * @param redacted true when memory, arguments or the environment were taken out; never restored
 * @param processes in ascending order of pid
 * @param descriptions open file descriptions, ids 1, 2, … in order
 * @param files what is known of each file that something refers to, ids 1, 2, … in order
 * @param terminals modes of the terminals among the files, by file
 * @param pipes what is in the pipes among the files, by file
 * @param objects runs of bytes cut into pages, ids 1, 2, … in order of kind, owner and appearance
 * @param origin when, where and by what the image was made
 * @param extras sections that this version does not know, in file order
 * @param memory the pages of {@code objects}
 */
public record Checkpoint(
    Host host,
    Optional<Parent> parent,
    boolean partial,
    boolean redacted,
    List<ProcessState> processes,
    List<OpenFile> descriptions,
    List<FileFacts> files,
    List<Terminal> terminals,
    List<PipeState> pipes,
    List<MemoryObject> objects,
    Optional<Origin> origin,
    List<UnknownSection> extras,
    Memory memory) {
  /** Copies the lists. */
  public Checkpoint {
    processes = List.copyOf(processes);
    descriptions = List.copyOf(descriptions);
    files = List.copyOf(files);
    terminals = List.copyOf(terminals);
    pipes = List.copyOf(pipes);
    objects = List.copyOf(objects);
    extras = List.copyOf(extras);
  }

  /** One from which nothing was taken out. */
  public Checkpoint(
      Host host,
      Optional<Parent> parent,
      boolean partial,
      List<ProcessState> processes,
      List<OpenFile> descriptions,
      List<FileFacts> files,
      List<Terminal> terminals,
      List<PipeState> pipes,
      List<MemoryObject> objects,
      Optional<Origin> origin,
      List<UnknownSection> extras,
      Memory memory) {
    this(
        host,
        parent,
        partial,
        false,
        processes,
        descriptions,
        files,
        terminals,
        pipes,
        objects,
        origin,
        extras,
        memory);
  }

  /** The same with other states of its processes. */
  public Checkpoint withProcesses(List<ProcessState> others) {
    return new Checkpoint(
        host,
        parent,
        partial,
        redacted,
        others,
        descriptions,
        files,
        terminals,
        pipes,
        objects,
        origin,
        extras,
        memory);
  }

  /** The file with this id; 1 is the first. */
  public FileFacts file(int id) {
    return files.get(id - 1);
  }

  /** The descriptors of a process, by number, with whomever they are recorded. */
  public List<FdEntry> table(ProcessState process) {
    int owner = process.sharedWith().files().orElse(process.pid());
    return processes.stream()
        .filter(other -> other.pid() == owner)
        .findFirst()
        .map(ProcessState::ownFds)
        .orElse(List.of());
  }

  /** The open file description with this id; 1 is the first. */
  public OpenFile description(int id) {
    return descriptions.get(id - 1);
  }

  /** The object with this id; 1 is the first. */
  public MemoryObject object(int id) {
    return objects.get(id - 1);
  }
}
