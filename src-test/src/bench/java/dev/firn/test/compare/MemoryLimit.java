package dev.firn.test.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A memory cgroup, of version 1 or 2, for a process and its page cache.
 *
 * <p><b>Ownership.</b> Closed after its process has ended; that removes the group.
 */
final class MemoryLimit implements AutoCloseable {

  private static final String NAME = "firn-compare-" + ProcessHandle.current().pid();
  private static final String INTO_GROUP = "echo $$ > \"$0\" && exec \"$@\"";
  private static final int ATTEMPTS = 50;

  private final Path group;

  private MemoryLimit(Path group) {
    this.group = group;
  }

  /** A new group with a limit; empty if none can be made. */
  static Optional<MemoryLimit> of(long bytes) throws IOException {
    for (Path parent : parents()) {
      Path group = parent.resolve(NAME);
      if (isLimited(group, bytes)) {
        return Optional.of(new MemoryLimit(group));
      }
    }
    return Optional.empty();
  }

  /**
   * The groups that may get a child: the own one, and the one above it, whose children may have
   * limits in version 2 although the own one has processes.
   */
  private static List<Path> parents() throws IOException {
    List<Path> parents = new ArrayList<>();
    for (String line : lines("/proc/self/mounts")) {
      String[] mount = line.split(" ");
      boolean second = mount[2].equals("cgroup2");
      if (second || (mount[2].equals("cgroup") && mount[3].contains("memory"))) {
        Path top = Path.of(mount[1]);
        Path own = top.resolve("." + ownPath(second ? "0::" : ":memory:")).normalize();
        parents.add(own);
        parents.add(own.equals(top) ? top : own.resolveSibling("."));
        parents.add(top); // in a container, the own path may be that outside
      }
    }
    return parents.stream().map(Path::normalize).distinct().filter(Files::isDirectory).toList();
  }

  private static String ownPath(String marker) throws IOException {
    return lines("/proc/self/cgroup").stream()
        .filter(line -> line.contains(marker))
        .map(line -> line.substring(line.indexOf(marker) + marker.length()))
        .findFirst()
        .orElse("/");
  }

  private static List<String> lines(String file) throws IOException {
    Path path = Path.of(file);
    return Files.isReadable(path) ? Files.readAllLines(path, StandardCharsets.UTF_8) : List.of();
  }

  /** Makes a group with a limit; leaves nothing if that is not possible. */
  private static boolean isLimited(Path group, long bytes) throws IOException {
    try {
      Files.createDirectory(group);
    } catch (IOException e) {
      return false;
    }
    try {
      Path first = group.resolve("memory.limit_in_bytes");
      Files.writeString(
          Files.exists(first) ? first : group.resolve("memory.max"), Long.toString(bytes));
      Path swap = group.resolve("memory.swap.max");
      if (Files.exists(swap)) {
        Files.writeString(swap, "0");
      }
      return true;
    } catch (IOException e) {
      Files.delete(group);
      return false;
    }
  }

  /** What starts a command in the group. */
  List<String> prefix() {
    return List.of("sh", "-c", INTO_GROUP, group.resolve("cgroup.procs").toString());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int attempt = 1; Files.exists(group); attempt++) {
      try {
        Files.delete(group);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) { // a process is still in it
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }
}
