package dev.firn.core.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory this process may take outside the heap: what the machine has, what the control
 * groups of the process allow, and what the JVM was told. Read from small files, because the JDK's
 * management beans take some hundred milliseconds to load.
 */
public final class MachineMemory {

  private static final long NO_LIMIT = Long.MAX_VALUE;

  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
  private static final Pattern MAX_DIRECT =
      Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)([kKmMgGtT]?)");

  private final Path root;
  private final Map<String, String> environment;

  /** That of this process. */
  public MachineMemory() {
    this(Path.of("/"), System.getenv());
  }

  /** That of a process whose {@code proc} and {@code sys} are in another folder. */
  MachineMemory(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** The smallest limit of the process, in bytes; {@link Long#MAX_VALUE} if none can be read. */
  public long limitBytes() {
    long limit = NO_LIMIT;
    Matcher total = TOTAL.matcher(text(root.resolve("proc/meminfo")));
    if (total.find()) {
      limit = Long.parseLong(total.group(1)) << 10;
    }
    for (String line : text(root.resolve("proc/self/cgroup")).lines().toList()) {
      // Number, controllers, path. The second version has no controllers.
      List<String> parts = List.of(line.split(":", 3));
      if (parts.size() == 3 && parts.get(1).isEmpty()) {
        limit = Math.min(limit, limit("sys/fs/cgroup", parts.get(2), "memory.max"));
      } else if (parts.size() == 3 && List.of(parts.get(1).split(",")).contains("memory")) {
        limit =
            Math.min(limit, limit("sys/fs/cgroup/memory", parts.get(2), "memory.limit_in_bytes"));
      }
    }
    return limit;
  }

  /** The smallest limit of a group and of those that contain it. */
  private long limit(String mount, String group, String file) {
    Path top = root.resolve(mount);
    long limit = number(text(top.resolve(file)));
    // In a container the mount may begin at the group, so that the path does not exist.
    Path at = top.resolve(group.substring(1)).normalize();
    for (; at != null && at.startsWith(top) && !at.equals(top); at = at.getParent()) {
      limit = Math.min(limit, number(text(at.resolve(file))));
    }
    return limit;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return NO_LIMIT; // "max", or there is no such file
    }
  }

  /**
   * The memory that the JVM allows outside the heap, apart from mapped files.
   *
   * @param maxHeapBytes the limit of the heap, which is the default
   */
  public long directBytes(long maxHeapBytes) {
    String words =
        String.join(
            " ",
            environment.getOrDefault("JAVA_TOOL_OPTIONS", ""),
            environment.getOrDefault("JDK_JAVA_OPTIONS", ""),
            text(root.resolve("proc/self/cmdline")).replace('\0', ' '),
            environment.getOrDefault("_JAVA_OPTIONS", ""));
    long direct = maxHeapBytes;
    // The last one counts; 0 stands for the default.
    for (Matcher found = MAX_DIRECT.matcher(words); found.find(); ) {
      int shift = 10 * (" kmgt".indexOf(unit(found.group(2))));
      long bytes = number(found.group(1));
      direct = bytes == 0 ? maxHeapBytes : bytes > NO_LIMIT >> shift ? NO_LIMIT : bytes << shift;
    }
    return direct;
  }

  private static String unit(String letter) {
    return letter.isEmpty() ? " " : letter.toLowerCase(Locale.ROOT);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException | SecurityException e) {
      return "";
    }
  }
}
