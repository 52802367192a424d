package dev.firn.test.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A control group with a limit of memory, as a container has one. Page cache counts.
 *
 * <p><b>Ownership.</b> The creator closes it, after the last process in it has ended.
 */
final class ControlGroup implements AutoCloseable {

  private static final Path SECOND = Path.of("/sys/fs/cgroup");
  private static final Path FIRST = SECOND.resolve("memory");
  private static final long MIB = 1 << 20;

  private final Path folder;

  private ControlGroup(Path folder) {
    this.folder = folder;
  }

  /** Why this machine cannot make one; empty if it can. */
  static Optional<String> obstacle() {
    try (ControlGroup group = new ControlGroup(create(256))) {
      return Files.exists(group.folder.resolve("cgroup.procs"))
          ? Optional.empty()
          : Optional.of("no control groups of memory");
    } catch (IOException e) {
      return Optional.of("cannot make a control group of memory: " + e);
    }
  }

  /** A group that may take this much memory. */
  static ControlGroup of(int mebibytes) throws IOException {
    return new ControlGroup(create(mebibytes));
  }

  private static Path create(int mebibytes) throws IOException {
    boolean first = Files.exists(FIRST.resolve("memory.limit_in_bytes"));
    String name = "firn-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    Path folder = Files.createDirectory((first ? FIRST : SECOND).resolve(name));
    try {
      String file = first ? "memory.limit_in_bytes" : "memory.max";
      Files.writeString(folder.resolve(file), Long.toString(mebibytes * MIB));
      if (!first && Files.exists(folder.resolve("memory.swap.max"))) {
        Files.writeString(folder.resolve("memory.swap.max"), "0");
      }
      return folder;
    } catch (IOException e) {
      Files.delete(folder);
      throw e;
    }
  }

  /** The words before a command that run it in this group. */
  List<String> prefix() {
    return List.of(
        "sh", "-c", "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
  }

  @Override
  public void close() throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        Files.delete(folder);
        return;
      } catch (IOException e) {
        // The kernel takes a moment after the last process.
        if (attempt == 100) {
          throw e;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
